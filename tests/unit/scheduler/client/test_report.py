"""Reports to placement, against the lab's placement and keystone."""

import logging
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.scheduler.recording import RecordingBackend, recording
from tracenova import conf, http, identity
from tracenova.compute import utils as compute_utils
from tracenova.neighbours.keystone.app import Keystone
from tracenova.neighbours.keystone.tokens import TokenStore, User
from tracenova.neighbours.placement.app import Placement
from tracenova.scheduler.client import placement_documents, placement_inventory
from tracenova.scheduler.client.report import SchedulerReportClient
from tracenova.trace import names

NODE = "11111111-1111-1111-1111-111111111111"
SERVER = "22222222-2222-2222-2222-222222222222"
COMPUTE = identity.ServiceIdentity("nova-compute", "compute1", "report-test")


class Node(SimpleNamespace):
    """A compute node that knows how often it was saved."""

    def save(self) -> None:
        """Count."""
        self.saved += 1


def _node(**values: Any) -> Any:
    defaults = {
        "uuid": NODE,
        "hypervisor_hostname": "compute1",
        "vcpus": 16,
        "memory_mb": 32768,
        "local_gb": 200,
        "cpu_allocation_ratio": 16.0,
        "ram_allocation_ratio": 1.5,
        "disk_allocation_ratio": 1.0,
        "saved": 0,
    }
    return Node(**{**defaults, **values})


def _instance(**flavor: int) -> Any:
    amounts = {"memory_mb": 512, "vcpus": 1, "root_gb": 1, "swap": 0, "ephemeral_gb": 0}
    return SimpleNamespace(
        uuid=SERVER, flavor=SimpleNamespace(**{**amounts, **flavor}), _context=None
    )


def _sent(backend: RecordingBackend) -> list[str]:
    return [s.name for s in backend.seen if names.PEER_SERVICE in s.attributes]


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Keystone, placement, and a compute's configuration that names them."""
    nova = User("nova", "secret", {"service": ("admin",)})
    tokens = TokenStore([nova])
    placement = Placement(tokens)
    http.mount(
        "http://report-keystone",
        Keystone(tokens, {}),
        identity.ServiceIdentity("keystone", "controller"),
    )
    http.mount(
        "http://report-placement",
        placement,
        identity.ServiceIdentity("placement", "controller"),
    )
    options = conf.new_config()
    for name, value in {
        "url": "http://report-placement",
        "auth_url": "http://report-keystone",
        "password": "secret",
    }.items():
        options.set_override(name, value, "placement")
    conf.assign(COMPUTE, options)
    monkeypatch.setattr(placement_inventory, "PAUSE_S", 0)
    monkeypatch.setattr(
        compute_utils,
        "is_volume_backed_instance",
        lambda context, instance: False,
    )
    with identity.acting_as(COMPUTE):
        yield SimpleNamespace(options=options, placement=placement, tokens=tokens)
    conf.release(COMPUTE)
    http.unmount("http://report-keystone")
    http.unmount("http://report-placement")


def test_a_first_report_makes_provider_and_inventory(cloud: Any) -> None:
    """The node is saved, its provider made, its inventory put."""
    client, node = SchedulerReportClient(), _node()
    client.update_resource_stats(node)
    provider = cloud.placement._providers[NODE]
    assert node.saved == 1
    assert provider.name == "compute1"
    assert provider.inventories["MEMORY_MB"] == {
        "total": 32768,
        "reserved": 512,
        "min_unit": 1,
        "max_unit": 32768,
        "step_size": 1,
        "allocation_ratio": 1.5,
    }


def test_an_unchanged_inventory_is_only_looked_at(cloud: Any) -> None:
    """GET inventories; PUT follows only when they differ."""
    client = SchedulerReportClient()
    client.update_resource_stats(_node())
    with recording() as backend:
        client.update_resource_stats(_node())
    assert _sent(backend) == ["GET /resource_providers/{cn_uuid}/inventories"]


def test_a_claim_reads_and_writes_the_allocation(cloud: Any) -> None:
    """GET then PUT /allocations/{instance_uuid}, with the flavor's amounts."""
    client, node = SchedulerReportClient(), _node()
    client.update_resource_stats(node)
    with recording() as backend:
        client.update_instance_allocation(node, _instance(), 1)
    assert _sent(backend) == [
        "GET /allocations/{instance_uuid}",
        "PUT /allocations/{instance_uuid}",
    ]
    held = cloud.placement._allocations[SERVER][NODE]
    assert held == {"MEMORY_MB": 512, "VCPU": 1, "DISK_GB": 1}


def test_what_a_server_held_is_given_back(cloud: Any) -> None:
    """sign < 0 deletes the allocation."""
    client, node = SchedulerReportClient(), _node()
    client.update_resource_stats(node)
    client.update_instance_allocation(node, _instance(), 1)
    client.update_instance_allocation(node, _instance(), -1)
    assert cloud.placement._allocations == {}


def test_swap_is_counted_as_if_it_were_gigabytes(cloud: Any) -> None:
    """Newton adds swap's MB to DISK_GB unconverted."""
    amounts = placement_documents.instance_to_allocations_dict(
        _instance(root_gb=20, swap=512)
    )
    assert amounts["DISK_GB"] == 532


def test_the_disk_reserve_is_multiplied(cloud: Any) -> None:
    """Newton multiplies reserved_host_disk_mb by 1024 instead of dividing."""
    cloud.options.set_override("reserved_host_disk_mb", 2)
    inventory = placement_documents.compute_node_to_inventory_dict(_node())
    assert inventory["DISK_GB"]["reserved"] == 2048


def test_a_generation_conflict_is_tried_again(
    cloud: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """409: the provider is read anew, then the inventory put once more."""
    client = SchedulerReportClient()
    client.update_resource_stats(_node())
    cloud.placement._providers[NODE].inventories.clear()
    client._resource_providers[NODE].generation = 77
    original = client._get_inventory_and_update_provider_generation
    stale: Iterator[dict[str, Any]] = iter([{"inventories": {}}])
    monkeypatch.setattr(
        client,
        "_get_inventory_and_update_provider_generation",
        lambda rp_uuid: next(stale, None) or original(rp_uuid),
    )
    client.update_resource_stats(_node())
    assert cloud.placement._providers[NODE].inventories["VCPU"]["total"] == 16


@pytest.mark.parametrize(
    ("option", "value", "warning"),
    [
        ("url", "", "endpoint not found"),
        ("username", "", "No authentication information"),
        ("password", "wrong", "credentials do not work"),
        ("url", "http://127.0.0.1:9", "not responding"),
    ],
)
def test_without_placement_a_build_goes_on(
    cloud: Any,
    caplog: pytest.LogCaptureFixture,
    option: str,
    value: str,
    warning: str,
) -> None:
    """Placement is optional in Newton: problems become warnings, told rarely."""
    cloud.options.set_override(option, value, "placement")
    client, node = SchedulerReportClient(), _node()
    with caplog.at_level(logging.WARNING):
        client.update_resource_stats(node)
        client.update_instance_allocation(node, _instance(), 1)
    assert warning in caplog.text
    assert node.saved == 1
    if warning != "not responding":
        assert len(caplog.records) == 2


def test_an_expired_token_is_renewed(cloud: Any) -> None:
    """401 from placement: log in again, ask again."""
    client, node = SchedulerReportClient(), _node()
    client.update_resource_stats(node)
    cloud.tokens._tokens.clear()
    client.update_instance_allocation(node, _instance(), 1)
    assert SERVER in cloud.placement._allocations
