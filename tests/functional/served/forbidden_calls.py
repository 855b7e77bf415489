"""Calls that a plain user of another project may not make, and what they are answered."""

from typing import Any

Call = tuple[str, str, str, Any, int]

# service, method, path, body, the answer's code; for a plain user of another project
FORBIDDEN: list[Call] = [
    ("nova", "GET", "/v2.1/{mine}/servers/{server}", None, 404),
    ("nova", "GET", "/v2.1/{theirs}/servers/{server}", None, 400),
    ("nova", "GET", "/v2.1/{theirs}/servers", None, 400),
    ("nova", "GET", "/v2.1/{mine}/servers?all_tenants=1", None, 403),
    ("nova", "DELETE", "/v2.1/{mine}/servers/{server}", None, 404),
    ("nova", "POST", "/v2.1/{mine}/servers/{server}/action", {"os-stop": None}, 404),
    (
        *("nova", "POST", "/v2.1/{mine}/servers/{server}/action"),
        {"reboot": {"type": "HARD"}},
        404,
    ),
    (
        *("nova", "POST", "/v2.1/{mine}/servers/{server}/action"),
        {"os-resetState": {"state": "error"}},
        403,
    ),
    (
        *("nova", "POST", "/v2.1/{mine}/servers/{server}/action"),
        {"os-getConsoleOutput": {}},
        404,
    ),
    ("nova", "PUT", "/v2.1/{mine}/servers/{server}", {"server": {"name": "x"}}, 404),
    ("nova", "GET", "/v2.1/{mine}/servers/{server}/metadata", None, 404),
    (
        *("nova", "POST", "/v2.1/{mine}/servers/{server}/metadata"),
        {"metadata": {"a": "b"}},
        404,
    ),
    ("nova", "POST", "/v2.1/{mine}/servers/{server}/action", {"lock": None}, 404),
    ("nova", "POST", "/v2.1/{mine}/servers/{server}/action", {"unlock": None}, 404),
    (
        *("nova", "POST", "/v2.1/{mine}/servers/{server}/action"),
        {"addSecurityGroup": {"name": "default"}},
        404,
    ),
    ("nova", "GET", "/v2.1/{mine}/servers/{server}/os-security-groups", None, 404),
    ("nova", "GET", "/v2.1/{mine}/servers/{server}/os-interface", None, 404),
    ("nova", "GET", "/v2.1/{mine}/os-security-groups/{security_group}", None, 404),
    ("nova", "DELETE", "/v2.1/{mine}/os-security-groups/{security_group}", None, 404),
    (
        *("nova", "PUT", "/v2.1/{mine}/os-security-groups/{security_group}"),
        {"security_group": {"name": "mine", "description": "mine"}},
        404,
    ),
    (
        *("nova", "POST", "/v2.1/{mine}/os-security-group-rules"),
        {
            "security_group_rule": {
                "parent_group_id": "{security_group}",
                "ip_protocol": "tcp",
                "from_port": 22,
                "to_port": 22,
            }
        },
        404,
    ),
    ("nova", "GET", "/v2.1/{mine}/servers/{server}/tags", None, 404),
    ("nova", "GET", "/v2.1/{mine}/servers/{server}/os-interface/{port}", None, 404),
    ("nova", "GET", "/v2.1/{mine}/servers/{server}/os-volume_attachments", None, 404),
    ("nova", "GET", "/v2.1/{mine}/servers/{server}/os-server-password", None, 404),
    ("nova", "GET", "/v2.1/{mine}/os-simple-tenant-usage", None, 403),
    ("nova", "GET", "/v2.1/{mine}/os-simple-tenant-usage/{theirs}", None, 403),
    ("nova", "GET", "/v2.1/{mine}/servers/{server}/os-instance-actions", None, 404),
    ("nova", "GET", "/v2.1/{mine}/servers/{server}/ips", None, 404),
    (
        *("nova", "POST", "/v2.1/{mine}/servers/{server}/os-volume_attachments"),
        {"volumeAttachment": {"volumeId": "{volume}"}},
        404,
    ),
    (
        *(
            "nova",
            "DELETE",
            "/v2.1/{mine}/servers/{server}/os-volume_attachments/{volume}",
        ),
        None,
        404,
    ),
    (
        *("nova", "POST", "/v2.1/{mine}/servers/{server}/os-interface"),
        {"interfaceAttachment": {"port_id": "{port}"}},
        404,
    ),
    ("nova", "DELETE", "/v2.1/{mine}/servers/{server}/os-interface/{port}", None, 404),
    *(
        ("nova", "POST", "/v2.1/{mine}/servers/{server}/action", body, 404)
        for body in (
            *({"pause": None}, {"unpause": None}, {"suspend": None}, {"resume": None}),
            {"addFixedIp": {"networkId": "{network}"}},
            {"removeFixedIp": {"address": "10.0.0.3"}},
            {"createImage": {"name": "stolen"}},
            {"rebuild": {"imageRef": "{public_image}"}},
        )
    ),
    # one's own server takes nothing of somebody else's
    (
        *("nova", "POST", "/v2.1/{mine}/servers/{own_server}/os-volume_attachments"),
        {"volumeAttachment": {"volumeId": "{volume}"}},
        404,
    ),
    (
        *("nova", "POST", "/v2.1/{mine}/servers/{own_server}/os-interface"),
        {"interfaceAttachment": {"port_id": "{port}"}},
        404,
    ),
    (
        *("nova", "POST", "/v2.1/{mine}/servers/{own_server}/os-interface"),
        {"interfaceAttachment": {"net_id": "{network}"}},
        404,
    ),
    (
        *("nova", "POST", "/v2.1/{mine}/servers/{own_server}/action"),
        {"rebuild": {"imageRef": "{image}"}},
        400,
    ),
    ("nova", "GET", "/v2.1/{mine}/os-server-groups/{group}", None, 404),
    ("nova", "DELETE", "/v2.1/{mine}/os-server-groups/{group}", None, 404),
    ("nova", "GET", "/v2.1/{mine}/os-keypairs/theirs", None, 404),
    ("nova", "DELETE", "/v2.1/{mine}/os-keypairs/theirs", None, 404),
    (
        *("nova", "POST", "/v2.1/{mine}/flavors"),
        {"flavor": {"name": "x", "ram": 1, "vcpus": 1, "disk": 1}},
        403,
    ),
    ("nova", "DELETE", "/v2.1/{mine}/flavors/{flavor}", None, 403),
    ("nova", "GET", "/v2.1/{mine}/os-hypervisors", None, 403),
    ("nova", "GET", "/v2.1/{mine}/os-services", None, 403),
    (
        *("nova", "PUT", "/v2.1/{mine}/os-services/disable"),
        {"host": "compute1", "binary": "nova-compute"},
        403,
    ),
    ("nova", "GET", "/v2.1/{mine}/os-aggregates", None, 403),
    (
        *("nova", "POST", "/v2.1/{mine}/os-aggregates"),
        {"aggregate": {"name": "a"}},
        403,
    ),
    ("nova", "PUT", "/v2.1/{mine}/os-aggregates/1", {"aggregate": {"name": "b"}}, 403),
    ("nova", "DELETE", "/v2.1/{mine}/os-services/1", None, 403),
    ("nova", "GET", "/v2.1/{mine}/os-availability-zone/detail", None, 403),
    (
        *("nova", "PUT", "/v2.1/{mine}/os-quota-sets/{mine}"),
        {"quota_set": {"cores": 9999}},
        403,
    ),
    ("nova", "GET", "/v2.1/{mine}/os-quota-sets/{theirs}", None, 403),
    (
        *("nova", "POST", "/v2.1/{mine}/os-server-external-events"),
        {"events": [{"name": "network-vif-deleted", "server_uuid": "{server}"}]},
        403,
    ),
    ("glance", "GET", "/v2/images/{image}", None, 404),
    ("glance", "GET", "/v2/images/{image}/file", None, 404),
    ("glance", "PUT", "/v2/images/{image}/file", None, 404),
    ("glance", "DELETE", "/v2/images/{image}", None, 404),
    ("glance", "DELETE", "/v2/images/{public_image}", None, 403),
    ("glance", "POST", "/v2/images/{image}/actions/deactivate", None, 404),
    ("glance", "POST", "/v2/images/{public_image}/actions/deactivate", None, 403),
    ("glance", "GET", "/v2/images/{image}/members", None, 404),
    ("glance", "POST", "/v2/images/{image}/members", {"member": "{mine}"}, 404),
    ("glance", "PUT", "/v2/images/{image}/members/{mine}", {"status": "accepted"}, 404),
    (
        *("glance", "POST", "/v2/images"),
        {
            "name": "p",
            "visibility": "public",
            "disk_format": "raw",
            "container_format": "bare",
        },
        403,
    ),
    ("neutron", "GET", "/v2.0/ports/{port}", None, 404),
    ("neutron", "PUT", "/v2.0/ports/{port}", {"port": {"name": "x"}}, 404),
    ("neutron", "DELETE", "/v2.0/ports/{port}", None, 404),
    ("neutron", "GET", "/v2.0/networks/{network}", None, 404),
    ("neutron", "DELETE", "/v2.0/networks/{network}", None, 404),
    ("neutron", "POST", "/v2.0/ports", {"port": {"network_id": "{network}"}}, 404),
    (
        *("neutron", "POST", "/v2.0/subnets"),
        {
            "subnet": {
                "network_id": "{network}",
                "cidr": "10.9.0.0/24",
                "ip_version": 4,
            }
        },
        404,
    ),
    (
        *("neutron", "POST", "/v2.0/networks"),
        {"network": {"name": "x", "shared": True}},
        403,
    ),
    (
        *("neutron", "POST", "/v2.0/networks"),
        {"network": {"name": "x", "tenant_id": "{theirs}"}},
        403,
    ),
    ("neutron", "DELETE", "/v2.0/security-groups/{security_group}", None, 404),
    ("neutron", "PUT", "/v2.0/quotas/{mine}", {"quota": {"port": 99}}, 403),
    ("neutron", "DELETE", "/v2.0/quotas/{theirs}", None, 403),
    ("cinder", "GET", "/v2/{mine}/volumes/{volume}/metadata", None, 404),
    (
        *("cinder", "POST", "/v2/{mine}/volumes/{volume}/metadata"),
        {"metadata": {"a": "b"}},
        404,
    ),
    (
        *("cinder", "PUT", "/v2/{mine}/snapshots/{snapshot}/metadata"),
        {"metadata": {}},
        404,
    ),
    (
        *("cinder", "PUT", "/v2/{mine}/os-quota-sets/{mine}"),
        {"quota_set": {"volumes": 99}},
        403,
    ),
    ("cinder", "DELETE", "/v2/{mine}/os-quota-sets/{theirs}", None, 403),
    ("cinder", "GET", "/v2/{mine}/volumes/{volume}", None, 404),
    ("cinder", "GET", "/v2/{theirs}/volumes/{volume}", None, 404),
    ("cinder", "DELETE", "/v2/{mine}/volumes/{volume}", None, 404),
    (
        *("cinder", "POST", "/v2/{mine}/volumes/{volume}/action"),
        {"os-detach": {}},
        404,
    ),
    (
        *("cinder", "POST", "/v2/{mine}/snapshots"),
        {"snapshot": {"volume_id": "{volume}"}},
        404,
    ),
    ("cinder", "GET", "/v2/{mine}/snapshots/{snapshot}", None, 404),
    ("cinder", "DELETE", "/v2/{mine}/snapshots/{snapshot}", None, 404),
    (
        *("cinder", "PUT", "/v2/{mine}/snapshots/{snapshot}"),
        {"snapshot": {"name": "mine"}},
        404,
    ),
    (
        *("cinder", "POST", "/v2/{mine}/volumes"),
        {"volume": {"snapshot_id": "{snapshot}", "size": 1}},
        404,
    ),
    ("placement", "GET", "/resource_providers", None, 403),
    ("placement", "PUT", "/allocations/{server}", {"allocations": []}, 403),
    ("keystone", "GET", "/v3/users", None, 403),
]
