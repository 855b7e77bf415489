"""The disks of a build."""

import time
from typing import Any

import pytest

from tests.unit.compute.conftest import MakeInstance
from tracenova import exception
from tracenova.context import RequestContext
from tracenova.virt import block_device as driver_block_device


def test_a_new_volume_is_looked_at_until_it_is_available(
    compute: Any, context: RequestContext, config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every block_device_allocate_retries_interval seconds."""
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    compute.volume_api.statuses = ["creating", "downloading", "available"]
    assert compute._await_block_device_map_created(context, "vol-1") == 3
    assert pauses == [3, 3]


@pytest.mark.parametrize(
    ("status", "retries", "attempts"),
    [("creating", 2, 3), ("creating", -1, 1), ("error", 60, 1)],
)
def test_a_volume_that_fails_or_takes_too_long_is_given_up(
    compute: Any,
    context: RequestContext,
    config: Any,
    monkeypatch: pytest.MonkeyPatch,
    status: str,
    retries: int,
    attempts: int,
) -> None:
    """Retries + 1 looks; a negative number means one; another status ends it at once."""
    monkeypatch.setattr(time, "sleep", lambda _s: None)
    config.set_override("block_device_allocate_retries", retries)
    compute.volume_api.statuses = [status]
    with pytest.raises(exception.VolumeNotCreated) as caught:
        compute._await_block_device_map_created(context, "vol-1")
    assert caught.value.kwargs["attempts"] == attempts
    assert caught.value.kwargs["volume_status"] == status


@pytest.mark.parametrize(
    ("error", "becomes"),
    [
        (exception.OverQuota("volumes"), exception.VolumeLimitExceeded),
        (RuntimeError("cinder is down"), exception.InvalidBDM),
    ],
)
def test_an_error_of_cinder_becomes_one_of_the_two_that_abort(
    compute: Any,
    context: RequestContext,
    make_instance: MakeInstance,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    becomes: type[Exception],
) -> None:
    """Volumes are never a reason to try another host."""

    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise error

    monkeypatch.setattr(driver_block_device, "attach_block_devices", fail)
    with pytest.raises(becomes):
        compute._prep_block_device(context, make_instance(), [])
