"""Calls that change a server which exists, and snapshots of volumes."""

from typing import Any, Final

from tests.fuzz.calls import Call

_SERVER: Final = "/v2.1/{project}/servers/{server}"
_NETWORK: Final = {"networkId": "{network}"}

_ACTIONS: Final[list[dict[str, Any]]] = [
    *({"pause": None}, {"unpause": None}, {"suspend": None}, {"resume": None}),
    {"addFixedIp": _NETWORK},
    {"removeFixedIp": {"address": "10.0.0.3"}},
    {"createImage": {"name": "copy", "metadata": {"a": "b"}}},
    {
        "rebuild": {
            "imageRef": "{image}",
            "name": "anew",
            "adminPass": "x",
            "metadata": {"a": "b"},
            "personality": [{"path": "/a", "contents": "YQ=="}],
            "preserve_ephemeral": False,
            "accessIPv4": "192.0.2.7",
            "OS-DCF:diskConfig": "AUTO",
        }
    },
]


def _nova(method: str, below: str, body: Any = None) -> Call:
    return Call("nova", method, _SERVER + below, body)


CALLS: Final[list[Call]] = [
    *(_nova("POST", "/action", each) for each in _ACTIONS),
    _nova(
        "POST",
        "/os-volume_attachments",
        {"volumeAttachment": {"volumeId": "{volume}", "device": "/dev/vdb"}},
    ),
    _nova("DELETE", "/os-volume_attachments/{x}"),
    _nova("PUT", "/os-volume_attachments/{x}", {"volumeAttachment": {"volumeId": "x"}}),
    _nova(
        "POST",
        "/os-interface",
        {
            "interfaceAttachment": {
                "net_id": "{network}",
                "fixed_ips": [{"ip_address": "10.0.1.9"}],
            }
        },
    ),
    _nova("POST", "/os-interface", {"interfaceAttachment": {"port_id": "{image}"}}),
    _nova("DELETE", "/os-interface/{x}"),
    *(
        Call("nova", "GET", "/v2.1/{project}/servers?" + query)
        for query in ("tags=a,b", "tags-any=a", "not-tags=a,b", "not-tags-any=a")
    ),
    Call(
        "cinder",
        "POST",
        "/v3/{project}/snapshots",
        {
            "snapshot": {
                "volume_id": "{volume}",
                "name": "s",
                "description": "d",
                "force": True,
                "metadata": {"a": "b"},
            }
        },
    ),
    Call("cinder", "PUT", "/v3/{project}/snapshots/{x}", {"snapshot": {"name": "n"}}),
    Call("cinder", "DELETE", "/v3/{project}/snapshots/{x}"),
    Call(
        "cinder",
        "POST",
        "/v3/{project}/volumes",
        {"volume": {"size": 1, "snapshot_id": "{image}"}},
    ),
    *(
        Call("cinder", "GET", "/v3/{project}" + path)
        for path in ("/snapshots", "/snapshots/detail?limit=1", "/snapshots/{x}")
    ),
    *(
        Call(
            *("cinder", method, f"/v3/{{project}}/volumes/{{volume}}/metadata{below}"),
            body,
        )
        for method, below, body in (
            *(("GET", "", None), ("GET", "/a", None), ("DELETE", "/a", None)),
            *((each, "", {"metadata": {"a": "b"}}) for each in ("POST", "PUT")),
            ("PUT", "/a", {"meta": {"a": "b"}}),
        )
    ),
    *(
        Call("cinder", "POST", "/v3/{project}/volumes/{volume}/action", {name: None})
        for name in ("os-begin_detaching", "os-roll_detaching")
    ),
]
