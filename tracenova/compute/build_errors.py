"""What a failure during a build means: give up, or try another host.

Nova: nova/compute/manager.py _build_and_run_instance, its except branches
"""

from tracenova import exception

GONE = (exception.InstanceNotFound, exception.UnexpectedDeletingTaskStateError)

NO_ADDRESS_LEFT = (
    exception.FixedIpLimitExceeded,
    exception.NoMoreNetworks,
    exception.NoMoreFixedIps,
)

NETWORK_FAILED = (
    exception.VirtualInterfaceCreateException,
    exception.VirtualInterfaceMacAddressException,
    exception.FixedIpInvalidOnHost,
    exception.UnableToAutoAllocateNetwork,
)

WRONG_ON_EVERY_HOST = (
    exception.FlavorDiskTooSmall,
    exception.FlavorMemoryTooSmall,
    exception.ImageNotActive,
    exception.ImageUnacceptable,
    exception.InvalidDiskInfo,
    exception.InvalidDiskFormat,
    exception.SignatureVerificationError,
    exception.VolumeEncryptionNotSupported,
)

NETWORK_ABORT_REASON = "Failed to allocate the network(s), not rescheduling."


def outcome_of(error: Exception, instance_uuid: str) -> Exception:
    """Return the error that the builder acts upon in place of the given one.

    A server that is gone and an abort stay what they are. What would fail on every
    host alike becomes an abort; everything else is worth another host.

    Nova: nova/compute/manager.py ComputeManager._build_and_run_instance
    """
    if isinstance(error, (*GONE, exception.BuildAbortException)):
        return error
    if isinstance(error, NO_ADDRESS_LEFT):
        return abort(
            instance_uuid,
            f"Failed to allocate the network(s) with error {error.format_message()}, "
            "not rescheduling.",
        )
    if isinstance(error, NETWORK_FAILED):
        return abort(instance_uuid, NETWORK_ABORT_REASON)
    if isinstance(error, WRONG_ON_EVERY_HOST):
        return abort(instance_uuid, error.format_message())
    return exception.RescheduledException(
        instance_uuid=instance_uuid, reason=str(error)
    )


def abort(instance_uuid: str, reason: str) -> exception.BuildAbortException:
    """Return the error that ends a build for good."""
    return exception.BuildAbortException(instance_uuid=instance_uuid, reason=reason)
