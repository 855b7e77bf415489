"""Somebody who wants servers, and keeps asking."""

import contextlib
import time
from typing import Any

import httpx
import redis as redis_client

from tests.functional.messaging.conftest import RedisServer
from tests.functional.served.clients import UpCloud

LOOK_EVERY_S = 0.5
SETTLE_S = 240.0


class Caller:
    """Somebody with a token, who asks again when a service is not there."""

    def __init__(self, cloud: UpCloud) -> None:
        self._person = cloud.person("admin", "demo")
        self.project = self._person.project

    def nova(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """Ask nova-api once.

        Raises:
            httpx.TransportError: it is not there, or went away.
        """
        return self._person.ask("nova", method, f"/v2.1/{self.project}{path}", body)

    def told(self, service: str, path: str) -> Any:
        """Ask until there is an answer."""
        deadline = time.monotonic() + SETTLE_S
        while True:
            with contextlib.suppress(httpx.TransportError):
                answer = self._person.ask(service, "GET", path)
                if answer.status_code < 500:
                    return answer.json() if answer.status_code == 200 else None
            assert time.monotonic() < deadline, f"{service} does not answer {path}"
            time.sleep(LOOK_EVERY_S)


def wish(caller: Caller) -> dict[str, Any]:
    """Return what to POST for a small server."""
    flavors = caller.nova("GET", "/flavors").json()["flavors"]
    flavor = next(each["id"] for each in flavors if each["name"] == "m1.tiny")
    image = caller.told("glance", "/v2/images")["images"][0]["id"]
    network = caller.told("neutron", "/v2.0/networks")["networks"][0]["id"]
    networks = [{"uuid": network}]
    about = {"name": "storm", "flavorRef": flavor, "imageRef": image}
    return {"server": {**about, "networks": networks}}


def shown(caller: Caller, uuid: str) -> dict[str, Any]:
    """Return the server as it is shown, or that it is gone."""
    path = f"/v2.1/{caller.project}/servers/{uuid}"
    found = caller.told("nova", path)
    if found is None:
        return {"status": "gone", "OS-EXT-SRV-ATTR:host": None}
    server: dict[str, Any] = found["server"]
    return server


def deleted(caller: Caller, uuid: str) -> bool:
    """Ask for its deletion; say whether it is gone."""
    with contextlib.suppress(httpx.TransportError):
        return caller.nova("DELETE", f"/servers/{uuid}").status_code == 404
    return False


def is_silent(bus: RedisServer) -> bool:
    """Say whether no message for a service waits on the bus, or is being worked on."""
    try:
        with redis_client.Redis(port=bus.port) as asked:
            return not any(
                asked.xlen(key)
                for key in asked.keys("tracenova:nova:*")
                if b"notifications" not in key and asked.type(key) == b"stream"
            )
    except redis_client.ConnectionError:
        return False
