"""A compute host on a database of its own, with neighbours that answer at once."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.compute import support
from tracenova import conf, identity, objects, rpc
from tracenova.compute import manager, task_states, vm_states
from tracenova.context import RequestContext
from tracenova.db import migration
from tracenova.db.sqlalchemy import enginefacade

COMPUTE = identity.ServiceIdentity("nova-compute", support.HOST, "compute-tests")
IMAGE = {"id": "img-1", "name": "guest", "min_ram": 0, "min_disk": 0, "properties": {}}

MakeInstance = Callable[..., Any]


@pytest.fixture(name="config")
def fixture_config(tmp_path: Path) -> Iterator[Any]:
    """Act as nova-compute on compute1, with an empty database and a message bus."""
    config = conf.new_config()
    for group, name in (("database", "cell"), ("api_database", "api")):
        config.set_override("connection", f"sqlite:///{tmp_path}/{name}.sqlite", group)
    config.set_override("host", support.HOST)
    config.set_override("compute_driver", "fake.FakeDriver")
    conf.assign(COMPUTE, config)
    with identity.acting_as(COMPUTE):
        migration.db_sync()
        rpc.init(config, url="fakeredis://compute-tests")
        yield config
        rpc.cleanup()
        enginefacade.dispose()
    conf.release(COMPUTE)


@pytest.fixture(name="context")
def fixture_context(config: Any) -> RequestContext:
    """Return the context of a user's request."""
    return RequestContext("demo", "demo", is_admin=False, roles=["member"])


@pytest.fixture(name="make_instance")
def fixture_make_instance(context: RequestContext) -> MakeInstance:
    """Return a maker of servers as the conductor hands them to a compute."""

    def make_instance(**changes: Any) -> Any:
        flavor = objects.Flavor(
            context,
            id=1,
            name="m1.tiny",
            flavorid="1",
            memory_mb=changes.pop("memory_mb", 512),
            vcpus=1,
            root_gb=1,
            ephemeral_gb=0,
            swap=0,
            rxtx_factor=1.0,
            vcpu_weight=0,
            disabled=False,
            is_public=True,
            extra_specs={},
        )
        values = {
            "project_id": "demo",
            "user_id": "demo",
            "vm_state": vm_states.BUILDING,
            "task_state": task_states.SCHEDULING,
            "display_name": "vm",
            "hostname": "vm",
            "image_ref": "img-1",
            "instance_type_id": flavor.id,
            "system_metadata": {"image_base": "x"},
            "metadata": {},
            "flavor": flavor,
            "old_flavor": None,
            "new_flavor": None,
            "pci_requests": objects.InstancePCIRequests(requests=[]),
        }
        instance = objects.Instance(context, **values | changes)
        instance.create()
        objects.InstanceAction.action_start(context, instance.uuid, "create")
        return objects.Instance.get_by_uuid(
            context,
            instance.uuid,
            expected_attrs=["metadata", "system_metadata", "flavor", "info_cache"],
        )

    return make_instance


@pytest.fixture(name="scheduler_client")
def fixture_scheduler_client(
    monkeypatch: pytest.MonkeyPatch,
) -> support.FakeSchedulerClient:
    """Return what every part of the compute speaks to instead of schedulers."""
    client = support.FakeSchedulerClient()
    from tracenova.scheduler import client as real

    monkeypatch.setattr(real, "SchedulerClient", lambda: client)
    return client


@pytest.fixture(name="compute")
def fixture_compute(
    config: Any,
    scheduler_client: support.FakeSchedulerClient,
    monkeypatch: pytest.MonkeyPatch,
) -> manager.ComputeManager:
    """Return the compute manager of compute1, audited, with fakes at its edges."""
    compute: Any = manager.ComputeManager(host=support.HOST)
    compute.driver = support.FaultyDriver(compute.virtapi, support.HOST)
    compute.network_api = support.FakeNetworkAPI()
    compute.volume_api = support.FakeVolumeAPI()
    compute.compute_api = support.FakeComputeAPI()
    compute.compute_task_api = support.FakeTaskAPI()
    compute.notifier = support.RecordingNotifier()
    compute.pre_start_hook()
    return compute
