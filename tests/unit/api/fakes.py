"""Edges of the API: a compute API that notes what it is asked, and clients."""

import datetime
import json
from types import SimpleNamespace
from typing import Any

import webob

from tracenova import exception
from tracenova.wsgi import WSGIApp

PROJECT = "6f70656e737461636b20342065766572"
OTHER_PROJECT = "deadbeef"
IMAGE = "70a599e0-31e7-49b7-b260-868f441e862b"
SERVER = "5c53dd8c-3f0b-4d32-9ad3-9d5c5a0bd001"
NETWORK = "a1b2c3d4-0000-4000-8000-00000000000a"
PORT = "a1b2c3d4-0000-4000-8000-00000000000b"
NOW = datetime.datetime(2016, 10, 6, 12, 0, 0, tzinfo=datetime.UTC)


def make_flavor(flavorid: str = "1", **changes: Any) -> SimpleNamespace:
    """Return a flavor as the API reads it."""
    flavor = {
        "flavorid": flavorid,
        "name": "m1.tiny",
        "memory_mb": 512,
        "root_gb": 1,
        "vcpus": 1,
        "swap": 0,
        "ephemeral_gb": 0,
        "disabled": False,
        "is_public": True,
        "rxtx_factor": 1.0,
        "extra_specs": {"hw:numa_nodes": "1"},
    }
    return SimpleNamespace(**{**flavor, **changes})


def make_vif() -> "FakeVIF":
    """Return a VIF with one fixed address on the network ``private``."""
    return FakeVIF(network={"label": "private"}, address="fa:16:3e:00:00:01")


class FakeVIF(dict[str, Any]):
    """A VIF of the network info cache."""

    def fixed_ips(self) -> list[dict[str, Any]]:
        """Return one address."""
        return [{"version": 4, "address": "10.0.0.5", "type": "fixed"}]

    def floating_ips(self) -> list[dict[str, Any]]:
        """Return none."""
        return []


def make_instance(uuid: str = SERVER, **changes: Any) -> SimpleNamespace:
    """Return an active instance as the API reads it."""
    instance: dict[str, Any] = {
        "uuid": uuid,
        "name": "instance-00000001",
        "display_name": "one",
        "display_description": "a server",
        "project_id": PROJECT,
        "user_id": "demo",
        "vm_state": "active",
        "task_state": None,
        "power_state": 1,
        "metadata": {"colour": "blue"},
        "host": "compute1",
        "node": "compute1",
        "image_ref": IMAGE,
        "created_at": NOW,
        "updated_at": NOW,
        "launched_at": NOW,
        "terminated_at": None,
        "access_ip_v4": None,
        "access_ip_v6": None,
        "auto_disk_config": False,
        "deleted": False,
        "progress": 0,
        "locked_by": None,
        "tags": [],
        "fault": None,
        "config_drive": "",
        "key_name": "mine",
        "availability_zone": "nova",
        "reservation_id": "r-12345678",
        "launch_index": 0,
        "hostname": "one",
        "kernel_id": "",
        "ramdisk_id": "",
        "root_device_name": "/dev/vda",
        "user_data": None,
        "get_flavor": make_flavor,
    }
    return SimpleNamespace(**{**instance, **changes})


class FakeInstances(list[Any]):
    """An InstanceList as the API reads it."""

    def fill_faults(self) -> None:
        """Do nothing: there are none."""


class FakeComputeAPI:
    """Notes every call; answers with what the test has put in.

    Attributes:
        calls: (method, arguments) in order.
        instances: what ``get`` and ``get_all`` find.
        error: raised by the next create, get_all or delete.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything, for the next test."""
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.instances = [make_instance()]
        self.error: Exception | None = None

    def __call__(self) -> "FakeComputeAPI":
        """Be the class, too: there is one API for all controllers."""
        return self

    def last(self, method: str) -> dict[str, Any]:
        """Return the arguments of the last call of the method."""
        return next(args for name, args in reversed(self.calls) if name == method)

    def _note(self, method: str, **args: Any) -> None:
        self.calls.append((method, args))
        if self.error is not None:
            raise self.error

    def create(self, context: Any, flavor: Any, image: str, **kwargs: Any) -> Any:
        """Take in a create."""
        self._note("create", flavor=flavor, image=image, **kwargs)
        return [make_instance(vm_state="building", host=None)], "r-abcdefgh"

    def get(self, context: Any, instance_id: str, **kwargs: Any) -> Any:
        """Find one instance."""
        self.calls.append(("get", {"id": instance_id, **kwargs}))
        for instance in self.instances:
            if instance.uuid == instance_id:
                return instance
        raise exception.InstanceNotFound(instance_id=instance_id)

    def get_all(self, context: Any, **kwargs: Any) -> FakeInstances:
        """Find all instances."""
        self._note("get_all", context=context, **kwargs)
        return FakeInstances(self.instances[: kwargs["limit"]])

    def delete(self, context: Any, instance: Any) -> None:
        """Take in a delete."""
        self._note("delete", instance=instance)

    def external_instance_event(
        self, context: Any, instances: Any, events: Any
    ) -> None:
        """Take in events."""
        self._note("external_instance_event", instances=instances, events=events)

    def get_instance_host_status(self, instance: Any) -> str:
        """Say that the host is up."""
        return "UP"

    @staticmethod
    def parse_availability_zone(
        context: Any, availability_zone: str | None
    ) -> tuple[str | None, str | None, str | None]:
        """Split zone, host and node."""
        zone, *forced = (availability_zone or "").split(":")
        if len(forced) > 2:
            raise exception.InvalidInput(reason="Unable to parse availability_zone")
        host, node = [*forced, "", ""][:2]
        return zone or None, host or None, node or None


class Client:
    """Speaks JSON to the application, as one user.

    Args:
        app: the loaded paste application.
        user: of the token; ``admin`` is an administrator.
        project: of the token and of the URLs.
    """

    def __init__(
        self, app: WSGIApp, user: str = "demo", project: str = PROJECT
    ) -> None:
        self.app = app
        self.user = user
        self.project = project

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        version: str | None = None,
        prefix: str = "/v2.1",
        headers: dict[str, str] | None = None,
        raw: bytes | None = None,
    ) -> webob.Response:
        """Send one request; the path begins behind the project."""
        request = webob.Request.blank(f"{prefix}/{self.project}{path}", method=method)
        request.headers["X-Auth-Token"] = f"{self.user}:{self.project}"
        if version:
            request.headers["OpenStack-API-Version"] = f"compute {version}"
        if body is not None or raw is not None:
            request.content_type = "application/json"
            request.body = raw if raw is not None else json.dumps(body).encode()
        request.headers.update(headers or {})
        return request.get_response(self.app)


def server_body(**server: Any) -> dict[str, Any]:
    """Return the body of a create with everything required at 2.1."""
    return {"server": {"name": "one", "imageRef": IMAGE, "flavorRef": "1", **server}}
