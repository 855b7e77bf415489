from pathlib import Path

import pytest

from tests.fixtures_db import Cloud, database
from tests.unit.objects.factories import make_compute_node
from tracenova import exception, objects


def test_ratios_of_zero_are_read_as_the_defaults(cloud: Cloud):
    """0.0 on the node and in the configuration means 16.0, 1.5 and 1.0."""
    make_compute_node(cloud.admin()).create()
    node = objects.ComputeNodeList.get_all(cloud.admin())[0]
    ratios = (
        node.cpu_allocation_ratio,
        node.ram_allocation_ratio,
        node.disk_allocation_ratio,
    )
    assert ratios == (16.0, 1.5, 1.0)


def test_the_configured_ratio_counts_before_the_default(tmp_path: Path):
    """A ratio of 0.0 on the node is the reader's configured ratio, if there is one."""
    with database(tmp_path, {"cpu_allocation_ratio": 4.0}) as cloud:
        make_compute_node(cloud.admin(), ram_allocation_ratio=2.0).create()
        node = objects.ComputeNodeList.get_all(cloud.admin())[0]
        assert (node.cpu_allocation_ratio, node.ram_allocation_ratio) == (4.0, 2.0)


def test_a_nodes_nested_values_read_back(cloud: Cloud):
    """stats, supported_hv_specs, host_ip and pools are text in the row."""
    node = make_compute_node(cloud.admin(), host_ip="10.0.0.1")
    node.update_from_virt_driver({"supported_instances": [("x86_64", "kvm", "hvm")]})
    node.create()
    node.stats = {"num_vm": "3"}
    node.save()
    read = objects.ComputeNode.get_by_host_and_nodename(
        cloud.admin(), "compute1", "compute1"
    )
    assert read.supported_hv_specs[0].to_list() == ["x86_64", "kvm", "hvm"]
    assert (str(read.host_ip), read.stats) == ("10.0.0.1", {"num_vm": "3"})
    assert read.pci_device_pools is None


def test_a_report_moves_last_seen_up(cloud: Cloud):
    """A higher report_count sets last_seen_up; a lower one does not."""
    context = cloud.admin()
    service = objects.Service(
        context, host="compute1", binary="nova-compute", topic="compute"
    )
    service.report_count = 0
    service.create()
    assert service.last_seen_up is None
    service.report_count += 1
    service.save()
    assert service.last_seen_up is not None


def test_the_oldest_version_counts_and_is_remembered(cloud: Cloud):
    """get_minimum_version is 0 without services; nova-api's answers are cached."""
    context = cloud.admin()
    assert objects.Service.get_minimum_version(context, "nova-compute") == 0
    for host in ("a", "b"):
        objects.Service(
            context, host=host, binary="nova-compute", topic="compute"
        ).create()
    assert objects.Service.get_minimum_version(context, "nova-compute") == 15
    with pytest.raises(exception.ObjectActionError):
        objects.Service.get_minimum_version(context, "glance")


def test_a_second_service_of_a_kind_on_a_host_is_refused(cloud: Cloud):
    """(host, binary) is unique among services not deleted."""
    context = cloud.admin()

    def service(topic: str) -> None:
        objects.Service(context, host="a", binary="nova-compute", topic=topic).create()

    service("compute")
    with pytest.raises(exception.ServiceBinaryExists):
        service("other")
    objects.Service.get_by_compute_host(context, "a").destroy()
    service("compute")


def test_disabled_services_are_listed_only_when_wanted(cloud: Cloud):
    """get_by_binary leaves disabled services out; the scheduler includes them."""
    context = cloud.admin()
    objects.Service(
        context, host="a", binary="nova-compute", topic="compute", disabled=True
    ).create()
    by = objects.ServiceList.get_by_binary
    assert len(by(context, "nova-compute")) == 0
    assert len(by(context, "nova-compute", include_disabled=True)) == 1


def test_an_aggregate_gives_its_hosts_a_zone(cloud: Cloud):
    """Aggregates are found by host and by metadata key."""
    context = cloud.admin()
    aggregate = objects.Aggregate(
        context, name="fast", metadata={"availability_zone": "az1", "ssd": "true"}
    )
    aggregate.create()
    aggregate.add_host("compute1")
    aggregate.update_metadata({"ssd": None})
    found = objects.AggregateList.get_by_metadata_key(
        context, "availability_zone", hosts={"compute1"}
    )
    assert [(a.availability_zone, a.hosts) for a in found] == [("az1", ["compute1"])]
    assert len(objects.AggregateList.get_by_host(context, "compute1", key="ssd")) == 0
    with pytest.raises(exception.AggregateHostExists):
        aggregate.add_host("compute1")


def test_mappings_know_their_cell(cloud: Cloud):
    """An instance mapping starts without a cell, as Newton's nova-api writes it."""
    context = cloud.admin()
    cell = objects.CellMapping(
        context,
        uuid="7b4f6d1e-0000-4000-8000-000000000001",
        name="cell1",
        transport_url="fakeredis:",
        database_connection="sqlite:",
    )
    cell.create()
    objects.HostMapping(context, host="compute1", cell_mapping=cell).create()
    uuid = "7b4f6d1e-0000-4000-8000-000000000002"
    made = objects.InstanceMapping(context, instance_uuid=uuid, project_id="p")
    made.create()
    assert made.cell_mapping is None
    made.cell_mapping = objects.HostMapping.get_by_host(
        context, "compute1"
    ).cell_mapping
    made.save()
    read = objects.InstanceMapping.get_by_instance_uuid(context, uuid)
    assert read.cell_mapping.name == "cell1"


def test_a_groups_hosts_follow_from_its_members(cloud: Cloud):
    """get_by_instance_uuid finds the group; hosts are read on first use."""
    from tests.unit.objects.factories import make_instance

    context = cloud.context()
    instance = make_instance(context, host="compute2")
    instance.create()
    group = objects.InstanceGroup(
        context,
        name="g",
        policies=["anti-affinity"],
        user_id=context.user_id,
        project_id=context.project_id,
    )
    group.create()
    with pytest.raises(exception.InstanceGroupNotFound):
        objects.InstanceGroup.get_by_instance_uuid(context, instance.uuid)
    objects.InstanceGroup.add_members(context, group.uuid, [instance.uuid])
    read = objects.InstanceGroup.get_by_instance_uuid(context, instance.uuid)
    assert (read.policies, read.members) == (["anti-affinity"], [instance.uuid])
    assert read.hosts == ["compute2"]
    assert objects.InstanceGroup.get_by_hint(context, "g").uuid == group.uuid
