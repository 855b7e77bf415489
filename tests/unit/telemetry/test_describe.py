"""What spans say about messages: short, and without secrets."""

import json
from typing import Any

import pytest

from tracenova.telemetry import describe as module
from tracenova.telemetry.describe import LONGEST_ARGUMENT, describe, describe_args


class FakeObject:
    """Looks like a versioned object."""

    fields = ("uuid", "vm_state", "user_data", "host")

    def __init__(self) -> None:
        self.uuid, self.vm_state, self.user_data = "u-1", "building", "SECRET"

    def obj_name(self) -> str:
        """Its class."""
        return "Instance"

    def obj_attr_is_set(self, name: str) -> bool:
        """Whether the field has a value."""
        return hasattr(self, name)


PRIMITIVE = {
    "nova_object.name": "Instance",
    "nova_object.version": "2.3",
    "nova_object.data": {
        "uuid": "u-1",
        "vm_state": "building",
        "user_data": "SECRET",
        "key_data": "SECRET",
    },
}


@pytest.mark.parametrize("instance", [FakeObject(), PRIMITIVE])
def test_an_object_is_described_shortly(instance: Any) -> None:
    """Only fields of the allow-list, as an object or on the wire."""
    described = json.loads(describe_args({"instance": instance, "reserve": True}))
    assert described == {
        "instance": {"Instance": {"uuid": "u-1", "vm_state": "building"}},
        "reserve": True,
    }


@pytest.mark.parametrize(
    "arguments",
    [
        {"admin_password": "SECRET"},
        {"injected_files": [["/etc/shadow", "SECRET"]]},
        {"kwargs": {"user_data": "SECRET"}},
        {
            "body": {
                "server": {
                    "adminPass": "SECRET",
                    "personality": [{"contents": "SECRET"}],
                }
            }
        },
        {"context": {"auth_token": "SECRET", "service_catalog": ["SECRET"]}},
        {
            "keypairs": {
                "nova_object.name": "KeyPairList",
                "nova_object.data": {"objects": "SECRET"},
            }
        },
        {"headers": {"X-Auth-Token": "SECRET"}},
        {"text": "{'adminPass': 'SECRET'}"},
        {"image": {"properties": {"db_password": "SECRET"}}},
        {"deep": [[{"admin_password": "SECRET"}]]},
    ],
)
def test_secrets_are_never_shown(arguments: dict[str, Any]) -> None:
    """Not by any name, at any depth."""
    assert "SECRET" not in describe_args(arguments)


def test_a_long_argument_is_cut_and_says_so() -> None:
    """The rest stays whole, and the whole stays JSON."""
    described = json.loads(describe_args({"text": "x" * 5000, "n": 1}))
    assert described["n"] == 1
    assert described["text"].endswith(f"… [cut: {LONGEST_ARGUMENT} of 5002]")
    many = json.loads(describe(list(range(100))))
    assert many[-1] == "… [cut: 20 of 100]"


def test_anything_can_be_described() -> None:
    """Depth, sets, bytes, strangers: never an error."""
    deep: dict[str, Any] = {}
    deep["again"] = deep
    described = json.loads(
        describe_args({"a": deep, "b": {1}, "c": b"x", "d": object()})
    )
    assert described["b"] == [1]
    assert described["d"] == "<object>"


@pytest.mark.parametrize(
    "arguments",
    [
        {"text": "password=HUSH"},
        {"image": {"db_password": "HUSH"}},
        {"image": {"db_password": ["HUSH", {"a": "HUSH"}]}},
    ],
)
def test_no_secret_is_remembered(arguments: dict[str, Any]) -> None:
    """What is masked is not kept in memory to be masked quicker next time."""
    assert "HUSH" not in describe_args({**arguments, "name": "server-1"})
    assert not any("HUSH" in text for text in module._harmless)
    assert "server-1" in module._harmless
