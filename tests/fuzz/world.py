"""A cloud that is asked everything, its people's tokens, and all calls there are."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import webob

from tests.functional.libvirt import labs
from tests.functional.served.clients import LAB
from tests.fuzz import calls_changes, calls_neighbours, calls_nova
from tests.fuzz.calls import Call
from tracenova import http
from tracenova.lab import files
from tracenova.lab.client import Client
from tracenova.lab.cloud import Cloud
from tracenova.lab.settings import URLS, Settings

CALLS: Final = calls_nova.CALLS + calls_neighbours.CALLS + calls_changes.CALLS


@dataclass
class World:
    """A cloud, a token of its administrator and a user, and ids of what there is."""

    cloud: Cloud
    tokens: dict[str, str]
    ids: dict[str, str]

    def ask(self, call: Call, path: str, body: bytes, headers: Any) -> Any:
        """Send a request to the service's application; return its answer."""
        request = webob.Request.blank(
            "/", method=call.method, headers=headers, body=body
        )
        request.environ["PATH_INFO"], _, query = path.partition("?")
        request.environ["QUERY_STRING"] = query
        return request.get_response(http.mounted_app(URLS[call.service]))


@contextlib.contextmanager
def running(folder: Path) -> Iterator[World]:
    """Run a cloud on fake hosts in this process, within the block."""
    lab = files.parse(LAB.replace("instances = 1000", "instances = 8"), "fuzz.toml")
    settings = Settings(folder, f"fakeredis://{folder.name}/")
    with Cloud(lab, settings, virt="fake") as cloud:
        users = cloud.around.tokens.users
        tokens = {
            name: cloud.around.tokens.issue(users[name], "demo")
            for name in ("admin", "demo")
        }
        yield World(cloud, tokens, _ids(cloud))


def _ids(cloud: Cloud) -> dict[str, str]:
    client = cloud.client(admin=True)
    networks = cloud.around.neutron.store.all("networks")
    return {
        "project": client.project_id,
        "flavor": client.call("GET", "/flavors")["flavors"][0]["id"],
        "image": cloud.around.glance.find_by_name("guest") or "",
        "network": networks[0]["id"],
        "subnet": cloud.around.neutron.store.all("subnets")[0]["id"],
        "server": _server(cloud, client),
        "volume": labs.create_volume(cloud, size_gb=1),
    }


def _server(cloud: Cloud, client: Client) -> str:
    """Return a server that is ACTIVE: what is asked of it is carried out."""
    (server_id,) = labs.create(cloud, client, flavor="m1.tiny")
    labs.settled(client, server_id)
    return server_id
