"""Which failure of a build means another host, and which means the end."""

import pytest

from tracenova import exception
from tracenova.compute import build_errors

UUID = "5e1f0b1a-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    "error",
    [
        exception.InstanceNotFound(instance_id=UUID),
        exception.UnexpectedDeletingTaskStateError(
            instance_uuid=UUID,
            expected={"task_state": ["spawning"]},
            actual={"task_state": "deleting"},
        ),
        exception.BuildAbortException(instance_uuid=UUID, reason="because"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_gone_and_aborted_stay_what_they_are(error: Exception) -> None:
    """Nothing is to be rescheduled when the server is gone or the build gave up."""
    assert build_errors.outcome_of(error, UUID) is error


@pytest.mark.parametrize(
    "error_class",
    [
        exception.FixedIpLimitExceeded,
        exception.NoMoreNetworks,
        exception.NoMoreFixedIps,
    ],
)
def test_no_address_left_aborts_and_says_so(
    error_class: type[exception.NovaException],
) -> None:
    """More hosts do not make more addresses."""
    error = error_class("none left")
    outcome = build_errors.outcome_of(error, UUID)
    assert isinstance(outcome, exception.BuildAbortException)
    assert (
        outcome.kwargs["reason"]
        == "Failed to allocate the network(s) with error none left, not rescheduling."
    )


@pytest.mark.parametrize(
    "error_class",
    [
        exception.VirtualInterfaceCreateException,
        exception.VirtualInterfaceMacAddressException,
        exception.FixedIpInvalidOnHost,
        exception.UnableToAutoAllocateNetwork,
    ],
)
def test_a_network_that_fails_aborts(
    error_class: type[exception.NovaException],
) -> None:
    """The reason is general: the details are in the log."""
    outcome = build_errors.outcome_of(error_class("x"), UUID)
    assert isinstance(outcome, exception.BuildAbortException)
    assert (
        outcome.kwargs["reason"]
        == "Failed to allocate the network(s), not rescheduling."
    )


@pytest.mark.parametrize(
    "error_class",
    [
        exception.FlavorDiskTooSmall,
        exception.FlavorDiskSmallerThanImage,
        exception.FlavorMemoryTooSmall,
        exception.ImageNotActive,
        exception.ImageUnacceptable,
        exception.InvalidDiskInfo,
        exception.InvalidDiskFormat,
        exception.SignatureVerificationError,
        exception.VolumeEncryptionNotSupported,
    ],
)
def test_what_fails_on_every_host_aborts(
    error_class: type[exception.NovaException],
) -> None:
    """A wrong image or flavor is wrong everywhere."""
    outcome = build_errors.outcome_of(error_class("too small"), UUID)
    assert isinstance(outcome, exception.BuildAbortException)
    assert outcome.kwargs["reason"] == "too small"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (
            exception.ComputeResourcesUnavailable(
                reason="Free memory 1.00 MB < requested 2 MB"
            ),
            "Insufficient compute resources: Free memory 1.00 MB < requested 2 MB.",
        ),
        (RuntimeError("libvirt is down"), "libvirt is down"),
        (exception.NovaException("odd"), "odd"),
        (exception.UnexpectedTaskStateError("task"), "task"),
    ],
    ids=["claim", "driver", "nova", "task state"],
)
def test_everything_else_is_worth_another_host(error: Exception, reason: str) -> None:
    """The scheduler is asked again, and the reason travels with the retry."""
    outcome = build_errors.outcome_of(error, UUID)
    assert isinstance(outcome, exception.RescheduledException)
    assert outcome.kwargs["reason"] == reason
    assert outcome.kwargs["instance_uuid"] == UUID
