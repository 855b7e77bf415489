"""A nova-api with a real database and neighbours that only answer and write down."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from oslo_utils import units

from tests.unit.fake_rpc import FakeRpc
from tracenova import conf, context, exception, identity, objects, rpc
from tracenova.compute import api as compute_api
from tracenova.db import migration
from tracenova.db.sqlalchemy import enginefacade

IMAGE = "11111111-1111-4111-8111-111111111111"
NETWORK = "22222222-2222-4222-8222-222222222222"
KERNEL = "33333333-3333-4333-8333-333333333333"


@dataclass
class FakeNotifier:
    """Writes notifications down."""

    sent: list[tuple[str, str, Any]] = field(default_factory=list)

    def info(self, ctxt: Any, event_type: str, payload: Any) -> None:
        """Note an INFO notification."""
        self.sent.append(("info", event_type, payload))

    def error(self, ctxt: Any, event_type: str, payload: Any) -> None:
        """Note an ERROR notification."""
        self.sent.append(("error", event_type, payload))


@dataclass
class FakeGlance:
    """Images by id."""

    images: dict[str, dict[str, Any]] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)

    def get(self, ctxt: Any, image_id: str, **_: Any) -> dict[str, Any]:
        """Return the image or raise ImageNotFound."""
        if image_id not in self.images:
            raise exception.ImageNotFound(image_id=image_id)
        return self.images[image_id]


@dataclass
class FakeNeutron:
    """Validates as it is told to, and takes note of what it frees."""

    ports_for: int | None = None  # instances that ports are left for
    error: Exception | None = None
    sriov_error: Exception | None = None
    asked: list[Any] = field(default_factory=list)
    deallocated: list[str] = field(default_factory=list)
    deallocate_error: Exception | None = None

    def validate_networks(self, ctxt: Any, networks: Any, num_instances: int) -> int:
        """Return for how many instances there are ports."""
        self.asked.append(networks)
        if self.error:
            raise self.error
        return num_instances if self.ports_for is None else self.ports_for

    def create_pci_requests_for_sriov_ports(
        self, ctxt: Any, pci_requests: Any, networks: Any
    ) -> None:
        """Fail if told to."""
        if self.sriov_error:
            raise self.sriov_error

    def deallocate_for_instance(self, ctxt: Any, instance: Any, **_: Any) -> None:
        """Note whose networks were freed."""
        if self.deallocate_error:
            raise self.deallocate_error
        self.deallocated.append(instance.uuid)


@dataclass
class FakeSecurityGroups:
    """Knows the groups it is given."""

    known: set[str] = field(default_factory=set)

    def get(self, ctxt: Any, name: str) -> dict[str, str] | None:
        """Return the group or None."""
        return {"name": name} if name in self.known else None

    def populate_security_groups(self, names: Any) -> Any:
        """Return an empty list, as neutron's driver does."""
        return objects.SecurityGroupList(objects=[])

    def ensure_default(self, ctxt: Any) -> None:
        """Do nothing, as neutron's driver does."""


@dataclass
class FakeCinder:
    """Volumes and snapshots by id."""

    volumes: dict[str, dict[str, Any]] = field(default_factory=dict)
    attach_error: Exception | None = None

    def get(self, ctxt: Any, volume_id: str) -> dict[str, Any]:
        """Return the volume or raise VolumeNotFound."""
        if volume_id not in self.volumes:
            raise exception.VolumeNotFound(volume_id=volume_id)
        return self.volumes[volume_id]

    def check_attach(self, ctxt: Any, volume: Any, instance: Any = None) -> None:
        """Fail if told to."""
        if self.attach_error:
            raise self.attach_error


@dataclass
class World:
    """Everything around one compute.API."""

    conf: Any
    context: context.RequestContext
    rpc: FakeRpc
    notifier: FakeNotifier
    glance: FakeGlance
    neutron: FakeNeutron
    cinder: FakeCinder
    groups: FakeSecurityGroups
    api: compute_api.API

    def image(self, **changes: Any) -> dict[str, Any]:
        """Change the image that servers are made of."""
        self.glance.images[IMAGE].update(changes)
        return self.glance.images[IMAGE]

    def create(self, **wishes: Any) -> list[Any]:
        """Create servers as POST /servers does; return the instances."""
        values = {
            "instance_type": make_flavor(),
            "image_href": IMAGE,
            "display_name": "web",
            "block_device_mapping": [root_disk()],
            "legacy_bdm": False,
            "injected_files": [],
            "metadata": {},
            "check_server_group_quota": True,
            **wishes,
        }
        instances, _ = self.api.create(self.context, **values)
        return instances

    def rows(self, list_class: str) -> int:
        """Return how many instances or build requests there are."""
        if list_class == "InstanceList":
            return len(
                objects.InstanceList.get_by_filters(
                    self.context.elevated(), {"deleted": False}
                )
            )
        return len(objects.BuildRequestList.get_all(self.context.elevated()))

    def used(self) -> dict[str, tuple[int, int]]:
        """Return in_use and reserved of instances, cores and ram."""
        from tracenova import quota

        usages = quota.QUOTAS.get_project_quotas(self.context, self.context.project_id)
        return {
            name: (usages[name]["in_use"], usages[name]["reserved"])
            for name in ("instances", "cores", "ram")
        }


def make_flavor(**changes: Any) -> Any:
    """A flavor like m1.tiny."""
    values = {
        "id": 1,
        "flavorid": "1",
        "name": "m1.tiny",
        "memory_mb": 512,
        "vcpus": 1,
        "root_gb": 1,
        "ephemeral_gb": 0,
        "swap": 0,
        "rxtx_factor": 1.0,
        "vcpu_weight": None,
        "disabled": False,
        "is_public": True,
        "extra_specs": {},
    }
    return objects.Flavor(**{**values, **changes})


def root_disk(image_id: str = IMAGE) -> dict[str, Any]:
    """The disk that the REST layer adds for an image boot."""
    from tracenova import block_device

    return block_device.create_image_bdm(image_id)


def networks(**wish: Any) -> Any:
    """A request for one network."""
    request = objects.NetworkRequest(**{"network_id": NETWORK, **wish})
    return objects.NetworkRequestList(objects=[request])


@contextmanager
def new_world(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A nova-api of its own, databases in the folder."""
    service = identity.ServiceIdentity("nova-api", "api1", cloud=folder.name)
    options = conf.new_config()
    for group, name in (("database", "cell"), ("api_database", "api")):
        url = f"sqlite:///{folder}/{name}.sqlite"
        options.set_override("connection", url, group=group)
    bus, notifier = FakeRpc(), FakeNotifier()
    monkeypatch.setattr(rpc, "get_client", bus.get_client)
    monkeypatch.setattr(rpc, "get_notifier", lambda *_, **__: notifier)
    monkeypatch.setattr(rpc, "get_versioned_notifier", lambda *_, **__: notifier)
    conf.assign(service, options)
    try:
        with identity.acting_as(service):
            migration.db_sync()
            yield _world(options, bus, notifier)
    finally:
        enginefacade.dispose()
        conf.release(service)


def _world(options: Any, bus: FakeRpc, notifier: FakeNotifier) -> World:
    image = {
        "id": IMAGE,
        "name": "guest",
        "status": "active",
        "min_ram": 0,
        "min_disk": 0,
        "size": units.Mi,
        "disk_format": "raw",
        "container_format": "bare",
        "properties": {},
    }
    glance, neutron = FakeGlance({IMAGE: image}), FakeNeutron()
    cinder, groups = FakeCinder(), FakeSecurityGroups()
    return World(
        conf=options,
        context=context.RequestContext("demo-user", "demo", is_admin=False),
        rpc=bus,
        notifier=notifier,
        glance=glance,
        neutron=neutron,
        cinder=cinder,
        groups=groups,
        api=compute_api.API(
            image_api=glance,
            network_api=neutron,
            volume_api=cinder,
            security_group_api=groups,
        ),
    )
