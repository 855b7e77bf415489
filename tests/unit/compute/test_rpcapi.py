"""Messages to a compute."""

from types import SimpleNamespace
from typing import Any

import pytest

from tracenova import exception, objects
from tracenova.compute import rpcapi
from tracenova.context import RequestContext


class FakeClient:
    """An RPC client: keeps how it was prepared and what was sent."""

    def __init__(self) -> None:
        self.newest = 4.13
        self.sent: list[dict[str, Any]] = []
        self._prepared: dict[str, Any] = {}

    def prepare(self, **prepared: Any) -> "FakeClient":
        """Keep server and version."""
        self._prepared = prepared
        return self

    def can_send_version(self, version: str) -> bool:
        """Say whether the receiver is new enough."""
        major, minor = map(int, version.split("."))
        return (major, minor) <= tuple(map(int, str(self.newest).split(".")))

    def cast(self, context: Any, method: str, **kwargs: Any) -> None:
        """Send, and wait for nothing."""
        self.sent.append(
            {"kind": "cast", "method": method, "args": kwargs} | self._prepared
        )

    def call(self, context: Any, method: str, **kwargs: Any) -> str:
        """Send, and answer."""
        self.sent.append(
            {"kind": "call", "method": method, "args": kwargs} | self._prepared
        )
        return "answer"


class FakeRouter:
    """Chooses the one client, and keeps by what."""

    def __init__(self, client: FakeClient) -> None:
        self.client = client
        self.asked: list[tuple[str, Any]] = []

    def by_host(self, context: Any, host: str) -> FakeClient:
        """Choose by the host's cell."""
        self.asked.append(("host", host))
        return self.client

    def by_instance(self, context: Any, instance: Any) -> FakeClient:
        """Choose by the server's cell."""
        self.asked.append(("instance", instance.uuid))
        return self.client


INSTANCE = SimpleNamespace(uuid="u-1", host="compute7")


@pytest.fixture(name="api")
def fixture_api(config: Any) -> Any:
    """Return the client, with its bus replaced."""
    api: Any = rpcapi.ComputeAPI()
    api.router = FakeRouter(FakeClient())
    return api


def test_a_build_goes_to_the_chosen_host(api: Any, context: RequestContext) -> None:
    """A cast of version 4.0, routed by the host's cell, with all arguments."""
    api.build_and_run_instance(
        context, INSTANCE, "compute3", {}, {}, {"retry": {}}, node="compute3", limits={}
    )
    (sent,) = api.router.client.sent
    assert (sent["kind"], sent["method"]) == ("cast", "build_and_run_instance")
    assert (sent["server"], sent["version"]) == ("compute3", "4.0")
    assert api.router.asked == [("host", "compute3")]
    assert set(sent["args"]) == {
        "instance",
        "image",
        "request_spec",
        "filter_properties",
        "admin_password",
        "injected_files",
        "requested_networks",
        "security_groups",
        "block_device_mapping",
        "node",
        "limits",
    }


@pytest.mark.parametrize(
    ("method", "args", "kind"),
    [
        ("terminate_instance", ([],), "cast"),
        ("stop_instance", (), "cast"),
        ("stop_instance", (False,), "call"),
        ("start_instance", (), "cast"),
        ("reboot_instance", (None, "SOFT"), "cast"),
        ("get_console_output", (10,), "call"),
        ("reserve_block_device_name", (None, "v-1"), "call"),
        ("attach_volume", ("bdm",), "cast"),
        ("attach_interface", ("n-1", None, None), "call"),
        ("detach_interface", ("p-1",), "cast"),
        ("add_fixed_ip_to_instance", ("n-1",), "cast"),
        ("remove_fixed_ip_from_instance", ("10.0.0.3",), "cast"),
        ("pause_instance", (), "cast"),
        ("unpause_instance", (), "cast"),
        ("suspend_instance", (), "cast"),
        ("resume_instance", (), "cast"),
        ("snapshot_instance", ("i-1",), "cast"),
        ("change_instance_metadata", ({"a": ["-"]},), "cast"),
    ],
)
def test_a_message_about_a_server_goes_to_its_host(
    api: Any, context: RequestContext, method: str, args: tuple[Any, ...], kind: str
) -> None:
    """Version 4.0, routed by the server's cell."""
    getattr(api, method)(context, INSTANCE, *args)
    (sent,) = api.router.client.sent
    assert (sent["kind"], sent["method"]) == (kind, method)
    assert (sent["server"], sent["version"]) == ("compute7", "4.0")
    assert api.router.asked == [("instance", "u-1")]


@pytest.mark.parametrize(
    ("newest", "version", "told"),
    [(4.13, "4.7", {"attachment_id"}), (4.6, "4.0", set())],
)
def test_an_older_compute_is_not_told_which_attachment(
    api: Any, context: RequestContext, newest: float, version: str, told: set[str]
) -> None:
    """detach_volume knows attachment_id since 4.7."""
    api.router.client.newest = newest
    api.detach_volume(context, INSTANCE, "v-1", attachment_id="a-1")
    (sent,) = api.router.client.sent
    assert (sent["version"], set(sent["args"])) == (
        version,
        {"instance", "volume_id"} | told,
    )


@pytest.mark.parametrize(
    ("newest", "version", "more"),
    [(4.13, "4.5", {"migration", "scheduled_node", "limits"}), (4.4, "4.0", set())],
)
def test_an_older_compute_rebuilds_without_limits(
    api: Any, context: RequestContext, newest: float, version: str, more: set[str]
) -> None:
    """rebuild_instance knows migration, node and limits since 4.5."""
    api.router.client.newest = newest
    api.rebuild_instance(context, INSTANCE, "pw", [], "new", "old", {}, [])
    (sent,) = api.router.client.sent
    assert (sent["server"], sent["version"]) == ("compute7", version)
    known = {"migration", "scheduled_node", "limits"} & set(sent["args"])
    assert known == more


@pytest.mark.parametrize(
    ("host", "server"), [(None, "compute7"), ("compute9", "compute9")]
)
def test_an_event_goes_to_the_host_it_concerns(
    api: Any, context: RequestContext, host: str | None, server: str
) -> None:
    """That of the first instance, or the given one (a migration's other host)."""
    api.external_instance_event(context, [INSTANCE], ["event"], host=host)
    assert api.router.client.sent[0]["server"] == server


@pytest.mark.parametrize("instance", [None, SimpleNamespace(uuid="u-2", host=None)])
def test_a_server_without_a_host_cannot_be_addressed(instance: Any) -> None:
    """It is not on any compute."""
    with pytest.raises(exception.NovaException, match="host"):
        rpcapi._compute_host(None, instance)


@pytest.mark.parametrize(
    ("level", "cap"),
    [
        (None, None),
        ("kilo", "4.0"),
        ("liberty", "4.5"),
        ("mitaka", "4.11"),
        ("4.7", "4.7"),
    ],
)
def test_the_version_cap_is_a_number_or_a_releases_name(
    config: Any, level: str | None, cap: str | None
) -> None:
    """upgrade_levels.compute; unset: no cap."""
    config.set_override("compute", level, "upgrade_levels")
    assert rpcapi.ComputeAPI().router.version_cap == cap


@pytest.mark.parametrize(("minimum", "cap"), [(0, "4.11"), (9, "4.11"), (15, "4.13")])
def test_auto_means_what_the_oldest_compute_understands(
    config: Any, monkeypatch: pytest.MonkeyPatch, minimum: int, cap: str
) -> None:
    """No compute yet: Mitaka's version."""
    config.set_override("compute", "auto", "upgrade_levels")
    monkeypatch.setattr(
        objects.Service, "get_minimum_version", lambda *_args, **_kwargs: minimum
    )
    assert rpcapi.ComputeAPI().router.version_cap == cap


def test_auto_fails_when_a_compute_is_newer_than_this_code(
    config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ServiceTooOld: upgrade the controllers first."""
    config.set_override("compute", "auto", "upgrade_levels")
    monkeypatch.setattr(objects.Service, "get_minimum_version", lambda *_args: 16)
    with pytest.raises(exception.ServiceTooOld):
        rpcapi.ComputeAPI()
