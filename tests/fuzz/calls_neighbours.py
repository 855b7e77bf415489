"""Calls to the services around Nova."""

from typing import Final

from tests.fuzz.calls import Call

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
    *(
        Call("glance", "POST", f"/v2/images/{{image}}/actions/{action}")
        for action in ("deactivate", "reactivate")
    ),
    Call("glance", "POST", "/v2/images/{image}/members", {"member": "{project}"}),
    Call("glance", "PUT", "/v2/images/{x}/members/{x}", {"status": "accepted"}),
    Call("glance", "DELETE", "/v2/images/{x}/members/{x}"),
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
    Call("neutron", "PUT", "/v2.0/quotas/{x}", {"quota": {"port": 9, "network": -1}}),
    Call("neutron", "DELETE", "/v2.0/quotas/{x}"),
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
    Call(
        "cinder",
        "PUT",
        "/v3/{project}/os-quota-sets/{x}",
        {"quota_set": {"volumes": 9, "gigabytes": -1, "snapshots": "5"}},
    ),
    Call("cinder", "DELETE", "/v3/{project}/os-quota-sets/{x}"),
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
