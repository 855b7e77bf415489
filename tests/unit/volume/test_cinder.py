"""Volumes as Nova sees them, against the lab's cinder."""

import time
from typing import Any

import pytest

from tests.unit.virt.support import acting_compute, neighbourhood, recording
from tracenova import exception, volume


@pytest.fixture
def around() -> Any:
    """Run the neighbours."""
    with neighbourhood() as around:
        yield around


def _made(api: Any, context: Any, volume_id: str) -> Any:
    """Return the volume once cinder has made it; it answers before it has."""
    until = time.monotonic() + 30
    while (found := api.get(context, volume_id))["status"] == "creating":
        assert time.monotonic() < until
        time.sleep(0.005)
    return found


def test_a_volume_goes_from_created_to_attached_and_back(around):
    """The calls of a boot from volume, each an action of cinder."""
    context, api = around.context(), volume.API()
    made = api.create(context, 1, "root", "")
    found = _made(api, context, made["id"])
    assert (found["status"], found["attach_status"]) == ("available", "detached")
    api.check_attach(context, found)
    with recording() as trace:
        info = api.initialize_connection(context, made["id"], {"host": "compute1"})
        api.attach(context, made["id"], "instance-uuid", "/dev/vda")
    assert info["connector"] == {"host": "compute1"}
    assert [call.rsplit(" ", 1)[1] for call in trace.calls()] == [
        "os-initialize_connection",
        "os-attach",
    ]
    attached = api.get(context, made["id"])
    assert attached["attachments"]["instance-uuid"]["mountpoint"] == "/dev/vda"
    with pytest.raises(exception.InvalidVolume):
        api.check_attach(context, attached)
    api.terminate_connection(context, made["id"], {"host": "compute1"})
    api.detach(context, made["id"])
    assert api.get(context, made["id"])["status"] == "available"
    api.delete(context, made["id"])


def test_unknown_volumes_and_snapshots_are_not_found(around):
    """VolumeNotFound and SnapshotNotFound are 404s."""
    with pytest.raises(exception.VolumeNotFound):
        volume.API().get(around.context(), "nowhere")
    with pytest.raises(exception.SnapshotNotFound):
        volume.API().get_snapshot(around.context(), "nowhere")


def test_a_senseless_volume_is_invalid_input(around):
    """Cinder's 400 is Nova's InvalidInput."""
    with pytest.raises(exception.InvalidInput):
        volume.API().create(around.context(), 0, "none", "")


def test_nobody_at_cinder_s_address_is_a_failed_connection():
    """CinderConnectionFailed."""
    context = type("C", (), {"auth_token": "t", "request_id": "r", "project_id": "p"})()
    address = "http://127.0.0.1:9/v2/%(project_id)s"
    with (
        acting_compute(cinder__endpoint_template=address),
        pytest.raises(exception.CinderConnectionFailed),
    ):
        volume.API().get(context, "any")
