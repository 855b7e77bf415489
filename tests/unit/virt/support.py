"""Builders that the tests of virt, network, image and volume share."""

import contextlib
import pathlib
import uuid
from types import SimpleNamespace
from typing import Any

from tracenova import conf, http, identity, profiler
from tracenova.neighbours.cinder.app import Cinder
from tracenova.neighbours.glance.app import Glance
from tracenova.neighbours.keystone.app import Keystone
from tracenova.neighbours.keystone.tokens import TokenStore, User
from tracenova.neighbours.neutron.app import Neutron
from tracenova.network import model
from tracenova.network.neutronv2 import auth

PORT_ID = "11111111-2222-3333-4444-555555555555"
INFO_URL = "http://{}.f2:1"


class Recorder:
    """A tracing backend that keeps names and attributes, in order of start."""

    def __init__(self) -> None:
        self.spans: list[tuple[str, str, dict[str, Any]]] = []

    @contextlib.contextmanager
    def span(self, name: Any, kind: Any, attributes: Any) -> Any:
        """Keep the span."""
        kept = dict(attributes)
        self.spans.append((name, kind, kept))
        yield SimpleNamespace(set=kept.update, fail=lambda error: None, rename=str)

    def inject(self, carrier: Any) -> Any:
        """Send nothing along."""

    @contextlib.contextmanager
    def extracted(self, carrier: Any) -> Any:
        """Continue nothing."""
        yield

    def witnessed(self, carrier: Any) -> Any:
        """Have no clock."""

    def names(self, kind: str = "client") -> list[str]:
        """Return the names of the spans of a kind."""
        return [name for name, its_kind, _attributes in self.spans if its_kind == kind]

    def calls(self) -> list[str]:
        """HTTP requests as the story names them."""
        return [
            f"{attributes['http.request.method']} {attributes['url.template']}"
            for _name, kind, attributes in self.spans
            if kind == "client" and "url.template" in attributes
        ]


@contextlib.contextmanager
def recording() -> Any:
    """Record every span of the block."""
    recorder = Recorder()
    before = profiler._backend
    profiler.install(recorder)
    try:
        yield recorder
    finally:
        profiler.install(before)


@contextlib.contextmanager
def acting_compute(**overrides: Any) -> Any:
    """Act as nova-compute on host compute1; overrides: ``group__option=value``."""
    service = identity.ServiceIdentity("nova-compute", "compute1", uuid.uuid4().hex)
    options = conf.new_config()
    conf.assign(service, options)
    for name, value in overrides.items():
        group, _split, option = name.rpartition("__")
        options.set_override(option, value, group or None)
    try:
        with identity.acting_as(service):
            yield options
    finally:
        conf.release(service)


class Neighbourhood:
    """keystone, glance, neutron and cinder, mounted in this process."""

    def __init__(self) -> None:
        users = [
            User("nova", "nova", {"service": ("admin",)}),
            User("demo", "demo", {"demo": ("member",)}),
        ]
        self.tokens = TokenStore(users)
        self.neutron = Neutron(self.tokens)
        self.glance = Glance(self.tokens)
        self.cinder = Cinder(self.tokens)
        self.apps = {
            "keystone": Keystone(self.tokens, {}),
            "neutron": self.neutron,
            "glance": self.glance,
            "cinder": self.cinder,
        }

    def urls(self) -> dict[str, Any]:
        """The options that lead there."""
        return {
            "neutron__url": INFO_URL.format("neutron"),
            "neutron__auth_url": INFO_URL.format("keystone"),
            "glance__api_servers": [INFO_URL.format("glance")],
            "cinder__endpoint_template": INFO_URL.format("cinder")
            + "/v2/%(project_id)s",
        }

    def add_network(self, name: str = "private", cidr: str = "10.0.0.0/24") -> str:
        """Create a network of the demo project with a subnet; return its id."""
        project = self.context().project_id
        network_id = self.neutron.store.add_network({"name": name}, project)["id"]
        if cidr:
            self.neutron.store.add_subnet(
                {"network_id": network_id, "cidr": cidr}, project
            )
        return str(network_id)

    def context(self) -> Any:
        """A request context of the demo user."""
        key = self.tokens.log_in("demo", "demo", "demo")
        assert key is not None
        token = self.tokens.find(key)
        assert token is not None
        return SimpleNamespace(
            auth_token=key,
            project_id=token.project_id,
            user_id=token.user.id,
            user_name="demo",
            project_name="demo",
            request_id="req-1",
            is_admin=False,
            can=lambda *args, **kwargs: False,
        )


@contextlib.contextmanager
def neighbourhood(**overrides: Any) -> Any:
    """Run the neighbours, and act as a nova-compute that knows them."""
    around = Neighbourhood()
    for name, app in around.apps.items():
        mounted = identity.ServiceIdentity(name, name)
        http.mount(INFO_URL.format(name), app, mounted)
    auth.forget()
    try:
        with acting_compute(**{**around.urls(), **overrides}):
            yield around
    finally:
        for name in around.apps:
            http.unmount(INFO_URL.format(name))


def make_flavor(**fields: Any) -> Any:
    """Return a flavor."""
    values = {
        "name": "m1.test",
        "memory_mb": 512,
        "vcpus": 2,
        "root_gb": 1,
        "ephemeral_gb": 0,
        "swap": 0,
        "extra_specs": {},
    }
    return SimpleNamespace(**{**values, **fields})


def make_instance(project_id: str = "p", **fields: Any) -> Any:
    """Return an instance."""
    values = {
        "uuid": str(uuid.uuid4()),
        "name": "instance-00000001",
        "display_name": "web",
        "hostname": "web",
        "project_id": project_id,
        "availability_zone": "nova",
        "flavor": make_flavor(),
        "image_ref": "image-1",
        "kernel_id": "",
        "ramdisk_id": "",
        "root_device_name": None,
        "info_cache": None,
        "device_metadata": None,
        "id": 1,
        "config_drive": "",
        "image_meta": make_image_meta(),
        "metadata": {},
        "user_data": None,
        "key_name": None,
        "launch_index": 0,
        "reservation_id": "r-12345678",
        "os_type": None,
        "get": lambda name, default=None: None,
    }
    return SimpleNamespace(**{**values, **fields})


def make_image_meta(**properties: Any) -> Any:
    """Return an image with the properties."""
    return SimpleNamespace(
        properties=properties, obj_attr_is_set=lambda name: False, disk_format="raw"
    )


def make_network_info(active: bool = False) -> model.NetworkInfo:
    """Return a network of one OVS port."""
    network = model.Network(id="net-1", bridge="br-int", label="private")
    vif = model.VIF(
        id=PORT_ID,
        address="fa:16:3e:00:00:01",
        network=network,
        type="ovs",
        devname="tap11111111-22",
        ovs_interfaceid=PORT_ID,
        active=active,
    )
    return model.NetworkInfo([vif])


def write_image(path: pathlib.Path, size: int = 65536) -> None:
    """Write a raw image of zeros."""
    path.write_bytes(b"\x00" * size)
