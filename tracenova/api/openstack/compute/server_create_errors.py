"""What the user is told when a server create fails: one table.

Nova: nova/api/openstack/compute/servers.py create (its except clauses)
"""

from collections.abc import Iterator
from contextlib import contextmanager

import oslo_messaging as messaging
import webob.exc

from tracenova import exception

FORBIDDEN = (
    exception.QuotaError,
    exception.PortLimitExceeded,
    exception.ExternalNetworkAttachForbidden,
)

BAD_REQUEST_TEXTS: dict[type[Exception], str] = {
    exception.ImageNotFound: "Can not find requested image",
    exception.KeypairNotFound: "Invalid key_name provided.",
    exception.ConfigDriveInvalidValue: "Invalid config_drive provided.",
}

BAD_REQUEST = (
    exception.ImageNotActive,
    exception.ImageBadRequest,
    exception.ImageNotAuthorized,
    exception.FixedIpNotFoundForAddress,
    exception.FlavorNotFound,
    exception.FlavorDiskTooSmall,
    exception.FlavorMemoryTooSmall,
    exception.InvalidMetadata,
    exception.InvalidRequest,
    exception.InvalidVolume,
    exception.MultiplePortsNotApplicable,
    exception.InvalidFixedIpAndMaxCountRequest,
    exception.InstanceUserDataMalformed,
    exception.InstanceUserDataTooLarge,
    exception.PortNotFound,
    exception.FixedIpAlreadyInUse,
    exception.SecurityGroupNotFound,
    exception.PortRequiresFixedIP,
    exception.NetworkRequiresSubnet,
    exception.NetworkNotFound,
    exception.NetworkDuplicated,
    exception.InvalidBDM,
    exception.InvalidBDMSnapshot,
    exception.InvalidBDMVolume,
    exception.InvalidBDMImage,
    exception.InvalidBDMBootSequence,
    exception.InvalidBDMLocalsLimit,
    exception.InvalidBDMVolumeNotBootable,
    exception.InvalidBDMEphemeralSize,
    exception.InvalidBDMFormat,
    exception.InvalidBDMSwapSize,
    exception.AutoDiskConfigDisabledByImage,
    exception.ImageNUMATopologyIncomplete,
    exception.ImageNUMATopologyForbidden,
    exception.ImageNUMATopologyAsymmetric,
    exception.ImageNUMATopologyCPUOutOfRange,
    exception.ImageNUMATopologyCPUDuplicates,
    exception.ImageNUMATopologyCPUsUnassigned,
    exception.ImageNUMATopologyMemoryOutOfRange,
    exception.InvalidNUMANodesNumber,
    exception.InstanceGroupNotFound,
    exception.PciRequestAliasNotDefined,
    exception.SnapshotNotFound,
    exception.UnableToAutoAllocateNetwork,
)

CONFLICT = (
    exception.PortInUse,
    exception.InstanceExists,
    exception.NetworkAmbiguous,
    exception.NoUniqueMatch,
)


@contextmanager
def as_http_errors() -> Iterator[None]:
    """Turn what the compute API raises into what the user is told.

    What is not in the table goes on, and becomes 500 "Unexpected API Error".

    Raises:
        webob.exc.HTTPForbidden: a quota is used up, or a network is off limits.
        webob.exc.HTTPBadRequest: the request cannot be met as it stands.
        webob.exc.HTTPConflict: something is taken, or there are several of it.
    """
    try:
        yield
    except FORBIDDEN as error:
        raise webob.exc.HTTPForbidden(explanation=error.format_message()) from error
    except tuple(BAD_REQUEST_TEXTS) as error:
        raise webob.exc.HTTPBadRequest(explanation=_text(error)) from error
    except messaging.RemoteError as error:
        text = f"{error.exc_type}: {error.value}"
        raise webob.exc.HTTPBadRequest(explanation=text) from error
    except UnicodeDecodeError as error:
        raise webob.exc.HTTPBadRequest(explanation=f"UnicodeError: {error}") from error
    except BAD_REQUEST as error:
        raise webob.exc.HTTPBadRequest(explanation=error.format_message()) from error
    except CONFLICT as error:
        raise webob.exc.HTTPConflict(explanation=error.format_message()) from error


def _text(error: Exception) -> str:
    return next(
        text for kind, text in BAD_REQUEST_TEXTS.items() if isinstance(error, kind)
    )
