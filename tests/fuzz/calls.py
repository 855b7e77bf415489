"""An example of every call that the served APIs answer: what is sent, and to whom."""

import re
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True)
class Call:
    """One kind of request; ``{name}`` stands for the id of something there is."""

    service: str
    method: str
    path: str
    body: Any = None

    @property
    def placeholders(self) -> list[str]:
        """Return the names in its path."""
        return re.findall(r"{(\w+)}", self.path)


QUERIES: Final = [
    *("limit", "marker", "sort_key", "sort_dir", "all_tenants", "name", "status", "ip"),
    *(
        "changes-since",
        "fields",
        "id",
        "device_id",
        "member_of",
        "deleted",
        "is_public",
    ),
    *("minRam", "reservation_id", "host", "with_servers", "resources", "binary", "x"),
]
_NETWORKS: Final = [{"uuid": "{network}", "fixed_ip": "10.0.0.9", "tag": "nic"}]
_BDM: Final = {
    "boot_index": 0,
    "uuid": "{image}",
    "source_type": "image",
    "volume_size": 1,
    "destination_type": "volume",
    "delete_on_termination": True,
    "tag": "disk",
}
SERVER: Final = {
    "server": {
        "name": "fuzz",
        "flavorRef": "{flavor}",
        "imageRef": "{image}",
        "networks": _NETWORKS,
        "metadata": {"a": "b"},
        "min_count": 1,
        "max_count": 1,
        "availability_zone": "nova",
        "config_drive": False,
        "user_data": "YQ==",
        "key_name": "k",
        "adminPass": "x",
        "tags": ["a"],
        "security_groups": [{"name": "default"}],
        "return_reservation_id": True,
        "personality": [{"path": "/a", "contents": "YQ=="}],
        "description": "d",
        "block_device_mapping_v2": [_BDM],
    },
    "os:scheduler_hints": {"group": "{image}", "different_host": ["{image}"]},
}
_SIMPLE: Final = {
    "server": {"name": "fuzz", "flavorRef": "{flavor}", "imageRef": "{image}"}
}
_NOVA: Final = "/v2.1/{project}"


def _nova(method: str, path: str, body: Any = None) -> Call:
    return Call("nova", method, _NOVA + path, body)


_ACTIONS: Final[list[dict[str, Any]]] = [
    *({"os-start": None}, {"os-stop": None}, {"reboot": {"type": "SOFT"}}),
    *({"os-getConsoleOutput": {"length": 5}}, {"os-resetState": {"state": "error"}}),
    *({"lock": None}, {"unlock": None}, {"createImage": {"name": "a", "metadata": {}}}),
    *({"addSecurityGroup": {"name": "default"}}, {"evacuate": {"host": "x"}}),
]
_FLAVOR: Final = {
    "name": "f",
    "ram": 1,
    "vcpus": 1,
    "disk": 1,
    "id": "9",
    "swap": 0,
    "OS-FLV-EXT-DATA:ephemeral": 0,
    "rxtx_factor": 1.0,
    "os-flavor-access:is_public": True,
}
_EVENT: Final = {"name": "network-vif-plugged", "server_uuid": "{image}", "tag": "t"}
_RULE: Final = {
    "security_group_id": "{network}",
    "direction": "ingress",
    "protocol": "tcp",
    "port_range_min": 1,
    "port_range_max": 2,
    "remote_ip_prefix": "10.0.0.0/8",
    "ethertype": "IPv4",
}
_INVENTORY: Final = {"VCPU": {"total": 8, "reserved": 0, "allocation_ratio": 16.0}}
_ALLOCATION: Final = {
    "resource_provider": {"uuid": "{image}"},
    "resources": {"VCPU": 1},
}
_PASSWORD: Final = {
    "user": {"name": "demo", "password": "x", "domain": {"id": "default"}}
}

CALLS: Final[list[Call]] = [
    _nova("POST", "/servers", SERVER),
    _nova("POST", "/servers", _SIMPLE),
    *(_nova("POST", "/servers/{server}/action", each) for each in _ACTIONS),
    *(
        _nova("GET", path)
        for path in (
            *("/servers", "/servers/detail", "/servers/{server}", "/flavors"),
            *("/servers/{server}/metadata", "/servers/{server}/ips", "/limits"),
            *("/servers/{server}/os-instance-actions", "/os-hypervisors/detail"),
            *("/servers/{server}/os-volume_attachments", "/os-hypervisors/{x}"),
            *("/servers/{server}/os-interface", "/servers/{server}/tags"),
            *("/servers/{server}/os-instance-actions/{x}", "/os-hypervisors"),
            *(
                "/flavors/detail",
                "/flavors/{flavor}",
                "/flavors/{flavor}/os-extra_specs",
            ),
            *(
                "/flavors/{flavor}/os-extra_specs/{x}",
                "/os-keypairs",
                "/os-keypairs/{x}",
            ),
            *(
                "/os-quota-sets/{x}",
                "/os-quota-sets/{x}/detail",
                "/os-availability-zone",
            ),
            *("/os-availability-zone/detail", "/os-aggregates", "/os-aggregates/{x}"),
            *("/os-services", "/os-server-groups", "/os-server-groups/{x}", "/images"),
            *("/os-hypervisors/{x}/uptime", "/os-hypervisors/statistics", "/{x}/{y}"),
            *(
                "/os-hypervisors/{x}/servers",
                "/os-hypervisors/{x}/search",
                "/extensions",
            ),
        )
    ),
    *(
        _nova("DELETE", path)
        for path in (
            *("/servers/{server}", "/flavors/{flavor}", "/os-keypairs/{x}"),
            *("/os-aggregates/{x}", "/os-server-groups/{x}", "/os-quota-sets/{x}"),
            *("/flavors/{flavor}/os-extra_specs/{x}", "/os-services/{x}"),
        )
    ),
    _nova("PUT", "/servers/{server}", {"server": {"name": "n", "description": None}}),
    _nova("POST", "/servers/{server}/metadata", {"metadata": {"a": "b"}}),
    _nova("POST", "/flavors", {"flavor": _FLAVOR}),
    _nova("POST", "/flavors/{flavor}/os-extra_specs", {"extra_specs": {"a:b": "c"}}),
    _nova("PUT", "/flavors/{flavor}/os-extra_specs/a", {"a": "b"}),
    _nova("POST", "/flavors/{flavor}/action", {"addTenantAccess": {"tenant": "x"}}),
    _nova("POST", "/os-keypairs", {"keypair": {"name": "k", "type": "ssh"}}),
    _nova(
        "POST", "/os-keypairs", {"keypair": {"name": "k", "public_key": "ssh-rsa A"}}
    ),
    _nova("POST", "/os-aggregates", {"aggregate": {"name": "a"}}),
    _nova("POST", "/os-aggregates/1/action", {"add_host": {"host": "compute1"}}),
    _nova(
        "POST", "/os-aggregates/{x}/action", {"set_metadata": {"metadata": {"a": "b"}}}
    ),
    _nova("PUT", "/os-aggregates/{x}", {"aggregate": {"name": "a"}}),
    _nova(
        "POST",
        "/os-server-groups",
        {"server_group": {"name": "g", "policies": ["affinity"]}},
    ),
    _nova("PUT", "/os-quota-sets/{x}", {"quota_set": {"cores": 5, "force": True}}),
    _nova("PUT", "/os-services/disable", {"host": "x", "binary": "nova-compute"}),
    _nova(
        "PUT",
        "/os-services/force-down",
        {"host": "x", "binary": "nova-compute", "forced_down": True},
    ),
    _nova("POST", "/os-server-external-events", {"events": [_EVENT]}),
    _nova(
        "POST",
        "/servers/{server}/os-volume_attachments",
        {"volumeAttachment": {"volumeId": "{image}"}},
    ),
    _nova(
        "POST",
        "/servers/{server}/os-interface",
        {"interfaceAttachment": {"net_id": "{network}"}},
    ),
    Call("nova", "GET", "/"),
    Call("nova", "GET", "/v2.1/"),
    Call("nova", "PATCH", "/{x}/{y}", {"a": 1}),
    # --- keystone
    Call(
        "keystone",
        "POST",
        "/v3/auth/tokens",
        {
            "auth": {
                "identity": {"methods": ["password"], "password": _PASSWORD},
                "scope": {"project": {"name": "demo", "domain": {"id": "default"}}},
            }
        },
    ),
    Call(
        "keystone",
        "POST",
        "/v3/auth/tokens",
        {"auth": {"identity": {"methods": ["token"], "token": {"id": "x"}}}},
    ),
    *(
        Call("keystone", "GET", path)
        for path in (
            *("/", "/v3", "/v3/auth/tokens", "/v3/projects", "/v3/projects/{x}"),
            *("/v3/users", "/v3/users/{x}", "/v3/auth/projects", "/v3/auth/catalog"),
            *("/v3/services", "/v3/endpoints", "/v3/regions", "/v3/roles", "/v3/{x}"),
        )
    ),
    Call("keystone", "DELETE", "/v3/auth/tokens"),
    # --- glance
    Call(
        "glance",
        "POST",
        "/v2/images",
        {
            "name": "i",
            "disk_format": "raw",
            "container_format": "bare",
            "min_disk": 0,
            "min_ram": 0,
            "visibility": "private",
            "tags": ["a"],
            "hw_disk_bus": "virtio",
        },
    ),
    Call("glance", "PUT", "/v2/images/{x}/file", "data"),
    Call(
        "glance",
        "PATCH",
        "/v2/images/{x}",
        [{"op": "replace", "path": "/name", "value": "x"}],
    ),
    *(
        Call("glance", "GET", path)
        for path in (
            *("/", "/v2/images", "/v2/images/{image}", "/v2/images/{image}/file"),
            *("/v2/images/{x}", "/v2/schemas/image", "/v2/images/{x}/members", "/{x}"),
        )
    ),
    Call("glance", "DELETE", "/v2/images/{image}"),
    # --- neutron
    Call(
        "neutron",
        "POST",
        "/v2.0/ports",
        {
            "port": {
                "network_id": "{network}",
                "name": "p",
                "admin_state_up": True,
                "fixed_ips": [{"subnet_id": "{subnet}", "ip_address": "10.0.1.9"}],
                "security_groups": ["{image}"],
                "device_id": "d",
                "mac_address": "x",
                "binding:host_id": "compute1",
                "binding:profile": {},
            }
        },
    ),
    Call("neutron", "PUT", "/v2.0/ports/{x}", {"port": {"name": "x", "device_id": ""}}),
    Call(
        "neutron",
        "POST",
        "/v2.0/networks",
        {
            "network": {
                "name": "n",
                "shared": False,
                "admin_state_up": True,
                "mtu": 1500,
            }
        },
    ),
    Call("neutron", "PUT", "/v2.0/networks/{network}", {"network": {"name": "n"}}),
    Call(
        "neutron",
        "POST",
        "/v2.0/subnets",
        {
            "subnet": {
                "network_id": "{network}",
                "cidr": "10.77.0.0/24",
                "ip_version": 4,
                "gateway_ip": "10.77.0.1",
                "enable_dhcp": True,
                "name": "s",
                "allocation_pools": [{"start": "10.77.0.2", "end": "10.77.0.9"}],
                "dns_nameservers": ["8.8.8.8"],
                "host_routes": [],
            }
        },
    ),
    Call("neutron", "PUT", "/v2.0/subnets/{x}", {"subnet": {"name": "s"}}),
    Call(
        "neutron",
        "POST",
        "/v2.0/security-groups",
        {"security_group": {"name": "g", "description": ""}},
    ),
    Call(
        "neutron",
        "POST",
        "/v2.0/security-group-rules",
        {"security_group_rule": _RULE},
    ),
    *(
        Call("neutron", "GET", path)
        for path in (
            *(
                "/",
                "/v2.0/",
                "/v2.0/networks",
                "/v2.0/networks/{network}",
                "/v2.0/ports",
            ),
            *(
                "/v2.0/subnets",
                "/v2.0/subnets/{subnet}",
                "/v2.0/ports/{x}",
                "/v2.0/{x}",
            ),
            *(
                "/v2.0/security-groups",
                "/v2.0/security-group-rules",
                "/v2.0/extensions",
            ),
            *("/v2.0/agents", "/v2.0/routers", "/v2.0/floatingips", "/v2.0/quotas/{x}"),
        )
    ),
    Call("neutron", "DELETE", "/v2.0/ports/{x}"),
    Call("neutron", "DELETE", "/v2.0/networks/{network}"),
    Call("neutron", "DELETE", "/v2.0/security-group-rules/{x}"),
    # --- cinder
    Call(
        "cinder",
        "POST",
        "/v2/{project}/volumes",
        {
            "volume": {
                "size": 1,
                "name": "v",
                "imageRef": "{image}",
                "metadata": {"a": "b"},
                "availability_zone": "nova",
                "volume_type": None,
                "snapshot_id": None,
            }
        },
    ),
    *(
        Call("cinder", "POST", "/v2/{project}/volumes/{x}/action", each)
        for each in (
            {"os-attach": {"instance_uuid": "{image}", "mountpoint": "/dev/vda"}},
            {"os-detach": {"attachment_id": "x"}},
            {"os-reserve": None},
            {"os-initialize_connection": {"connector": {"host": "x"}}},
        )
    ),
    Call("cinder", "PUT", "/v3/{project}/volumes/{x}", {"volume": {"name": "n"}}),
    *(
        Call("cinder", "GET", path)
        for path in (
            *("/", "/v2/{project}/volumes", "/v3/{project}/volumes/detail"),
            *("/v2/{project}/volumes/{x}", "/v3/{project}/types", "/v3/{project}/{x}"),
            *("/v3/{project}/limits", "/v2/{project}/snapshots/detail"),
        )
    ),
    Call("cinder", "DELETE", "/v2/{project}/volumes/{x}"),
    # --- placement
    Call("placement", "POST", "/resource_providers", {"name": "n", "uuid": "{image}"}),
    Call(
        "placement",
        "PUT",
        "/resource_providers/{x}/inventories",
        {"resource_provider_generation": 0, "inventories": _INVENTORY},
    ),
    Call(
        "placement",
        "PUT",
        "/allocations/{x}",
        {"allocations": [_ALLOCATION]},
    ),
    *(
        Call("placement", "GET", path)
        for path in (
            *("/", "/resource_providers", "/resource_providers/{x}", "/{x}"),
            *("/resource_providers/{x}/inventories", "/allocations/{x}"),
            *("/resource_providers/{x}/usages", "/resource_providers/{x}/allocations"),
        )
    ),
    Call("placement", "DELETE", "/allocations/{x}"),
]
