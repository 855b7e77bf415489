"""What can go wrong, by name: one line a situation, the line's text is its meaning.

A table rather than prose: class, family, text. The family decides the HTTP answer
(``Invalid`` 400, ``Forbidden`` 403, ``NotFound`` 404, everything else 500 unless the
line says so), the text is filled from the keyword arguments of the raise.

Nova: nova/exception.py. Left out: what only consoles, cells v1, nova-network,
bare metal, live migration and the foreign hypervisors can raise.
"""
# ruff: noqa: D101, E701 - a table: msg_fmt in the class's own line says what it means

import logging
from collections.abc import Mapping
from typing import Any, ClassVar

LOG = logging.getLogger(__name__)


class NovaException(Exception):
    """Root of every error of this project.

    Attributes:
        msg_fmt: the text, with ``%(name)s`` places for keyword arguments.
        code: HTTP status when the error reaches the API.
        safe: whether the API may show the text of a 5xx error to the user.
        kwargs: what the text was filled with, and ``code``; they travel over RPC.

    Nova: nova/exception.py NovaException
    """

    msg_fmt: ClassVar[str] = "An unknown exception occurred."
    code: int = 500
    headers: ClassVar[Mapping[str, str]] = {}
    safe: ClassVar[bool] = False

    def __init__(self, message: object = None, **kwargs: Any) -> None:
        self.kwargs = kwargs
        self.kwargs.setdefault("code", self.code)
        self.message = message or self._text()
        super().__init__(self.message)

    def _text(self) -> str:
        try:
            return self.msg_fmt % self.kwargs
        except (KeyError, TypeError, ValueError):
            LOG.exception("The text of %s does not fit its arguments", type(self))
            return self.msg_fmt

    def format_message(self) -> str:
        """Return the text for the user, without the class name."""
        return str(self.args[0])


# fmt: off
# --- families -------------------------------------------------------------------
class Invalid(NovaException): msg_fmt = "Bad Request - Invalid Parameters"; code = 400  # noqa: E702
class Unauthorized(NovaException): msg_fmt = "Not authorized."; code = 401  # noqa: E702
class Forbidden(NovaException): msg_fmt = "Forbidden"; code = 403  # noqa: E702
class NotFound(NovaException): msg_fmt = "Resource could not be found."; code = 404  # noqa: E702
class ConstraintNotMet(NovaException): msg_fmt = "Constraint not met."; code = 412  # noqa: E702
class InternalError(NovaException): msg_fmt = "%(err)s"
# --- neighbours, services, RPC --------------------------------------------------
class NeighbourUnavailable(NovaException): msg_fmt = "%(service)s cannot be reached: %(reason)s"; code = 503  # noqa: E702 - ours
class GlanceConnectionFailed(NovaException): msg_fmt = "Connection to glance host %(server)s failed: %(reason)s"
class CinderConnectionFailed(NovaException): msg_fmt = "Connection to cinder host failed: %(reason)s"
class ServiceUnavailable(Invalid): msg_fmt = "Service is unavailable at this time."
class ComputeServiceUnavailable(ServiceUnavailable): msg_fmt = "Compute service of %(host)s is unavailable at this time."
class ComputeResourcesUnavailable(ServiceUnavailable): msg_fmt = "Insufficient compute resources: %(reason)s."
class HypervisorUnavailable(NovaException): msg_fmt = "Connection to the hypervisor is broken on host: %(host)s"
class ServiceTooOld(Invalid): msg_fmt = "This service is older (v%(thisver)i) than the minimum (v%(minver)i) version of the rest of the deployment. Unable to continue."
class ServiceNotFound(NotFound): msg_fmt = "Service %(service_id)s could not be found."
class ServiceBinaryExists(NovaException): msg_fmt = "Service with host %(host)s binary %(binary)s exists."
class ServiceTopicExists(NovaException): msg_fmt = "Service with host %(host)s topic %(topic)s exists."
class ConfigNotFound(NovaException): msg_fmt = "Could not find config at %(path)s"
class PasteAppNotFound(NovaException): msg_fmt = "Could not load paste app '%(name)s' from %(path)s"
class ClassNotFound(NotFound): msg_fmt = "Class %(class_name)s could not be found: %(exception)s"
# --- the REST API ---------------------------------------------------------------
class AdminRequired(Forbidden): msg_fmt = "User does not have admin privileges"
class PolicyNotAuthorized(Forbidden): msg_fmt = "Policy doesn't allow %(action)s to be performed."
class ValidationError(Invalid): msg_fmt = "%(detail)s"
class InvalidRequest(Invalid): msg_fmt = "The request is invalid."
class InvalidInput(Invalid): msg_fmt = "Invalid input received: %(reason)s"
class InvalidContentType(Invalid): msg_fmt = "Invalid content type %(content_type)s."
class InvalidAPIVersionString(Invalid): msg_fmt = "API Version String %(version)s is of invalid format. Must be of format MajorNum.MinorNum."
class VersionNotFoundForAPIMethod(Invalid): msg_fmt = "API version %(version)s is not supported on this method."
class InvalidGlobalAPIVersion(Invalid): msg_fmt = "Version %(req_ver)s is not supported by the API. Minimum is %(min_ver)s and maximum is %(max_ver)s."
class ApiVersionsIntersect(Invalid): msg_fmt = "Version of %(name)s %(min_ver)s %(max_ver)s intersects with another versions."
class InvalidName(Invalid): msg_fmt = "An invalid 'name' value was provided. The name must be: %(reason)s"
class InvalidUUID(Invalid): msg_fmt = "Expected a uuid but received %(uuid)s."
class InvalidMetadata(Invalid): msg_fmt = "Invalid metadata: %(reason)s"
class InvalidMetadataSize(Invalid): msg_fmt = "Invalid metadata size: %(reason)s"
class InvalidKeypair(Invalid): msg_fmt = "Keypair data is invalid: %(reason)s"
class MalformedRequestBody(NovaException): msg_fmt = "Malformed message body: %(reason)s"
class MarkerNotFound(NotFound): msg_fmt = "Marker %(marker)s could not be found."
class KeypairNotFound(NotFound): msg_fmt = "Keypair %(name)s not found for user %(user_id)s"
class KeyPairExists(NovaException): msg_fmt = "Key pair '%(key_name)s' already exists."
class Base64Exception(NovaException): msg_fmt = "Invalid Base 64 data for file %(path)s"

# --- instances ------------------------------------------------------------------
class InstanceNotFound(NotFound): msg_fmt = "Instance %(instance_id)s could not be found."
class InstanceTagNotFound(NotFound): msg_fmt = "Instance %(instance_id)s has no tag '%(tag)s'"
class InstanceInfoCacheNotFound(NotFound): msg_fmt = "Info cache for instance %(instance_uuid)s could not be found."
class InstanceExists(NovaException): msg_fmt = "Instance %(name)s already exists."
class InstanceInvalidState(Invalid): msg_fmt = "Instance %(instance_uuid)s in %(attr)s %(state)s. Cannot %(method)s while the instance is in this state."
class InstanceIsLocked(InstanceInvalidState): msg_fmt = "Instance %(instance_uuid)s is locked"
class InstanceNotReady(Invalid): msg_fmt = "Instance %(instance_id)s is not ready"
class InstanceNotRunning(Invalid): msg_fmt = "Instance %(instance_id)s is not running."
class InstancePowerOffFailure(Invalid): msg_fmt = "Failed to power off instance: %(reason)s"
class InstanceUserDataTooLarge(NovaException): msg_fmt = "User data too large. User data must be no larger than %(maxsize)s bytes once base64 encoded. Your data is %(length)d bytes"
class InstanceUserDataMalformed(NovaException): msg_fmt = "User data needs to be valid base 64."
class InstanceUpdateConflict(NovaException): msg_fmt = "Conflict updating instance %(instance_uuid)s. Expected: %(expected)s. Actual: %(actual)s"
class UnknownInstanceUpdateConflict(InstanceUpdateConflict): msg_fmt = "Conflict updating instance %(instance_uuid)s, but we were unable to determine the cause"
class UnexpectedTaskStateError(InstanceUpdateConflict): """Another request has changed the task state meanwhile."""
class UnexpectedDeletingTaskStateError(UnexpectedTaskStateError): """It is being deleted meanwhile."""
class InstanceActionNotFound(NovaException): msg_fmt = "Action for request_id %(request_id)s on instance %(instance_uuid)s not found"
class InstanceActionEventNotFound(NovaException): msg_fmt = "Event %(event)s not found for action id %(action_id)s"
class InstanceMappingNotFound(NotFound): msg_fmt = "Instance %(uuid)s has no mapping to a cell."
class BuildRequestNotFound(NotFound): msg_fmt = "BuildRequest not found for instance %(uuid)s"
class RequestSpecNotFound(NotFound): msg_fmt = "RequestSpec not found for instance %(instance_uuid)s"
class BuildAbortException(NovaException): msg_fmt = "Build of instance %(instance_uuid)s aborted: %(reason)s"
class RescheduledException(NovaException): msg_fmt = "Build of instance %(instance_uuid)s was re-scheduled: %(reason)s"
class ConsoleNotAvailable(NotFound): msg_fmt = "Guest does not have a console available."
class NumaTopologyNotFound(NotFound): msg_fmt = "Instance %(instance_uuid)s does not specify a NUMA topology"
class MigrationContextNotFound(NotFound): msg_fmt = "Instance %(instance_uuid)s does not specify a migration context."
class MigrationNotFound(NotFound): msg_fmt = "Migration %(migration_id)s could not be found."
class ConfigDriveInvalidValue(Invalid): msg_fmt = "Invalid value for Config Drive option: %(option)s"
class ConfigDriveUnsupportedFormat(Invalid): msg_fmt = "Config drive format '%(format)s' is not supported."
class InstanceFaultRollback(NovaException):
    """The operation failed, but the instance was put back as it was.

    Nova: nova/exception.py InstanceFaultRollback
    """

    def __init__(self, inner_exception: BaseException | None = None) -> None:
        self.inner_exception = inner_exception
        super().__init__(f"Instance rollback performed due to: {inner_exception}")


# --- scheduling, groups, aggregates, hosts ---------------------------------------
class NoValidHost(NovaException): msg_fmt = "No valid host was found. %(reason)s"
class MaxRetriesExceeded(NoValidHost): msg_fmt = "Exceeded maximum number of retries. %(reason)s"
class SchedulerHostFilterNotFound(NotFound): msg_fmt = "Scheduler Host Filter %(filter_name)s could not be found."
class HostNotFound(NotFound): msg_fmt = "Host %(host)s could not be found."
class ComputeHostNotFound(HostNotFound): msg_fmt = "Compute host %(host)s could not be found."
class HostBinaryNotFound(NotFound): msg_fmt = "Could not find binary %(binary)s on host %(host)s."
class HostMappingNotFound(Invalid): msg_fmt = "Host '%(name)s' is not mapped to any cell"
class CellMappingNotFound(NotFound): msg_fmt = "Cell %(uuid)s has no mapping."
class ComputeHostMetricNotFound(NotFound): msg_fmt = "Metric %(name)s could not be found on the compute host node %(host)s.%(node)s."
class UnsupportedPolicyException(Invalid): msg_fmt = "ServerGroup policy is not supported: %(reason)s"
class InstanceGroupNotFound(NotFound): msg_fmt = "Instance group %(group_uuid)s could not be found."
class InstanceGroupIdExists(NovaException): msg_fmt = "Instance group %(group_uuid)s already exists."
class InstanceGroupSaveException(NovaException): msg_fmt = "%(field)s should not be part of the updates."
class AggregateNotFound(NotFound): msg_fmt = "Aggregate %(aggregate_id)s could not be found."
class AggregateNameExists(NovaException): msg_fmt = "Aggregate %(aggregate_name)s already exists."
class AggregateHostNotFound(NotFound): msg_fmt = "Aggregate %(aggregate_id)s has no host %(host)s."
class AggregateHostExists(NovaException): msg_fmt = "Aggregate %(aggregate_id)s already has host %(host)s."
class InvalidAggregateAction(Invalid): msg_fmt = "Unacceptable parameters."
class InvalidAggregateActionAdd(InvalidAggregateAction): msg_fmt = "Cannot add host to aggregate %(aggregate_id)s. Reason: %(reason)s."
class InvalidAggregateActionDelete(InvalidAggregateAction): msg_fmt = "Cannot remove host from aggregate %(aggregate_id)s. Reason: %(reason)s."
class InvalidAggregateActionUpdate(InvalidAggregateAction): msg_fmt = "Cannot update aggregate %(aggregate_id)s. Reason: %(reason)s."
class InvalidAggregateActionUpdateMeta(InvalidAggregateAction): msg_fmt = "Cannot update metadata of aggregate %(aggregate_id)s. Reason: %(reason)s."
# --- quotas: 413 here, turned into 403 by the servers API ------------------------
class QuotaError(NovaException): msg_fmt = "Quota exceeded: code=%(code)s"; code = 413; safe = True  # noqa: E702
class TooManyInstances(QuotaError): msg_fmt = "Quota exceeded for %(overs)s: Requested %(req)s, but already used %(used)s of %(allowed)s %(overs)s"
class MetadataLimitExceeded(QuotaError): msg_fmt = "Maximum number of metadata items exceeds %(allowed)d"
class OnsetFileLimitExceeded(QuotaError): msg_fmt = "Personality file limit exceeded"
class OnsetFilePathLimitExceeded(OnsetFileLimitExceeded): msg_fmt = "Personality file path too long"
class OnsetFileContentLimitExceeded(OnsetFileLimitExceeded): msg_fmt = "Personality file content too long"
class KeypairLimitExceeded(QuotaError): msg_fmt = "Maximum number of key pairs exceeded"
class PortLimitExceeded(QuotaError): msg_fmt = "Maximum number of ports exceeded"
class FixedIpLimitExceeded(QuotaError): msg_fmt = "Maximum number of fixed IPs exceeded"
class OverQuota(NovaException): msg_fmt = "Quota exceeded for resources: %(overs)s"
class QuotaNotFound(NotFound): msg_fmt = "Quota could not be found"
class QuotaExists(NovaException): msg_fmt = "Quota exists for project %(project_id)s, resource %(resource)s"
class QuotaResourceUnknown(QuotaNotFound): msg_fmt = "Unknown quota resources %(unknown)s."
class ProjectUserQuotaNotFound(QuotaNotFound): msg_fmt = "Quota for user %(user_id)s in project %(project_id)s could not be found."
class ProjectQuotaNotFound(QuotaNotFound): msg_fmt = "Quota for project %(project_id)s could not be found."
class QuotaClassNotFound(QuotaNotFound): msg_fmt = "Quota class %(class_name)s could not be found."
class InvalidReservationExpiration(Invalid): msg_fmt = "Invalid reservation expiration %(expire)s."
class InvalidQuotaValue(Invalid): msg_fmt = "Change would make usage less than 0 for the following resources: %(unders)s"
# --- flavors --------------------------------------------------------------------
class FlavorNotFound(NotFound): msg_fmt = "Flavor %(flavor_id)s could not be found."
class FlavorNotFoundByName(FlavorNotFound): msg_fmt = "Flavor with name %(flavor_name)s could not be found."
class FlavorExists(NovaException): msg_fmt = "Flavor with name %(name)s already exists."
class FlavorIdExists(NovaException): msg_fmt = "Flavor with ID %(flavor_id)s already exists."
class FlavorAccessNotFound(NotFound): msg_fmt = "Flavor access not found for %(flavor_id)s / %(project_id)s combination."
class FlavorAccessExists(NovaException): msg_fmt = "Flavor access already exists for flavor %(flavor_id)s and project %(project_id)s combination."
class FlavorExtraSpecsNotFound(NotFound): msg_fmt = "Flavor %(flavor_id)s has no extra specs with key %(extra_specs_key)s."
class FlavorMemoryTooSmall(NovaException): msg_fmt = "Flavor's memory is too small for requested image."
class FlavorDiskTooSmall(NovaException): msg_fmt = "The created instance's disk would be too small."
class FlavorDiskSmallerThanImage(FlavorDiskTooSmall): msg_fmt = "Flavor's disk is too small for requested image. Flavor disk is %(flavor_size)i bytes, image is %(image_size)i bytes."
class FlavorDiskSmallerThanMinDisk(FlavorDiskTooSmall): msg_fmt = "Flavor's disk is smaller than the minimum size specified in image metadata. Flavor disk is %(flavor_size)i bytes, minimum size is %(image_min_disk)i bytes."
class VolumeSmallerThanMinDisk(FlavorDiskTooSmall): msg_fmt = "Volume is smaller than the minimum size specified in image metadata. Volume size is %(volume_size)i bytes, minimum size is %(image_min_disk)i bytes."

# --- images ---------------------------------------------------------------------
class ImageNotFound(NotFound): msg_fmt = "Image %(image_id)s could not be found."
class ImageNotActive(NovaException): msg_fmt = "Image %(image_id)s is not active."
class PreserveEphemeralNotSupported(Invalid): msg_fmt = "The current driver does not support preserving ephemeral partitions."
class ImageNotAuthorized(NovaException): msg_fmt = "Not authorized for image %(image_id)s."
class ImageUnacceptable(Invalid): msg_fmt = "Image %(image_id)s is unacceptable: %(reason)s"
class ImageBadRequest(Invalid): msg_fmt = "Request of image %(image_id)s got BadRequest response: %(response)s"
class InvalidImageRef(Invalid): msg_fmt = "Invalid image href %(image_href)s."
class InvalidImageConfigDrive(Invalid): msg_fmt = "Image's config drive option '%(config_drive)s' is invalid"
class AutoDiskConfigDisabledByImage(Invalid): msg_fmt = "Requested image %(image)s has automatic disk resize disabled."
class SignatureVerificationError(NovaException): msg_fmt = "Signature verification for the image failed: %(reason)s."
# --- block devices and volumes ----------------------------------------------------
class InvalidBDM(Invalid): msg_fmt = "Block Device Mapping is Invalid."
class InvalidBDMSnapshot(InvalidBDM): msg_fmt = "Block Device Mapping is Invalid: failed to get snapshot %(id)s."
class InvalidBDMVolume(InvalidBDM): msg_fmt = "Block Device Mapping is Invalid: failed to get volume %(id)s."
class InvalidBDMImage(InvalidBDM): msg_fmt = "Block Device Mapping is Invalid: failed to get image %(id)s."
class InvalidBDMBootSequence(InvalidBDM): msg_fmt = "Block Device Mapping is Invalid: Boot sequence for the instance and image/block device mapping combination is not valid."
class InvalidBDMLocalsLimit(InvalidBDM): msg_fmt = "Block Device Mapping is Invalid: You specified more local devices than the limit allows"
class InvalidBDMEphemeralSize(InvalidBDM): msg_fmt = "Ephemeral disks requested are larger than the instance type allows. If no size is given in one block device mapping, flavor ephemeral size will be used."
class InvalidBDMSwapSize(InvalidBDM): msg_fmt = "Swap drive requested is larger than instance type allows."
class InvalidBDMFormat(InvalidBDM): msg_fmt = "Block Device Mapping is Invalid: %(details)s"
class InvalidBDMVolumeNotBootable(InvalidBDM): msg_fmt = "Block Device %(id)s is not bootable."
class BDMNotFound(NotFound): msg_fmt = "No Block Device Mapping with id %(id)s."
class VolumeBDMNotFound(NotFound): msg_fmt = "No volume Block Device Mapping with id %(volume_id)s."
class VolumeBDMIsMultiAttach(Invalid): msg_fmt = "Block Device Mapping %(volume_id)s is a multi-attach volume and is not valid for this operation."
class UndefinedRootBDM(NovaException): msg_fmt = "Undefined Block Device Mapping root: BlockDeviceMappingList contains Block Device Mappings from multiple instances."
class InvalidDevicePath(Invalid): msg_fmt = "The supplied device path (%(path)s) is invalid."
class DevicePathInUse(Invalid): msg_fmt = "The supplied device path (%(path)s) is in use."; code = 409  # noqa: E702
class DiskNotFound(NotFound): msg_fmt = "No disk at %(location)s"
class DeviceNotFound(NotFound): msg_fmt = "Device '%(device)s' not found."
class DeviceDetachFailed(NovaException): msg_fmt = "Device detach failed for %(device)s: %(reason)s"
class DeviceIsBusy(Invalid): msg_fmt = "The supplied device (%(device)s) is busy."
class InvalidDiskFormat(Invalid): msg_fmt = "Disk format %(disk_format)s is not acceptable"
class InvalidDiskInfo(Invalid): msg_fmt = "Disk info file is invalid: %(reason)s"
class InvalidVolume(Invalid): msg_fmt = "Invalid volume: %(reason)s"
class VolumeNotFound(NotFound): msg_fmt = "Volume %(volume_id)s could not be found."
class VolumeUnattached(Invalid): msg_fmt = "Volume %(volume_id)s is not attached to anything"
class VolumeNotCreated(NovaException): msg_fmt = "Volume %(volume_id)s did not finish being created even after we waited %(seconds)s seconds or %(attempts)s attempts. And its status is %(volume_status)s."
class VolumeLimitExceeded(Forbidden): msg_fmt = "Volume resource quota exceeded"
class VolumeEncryptionNotSupported(Invalid): msg_fmt = "Volume encryption is not supported for %(volume_type)s volume %(volume_id)s"
class SnapshotNotFound(NotFound): msg_fmt = "Snapshot %(snapshot_id)s could not be found."
# --- networks -------------------------------------------------------------------
class MultiplePortsNotApplicable(Invalid): msg_fmt = "Failed to launch instances: %(reason)s"
class InvalidFixedIpAndMaxCountRequest(Invalid): msg_fmt = "Failed to launch instances: %(reason)s"
class NetworkNotFound(NotFound): msg_fmt = "Network %(network_id)s could not be found."
class NetworkNotFoundForInstance(NetworkNotFound): msg_fmt = "Network could not be found for instance %(instance_id)s."
class NetworkDuplicated(Invalid): msg_fmt = "Network %(network_id)s is duplicated."
class NetworkAmbiguous(Invalid): msg_fmt = "More than one possible network found. Specify network ID(s) to select which one(s) to connect to."
class NetworkRequiresSubnet(Invalid): msg_fmt = "Network %(network_uuid)s requires a subnet in order to boot instances on."
class NetworkInUse(NovaException): msg_fmt = "Network %(network_id)s is still in use."
class NoMoreNetworks(NovaException): msg_fmt = "No more available networks."
class UnableToAutoAllocateNetwork(Invalid): msg_fmt = "Unable to automatically allocate a network for project %(project_id)s"
class ExternalNetworkAttachForbidden(Forbidden): msg_fmt = "It is not allowed to create an interface on external network %(network_uuid)s"
class NeutronAdminCredentialConfigurationInvalid(Invalid): msg_fmt = "Networking client is experiencing an unauthorized exception."
class PortNotFound(NotFound): msg_fmt = "Port id %(port_id)s could not be found."
class PortInUse(Invalid): msg_fmt = "Port %(port_id)s is still in use."
class PortRequiresFixedIP(Invalid): msg_fmt = "Port %(port_id)s requires a FixedIP in order to be used."
class PortNotUsable(Invalid): msg_fmt = "Port %(port_id)s not usable for instance %(instance)s."
class PortNotUsableDNS(Invalid): msg_fmt = "Port %(port_id)s not usable for instance %(instance)s. Value %(value)s assigned to dns_name attribute does not match instance's hostname %(hostname)s"
class PortNotFree(Invalid): msg_fmt = "No free port available for instance %(instance)s."
class PortBindingFailed(Invalid): msg_fmt = "Binding failed for port %(port_id)s, please check neutron logs for more information."
class FixedIpNotFound(NotFound): msg_fmt = "No fixed IP associated with id %(id)s."
class FixedIpNotFoundForAddress(FixedIpNotFound): msg_fmt = "Fixed IP not found for address %(address)s."
class FixedIpNotFoundForSpecificInstance(FixedIpNotFound): msg_fmt = "Instance %(instance_uuid)s doesn't have fixed IP '%(ip)s'."
class FixedIpAlreadyInUse(NovaException): msg_fmt = "Fixed IP address %(address)s is already in use on instance %(instance_uuid)s."
class FixedIpInvalidOnHost(Invalid): msg_fmt = "The fixed IP associated with port %(port_id)s is not compatible with the host."
class NoMoreFixedIps(NovaException): msg_fmt = "No fixed IP addresses available for network: %(net)s"
class InvalidIpAddressError(Invalid): msg_fmt = "%(address)s is not a valid IP v4/6 address."
class SecurityGroupNotFound(NotFound): msg_fmt = "Security group %(security_group_id)s not found."
class SecurityGroupNotFoundForProject(SecurityGroupNotFound): msg_fmt = "Security group %(security_group_id)s not found for project %(project_id)s."
class SecurityGroupLimitExceeded(QuotaError): msg_fmt = "Maximum number of security groups or rules exceeded"
class SecurityGroupCannotBeApplied(Invalid): msg_fmt = "Network requires port_security_enabled and subnet associated in order to apply security groups."
class NoUniqueMatch(NovaException): msg_fmt = "No Unique Match Found."; code = 409  # noqa: E702
class InterfaceAttachFailed(Invalid): msg_fmt = "Failed to attach network adapter device to %(instance_uuid)s"
class InterfaceAttachFailedNoNetwork(InterfaceAttachFailed): msg_fmt = "No specific network was requested and none are available for project '%(project_id)s'."
class InterfaceDetachFailed(Invalid): msg_fmt = "Failed to detach network adapter device from %(instance_uuid)s"
class AttachInterfaceNotSupported(Invalid): msg_fmt = "Attaching interfaces is not supported for instance %(instance_id)s."
class VirtualInterfaceCreateException(NovaException): msg_fmt = "Virtual Interface creation failed"
class VirtualInterfaceMacAddressException(NovaException): msg_fmt = "Creation of virtual interface with unique mac address failed"
class VirtualInterfacePlugException(NovaException): msg_fmt = "Virtual interface plugin failed"
# --- virt drivers, CPU, memory pages, NUMA, PCI ------------------------------------
class UnsupportedVirtType(Invalid): msg_fmt = "Virtualization type '%(virt)s' is not supported by this compute driver"
class UnsupportedHardware(Invalid): msg_fmt = "Requested hardware '%(model)s' is not supported by the '%(virt)s' virt driver"
class InvalidNUMANodesNumber(Invalid): msg_fmt = "The property 'numa_nodes' cannot be '%(nodes)s'. It must be a number greater than 0"
class ImageNUMATopologyIncomplete(Invalid): msg_fmt = "CPU and memory allocation must be provided for all NUMA nodes"
class ImageNUMATopologyForbidden(Forbidden): msg_fmt = "Image property '%(name)s' is not permitted to override NUMA configuration set against the flavor"
class ImageNUMATopologyAsymmetric(Invalid): msg_fmt = "Asymmetric NUMA topologies require explicit assignment of CPUs and memory to nodes in image or flavor"
class ImageNUMATopologyCPUOutOfRange(Invalid): msg_fmt = "CPU number %(cpunum)d is larger than max %(cpumax)d"
class ImageNUMATopologyCPUDuplicates(Invalid): msg_fmt = "CPU number %(cpunum)d is assigned to two nodes"
class ImageNUMATopologyCPUsUnassigned(Invalid): msg_fmt = "CPU number %(cpuset)s is not assigned to any node"
class ImageNUMATopologyMemoryOutOfRange(Invalid): msg_fmt = "%(memsize)d MB of memory assigned, but expected %(memtotal)d MB"
class ImageCPUPinningForbidden(Forbidden): msg_fmt = "Image property 'hw_cpu_policy' is not permitted to override CPU pinning policy set against the flavor"
class ImageCPUThreadPolicyForbidden(Forbidden): msg_fmt = "Image property 'hw_cpu_thread_policy' is not permitted to override CPU thread pinning policy set against the flavor"
class MemoryPageSizeInvalid(Invalid): msg_fmt = "Invalid memory page size '%(pagesize)s'"
class MemoryPageSizeForbidden(Invalid): msg_fmt = "Page size %(pagesize)s forbidden against '%(against)s'"
class MemoryPageSizeNotSupported(Invalid): msg_fmt = "Page size %(pagesize)s is not supported by the host."
class CPUPinningInvalid(Invalid): msg_fmt = "CPU set to pin %(requested)s must be a subset of free CPU set %(free)s"
class CPUUnpinningInvalid(Invalid): msg_fmt = "CPU set to unpin %(requested)s must be a subset of pinned CPU set %(pinned)s"
class CPUPinningUnknown(Invalid): msg_fmt = "CPU set to pin %(requested)s must be a subset of known CPU set %(cpuset)s"
class CPUUnpinningUnknown(Invalid): msg_fmt = "CPU set to unpin %(requested)s must be a subset of known CPU set %(cpuset)s"
class CPUThreadPolicyConfigurationInvalid(Invalid): msg_fmt = "Cannot set cpu thread pinning policy in a non dedicated cpu pinning policy"
class RealtimeConfigurationInvalid(Invalid): msg_fmt = "Cannot set realtime policy in a non dedicated cpu pinning policy"
class RealtimeMaskNotFoundOrInvalid(Invalid): msg_fmt = "Realtime policy needs vCPU(s) mask configured with at least 1 RT vCPU and 1 ordinary vCPU. See hw:cpu_realtime_mask or hw_cpu_realtime_mask"
class PciInvalidAlias(Invalid): msg_fmt = "Invalid PCI alias definition: %(reason)s"
class PciRequestAliasNotDefined(NovaException): msg_fmt = "PCI alias %(alias)s is not defined"
class PciDeviceRequestFailed(NovaException): msg_fmt = "PCI device request %(requests)s failed"
# --- objects --------------------------------------------------------------------
class OrphanedObjectError(NovaException): msg_fmt = "Cannot call %(method)s on orphaned %(objtype)s object"
class ObjectActionError(NovaException): msg_fmt = "Object action %(action)s failed because: %(reason)s"
