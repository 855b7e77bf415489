"""Calls to nova-api."""

from typing import Any, Final

from tests.fuzz.calls import Call

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
]
