"""The plug-ins of the compute API, in the order in which they are loaded.

Nova: setup.cfg, entry points ``nova.api.v21.extensions``. Left out: every plug-in for
which there is no line here.
"""

from tracenova.api.openstack.compute.admin_actions import AdminActions
from tracenova.api.openstack.compute.aggregates import Aggregates
from tracenova.api.openstack.compute.attach_interfaces import AttachInterfaces
from tracenova.api.openstack.compute.availability_zone import AvailabilityZone
from tracenova.api.openstack.compute.console_output import ConsoleOutput
from tracenova.api.openstack.compute.extension_info import ExtensionInfo
from tracenova.api.openstack.compute.flavor_access import FlavorAccess
from tracenova.api.openstack.compute.flavor_manage import FlavorManage
from tracenova.api.openstack.compute.flavors import Flavors
from tracenova.api.openstack.compute.flavors_extraspecs import FlavorsExtraSpecs
from tracenova.api.openstack.compute.hypervisors import Hypervisors
from tracenova.api.openstack.compute.instance_actions import InstanceActions
from tracenova.api.openstack.compute.ips import IPs
from tracenova.api.openstack.compute.keypairs import Keypairs
from tracenova.api.openstack.compute.limits import Limits
from tracenova.api.openstack.compute.lock_server import LockServer
from tracenova.api.openstack.compute.multinic import Multinic
from tracenova.api.openstack.compute.pause_server import PauseServer
from tracenova.api.openstack.compute.quota_sets import QuotaSets
from tracenova.api.openstack.compute.security_group_proxy import SecurityGroupProxy
from tracenova.api.openstack.compute.security_groups import SecurityGroups
from tracenova.api.openstack.compute.server_extended import ExtendedServers
from tracenova.api.openstack.compute.server_external_events import ServerExternalEvents
from tracenova.api.openstack.compute.server_groups import ServerGroups
from tracenova.api.openstack.compute.server_images import ServerImages
from tracenova.api.openstack.compute.server_metadata import ServerMetadata
from tracenova.api.openstack.compute.server_password import ServerPassword
from tracenova.api.openstack.compute.server_power import ServerPower
from tracenova.api.openstack.compute.server_tags import ServerTags
from tracenova.api.openstack.compute.servers import Servers
from tracenova.api.openstack.compute.services import Services
from tracenova.api.openstack.compute.simple_tenant_usage import SimpleTenantUsage
from tracenova.api.openstack.compute.suspend_server import SuspendServer
from tracenova.api.openstack.compute.versionsV21 import Versions
from tracenova.api.openstack.compute.volumes import Volumes
from tracenova.api.openstack.extensions import V21APIExtensionBase

PLUGINS: tuple[type[V21APIExtensionBase], ...] = (
    Versions,
    ExtensionInfo,
    Servers,
    ServerPower,
    ServerImages,
    AdminActions,
    LockServer,
    PauseServer,
    SuspendServer,
    Multinic,
    SecurityGroups,
    SecurityGroupProxy,
    AttachInterfaces,
    Volumes,
    ServerPassword,
    ServerTags,
    SimpleTenantUsage,
    ConsoleOutput,
    ExtendedServers,
    IPs,
    ServerMetadata,
    InstanceActions,
    ServerExternalEvents,
    ServerGroups,
    Flavors,
    FlavorManage,
    FlavorAccess,
    FlavorsExtraSpecs,
    Keypairs,
    Limits,
    QuotaSets,
    AvailabilityZone,
    Aggregates,
    Hypervisors,
    Services,
)
