"""A nova-api with noauth2 in front and nothing behind."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.api.fakes import Client, FakeComputeAPI, FakeVIF, make_flavor, make_vif
from tracenova import availability_zones, compute, conf, identity, objects, policy
from tracenova.compute import flavors, keypair_api
from tracenova.compute import utils as compute_utils
from tracenova.network.security_group.neutron_driver import SecurityGroupAPI
from tracenova.wsgi import Loader, WSGIApp

SERVICE = identity.ServiceIdentity("nova-api", "controller", "test-api")


@pytest.fixture
def settings() -> Iterator[Any]:
    """Act as nova-api; yields its configuration."""
    options = conf.new_config()
    conf.assign(SERVICE, options)
    policy.reset()
    with identity.acting_as(SERVICE):
        yield options
    conf.release(SERVICE)


@pytest.fixture(scope="session")
def one_compute_api() -> FakeComputeAPI:
    """Return the fake that the controllers of the one application hold."""
    return FakeComputeAPI()


def put_in_place(fake: FakeComputeAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the fake be every API that controllers ask for when they are made."""
    for name in ("API", "HostAPI", "InstanceActionAPI", "AggregateAPI"):
        monkeypatch.setattr(compute, name, fake)
    monkeypatch.setattr(keypair_api, "KeypairAPI", fake)


@pytest.fixture
def compute_api(
    one_compute_api: FakeComputeAPI, monkeypatch: pytest.MonkeyPatch
) -> FakeComputeAPI:
    """Return the fake compute API, with nothing noted; fake other edges too."""
    one_compute_api.reset()
    put_in_place(one_compute_api, monkeypatch)

    def get_flavor(flavorid: str, ctxt: Any = None, read_deleted: str = "yes") -> Any:
        return make_flavor(flavorid)

    def nw_info(instance: Any) -> list[FakeVIF]:
        return [make_vif()]

    monkeypatch.setattr(flavors, "get_flavor_by_flavor_id", get_flavor)
    monkeypatch.setattr(compute_utils, "get_nw_info_for_instance", nw_info)
    monkeypatch.setattr(objects.Service, "get_minimum_version", lambda *_: 15)
    monkeypatch.setattr(
        objects.BlockDeviceMappingList, "bdms_by_instance_uuid", lambda *_: {}
    )
    monkeypatch.setattr(
        SecurityGroupAPI, "get_instances_security_groups_bindings", lambda *_: {}
    )
    monkeypatch.setattr(
        availability_zones, "get_instance_availability_zone", lambda *_: "nova"
    )
    return one_compute_api


@pytest.fixture(scope="session")
def one_app(one_compute_api: FakeComputeAPI) -> WSGIApp:
    """Load the packaged paste file with noauth2, once."""
    options = conf.new_config()
    options.set_override("auth_strategy", "noauth2")
    conf.assign(SERVICE, options)
    with identity.acting_as(SERVICE), pytest.MonkeyPatch.context() as monkeypatch:
        put_in_place(one_compute_api, monkeypatch)
        app = Loader().load_app("osapi_compute")
    conf.release(SERVICE)
    return app


@pytest.fixture
def app(one_app: WSGIApp, settings: Any, compute_api: FakeComputeAPI) -> WSGIApp:
    """Return the application of the packaged paste file, with noauth2."""
    return one_app


@pytest.fixture
def user(app: WSGIApp) -> Client:
    """Return an ordinary member of the project."""
    return Client(app)


@pytest.fixture
def admin(app: WSGIApp) -> Client:
    """Return an administrator in the same project."""
    return Client(app, user="admin")
