"""Object → primitive → object is the identity, also through JSON text."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oslo_serialization import jsonutils

from tests.unit.objects.factories import make_compute_node, make_flavor
from tracenova import objects
from tracenova.objects import base

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
NUMBER = st.integers(-(2**31), 2**31)


def travelled(obj: Any) -> Any:
    """Return the object after a journey as JSON text."""
    serializer = base.NovaObjectSerializer()
    text = jsonutils.dumps(serializer.serialize_entity(None, obj))
    return serializer.deserialize_entity(None, jsonutils.loads(text))


@given(
    name=TEXT,
    memory=NUMBER,
    vcpus=NUMBER,
    specs=st.dictionaries(TEXT, TEXT, max_size=3),
)
def test_a_flavor_arrives_as_it_left(
    name: str, memory: int, vcpus: int, specs: dict[str, str]
):
    """Every field, and which fields were changed, survive the journey."""
    flavor = make_flavor(name=name, memory_mb=memory, vcpus=vcpus, extra_specs=specs)
    arrived = travelled(flavor)
    assert base.obj_equal_prims(flavor, arrived)
    assert arrived.obj_what_changed() == flavor.obj_what_changed()


@given(
    metadata=st.dictionaries(TEXT, TEXT, max_size=3),
    states=st.tuples(st.none() | TEXT, st.none() | TEXT, st.none() | st.integers(0, 7)),
    address=st.none() | st.ip_addresses(v=4).map(str),
    when=st.none()
    | st.datetimes(datetime(1970, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
)
def test_a_server_arrives_as_it_left(
    metadata: Any, states: Any, address: Any, when: Any
):
    """Nested objects, addresses, times and None survive the journey."""
    instance = objects.Instance(
        metadata=metadata,
        vm_state=states[0],
        task_state=states[1],
        power_state=states[2],
        access_ip_v4=address,
        launched_at=when,
        flavor=make_flavor(),
        uuid="7b4f6d1e-0000-4000-8000-000000000000",
    )
    assert base.obj_equal_prims(instance, travelled(instance))


@given(
    hints=st.none() | st.dictionaries(TEXT, st.lists(TEXT, max_size=2), max_size=2),
    forced=st.none() | st.lists(TEXT, max_size=2),
    attempts=st.integers(1, 3),
)
def test_a_request_survives_the_dicts_of_older_releases(
    hints: Any, forced: Any, attempts: int
):
    """from_primitives(to_legacy_*_dict()) asks for the same."""
    properties = {
        "scheduler_hints": hints,
        "force_hosts": forced,
        "retry": {"num_attempts": attempts, "hosts": [["h", "n"]]},
        "limits": {"vcpu": 4},
    }
    instance = {"uuid": "7b4f6d1e-0000-4000-8000-000000000000", "project_id": "p"}
    request = {"instance_properties": instance, "instance_type": make_flavor()}
    spec = objects.RequestSpec.from_primitives(None, request, properties)  # type: ignore[arg-type]
    again = objects.RequestSpec.from_primitives(
        None,  # type: ignore[arg-type]
        spec.to_legacy_request_spec_dict(),
        spec.to_legacy_filter_properties_dict(),
    )
    assert spec.retry is not None
    assert again.retry is not None
    told, told_again = spec.retry.to_dict(), again.retry.to_dict()
    assert told == told_again == properties["retry"]
    assert again.limits.to_dict() == {"vcpu": 4}
    assert (again.force_hosts or None) == (forced or None)
    for hint in hints or {}:
        assert again.get_scheduler_hint(hint) == spec.get_scheduler_hint(hint)


def test_a_list_travels_with_its_items():
    """Lists are objects whose field is the list."""
    nodes = objects.ComputeNodeList(objects=[make_compute_node(host="a")])
    assert [node.host for node in travelled(nodes)] == ["a"]


def test_a_bugfix_version_is_read_without_help():
    """1.1.1 is read as 1.1: the third number never needs a backport."""
    primitive = make_flavor().obj_to_primitive()
    primitive["nova_object.version"] = "1.1.1"
    arrived = base.NovaObjectSerializer().deserialize_entity(None, primitive)
    assert arrived.name == "m1.small"


def test_a_too_new_object_is_sent_to_the_conductor():
    """The conductor is asked for the versions that this side knows."""

    class Conductor:
        def object_backport_versions(
            self, context: Any, prim: Any, manifest: Any
        ) -> str:
            return f"{prim['nova_object.version']} -> {manifest['Flavor']}"

    serializer = base.NovaObjectSerializer()
    serializer.__dict__["_conductor"] = Conductor()
    primitive = make_flavor().obj_to_primitive()
    primitive["nova_object.version"] = "1.9"
    assert serializer.deserialize_entity(None, primitive) == "1.9 -> 1.1"


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("Instance", "2.3"),
        ("RequestSpec", "1.6"),
        ("BuildRequest", "1.2"),
        ("ComputeNode", "1.16"),
        ("Service", "1.20"),
        ("NetworkRequestList", "1.1"),
        ("BlockDeviceMapping", "1.17"),
        ("ImageMetaProps", "1.15"),
    ],
)
def test_versions_are_those_of_the_reference_release(name: str, version: str):
    """The class has Nova's version at 14.1.0."""
    assert version == getattr(objects, name).VERSION
