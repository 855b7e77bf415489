"""What plug-ins add to a server that is shown: where it runs, inner states, volumes.

In Nova each is a controller in a module of its own with the same two methods; here
one controller has a table of them.

Nova: nova/api/openstack/compute/{extended_availability_zone,
extended_server_attributes, extended_status, extended_volumes, server_usage,
config_drive, keypairs, hide_server_addresses, security_groups}.py
"""

from collections.abc import Callable
from typing import Any

from tracenova import availability_zones, compute, objects
from tracenova.api.openstack import api_version_request, extensions, wsgi
from tracenova.conf import CONF
from tracenova.network.security_group import openstack_driver
from tracenova.policies import config_drive as cd_policies
from tracenova.policies import extended_availability_zone as eaz_policies
from tracenova.policies import extended_server_attributes as esa_policies
from tracenova.policies import extended_status as es_policies
from tracenova.policies import extended_volumes as ev_policies
from tracenova.policies import hide_server_addresses as hsa_policies
from tracenova.policies import keypairs as kp_policies
from tracenova.policies import security_groups as sg_policies
from tracenova.policies import server_usage as su_policies
from tracenova.policies.servers import SERVERS

View = dict[str, Any]
Extend = Callable[[wsgi.Request, View, Any], None]

_ATTRIBUTES_2_3 = (
    "reservation_id",
    "launch_index",
    "hostname",
    "kernel_id",
    "ramdisk_id",
    "root_device_name",
    "user_data",
)


def availability_zone(req: wsgi.Request, server: View, instance: Any) -> None:
    """The zone of the host, or the one asked for while there is no host."""
    context = req.environ["nova.context"]
    zone = availability_zones.get_instance_availability_zone(context, instance)
    server["OS-EXT-AZ:availability_zone"] = zone or ""


def server_attributes(req: wsgi.Request, server: View, instance: Any) -> None:
    """Host, node and name at the hypervisor; for administrators."""
    prefix = "OS-EXT-SRV-ATTR:"
    server[prefix + "hypervisor_hostname"] = instance.node
    server[prefix + "host"] = instance.host
    server[prefix + "instance_name"] = instance.name
    if api_version_request.is_supported(req, min_version="2.3"):
        for attribute in _ATTRIBUTES_2_3:
            server[prefix + attribute] = getattr(instance, attribute)


def status(req: wsgi.Request, server: View, instance: Any) -> None:
    """The three states that make up the status."""
    for state in ("task_state", "vm_state", "power_state"):
        server[f"OS-EXT-STS:{state}"] = getattr(instance, state)


def usage(req: wsgi.Request, server: View, instance: Any) -> None:
    """When the guest was started, and when it ended."""
    for key in ("launched_at", "terminated_at"):
        at = getattr(instance, key)
        server[f"OS-SRV-USG:{key}"] = at and at.replace(tzinfo=None)


def config_drive(req: wsgi.Request, server: View, instance: Any) -> None:
    """Whether there is a config drive."""
    server["config_drive"] = instance.config_drive


def key_name(req: wsgi.Request, server: View, instance: Any) -> None:
    """The name of the key pair."""
    server["key_name"] = instance.key_name


def hide_addresses(req: wsgi.Request, server: View, instance: Any) -> None:
    """Users do not see addresses that may not be final yet."""
    hidden = [state.lower() for state in CONF.osapi_hide_server_address_states]
    if instance.vm_state in hidden:
        server["addresses"] = {}


_EXTENSIONS: tuple[tuple[str, Extend], ...] = (
    (cd_policies.BASE_POLICY_NAME, config_drive),
    (eaz_policies.BASE_POLICY_NAME, availability_zone),
    (esa_policies.BASE_POLICY_NAME, server_attributes),
    (es_policies.BASE_POLICY_NAME, status),
    (hsa_policies.BASE_POLICY_NAME, hide_addresses),
    (kp_policies.BASE_POLICY_NAME, key_name),
    (su_policies.BASE_POLICY_NAME, usage),
)


class ExtendedServersController(wsgi.Controller):
    """Adds to each server what policy lets the user see."""

    def __init__(self) -> None:
        self.compute_api = compute.API()
        self.security_group_api = openstack_driver.get_openstack_security_group_driver()

    @wsgi.extends
    def show(self, req: wsgi.Request, resp_obj: Any, id: str) -> None:
        """Add to one server."""
        self._extend(req, [resp_obj.obj["server"]])

    @wsgi.extends
    def detail(self, req: wsgi.Request, resp_obj: Any) -> None:
        """Add to every server of a page."""
        self._extend(req, resp_obj.obj["servers"])

    @wsgi.extends
    def create(self, req: wsgi.Request, resp_obj: Any, body: View) -> None:
        """Show the security groups that were asked for; neutron knows none yet."""
        if "server" in resp_obj.obj:
            resp_obj.obj["server"]["security_groups"] = body["server"].get(
                "security_groups", [{"name": "default"}]
            )

    def _extend(self, req: wsgi.Request, servers: list[View]) -> None:
        context = req.environ["nova.context"]
        for rule, extend in _EXTENSIONS:
            if context.can(rule, fatal=False):
                for server in servers:
                    extend(req, server, req.get_db_instance(server["id"]))
        if context.can(ev_policies.BASE_POLICY_NAME, fatal=False):
            self._add_volumes(req, servers)
        if servers and context.can(sg_policies.BASE_POLICY_NAME, fatal=False):
            self._add_security_groups(req, servers)
        if api_version_request.is_supported(req, "2.16") and context.can(
            SERVERS % "show:host_status", fatal=False
        ):
            self._add_host_status(req, servers)

    def _add_security_groups(self, req: wsgi.Request, servers: list[View]) -> None:
        bindings = self.security_group_api.get_instances_security_groups_bindings(
            req.environ["nova.context"], [server["id"] for server in servers]
        )
        for server in servers:
            if groups := bindings.get(server["id"]):
                server["security_groups"] = groups

    @staticmethod
    def _add_volumes(req: wsgi.Request, servers: list[View]) -> None:
        context = req.environ["nova.context"]
        with_flag = api_version_request.is_supported(req, min_version="2.3")
        by_server = objects.BlockDeviceMappingList.bdms_by_instance_uuid(
            context, [server["id"] for server in servers]
        )
        for server in servers:
            server["os-extended-volumes:volumes_attached"] = [
                {"id": bdm.volume_id}
                | (
                    {"delete_on_termination": bdm.delete_on_termination}
                    if with_flag
                    else {}
                )
                for bdm in by_server.get(server["id"], [])
                if bdm.volume_id
            ]

    def _add_host_status(self, req: wsgi.Request, servers: list[View]) -> None:
        for server in servers:
            instance = req.get_db_instance(server["id"])
            server["host_status"] = self.compute_api.get_instance_host_status(instance)


class ExtendedServers(extensions.V21APIExtensionBase):
    """Additions to servers that are shown."""

    name = "ExtendedServers"
    alias = "os-extended-servers"

    def get_controller_extensions(self) -> list[extensions.ControllerExtension]:
        """Return the one addition, to /servers."""
        return [extensions.ControllerExtension("servers", ExtendedServersController())]
