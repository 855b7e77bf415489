import pytest
from oslo_versionedobjects import base as ovo_base

from tests.fixtures_db import Cloud
from tests.unit.objects.factories import make_flavor, make_instance
from tracenova import exception, objects


def test_a_written_server_reads_back_equal(cloud: Cloud):
    """Instance.create writes row, extra, metadata and info cache; all are read back."""
    context = cloud.context()
    instance = make_instance(context, flavor=make_flavor(id=1, extra_specs={"a": "b"}))
    instance.create()
    attrs = ["metadata", "system_metadata", "flavor", "info_cache", "keypairs"]
    read = objects.Instance.get_by_uuid(context, instance.uuid, expected_attrs=attrs)
    assert read.metadata == {"role": "web"}
    assert read.system_metadata == {"image_min_ram": "64"}
    assert read.flavor.extra_specs == {"a": "b"}
    assert (read.id, read.name) == (1, "instance-00000001")
    assert (
        len(read.info_cache.network_info) == 0 if read.info_cache.network_info else True
    )
    assert read.obj_what_changed() == set()


def test_a_server_without_a_row_has_no_name_while_it_is_scheduled(cloud: Cloud):
    """Nova: name is "" for building/scheduling without id, else the uuid."""
    instance = make_instance(cloud.context())
    assert instance.name == ""
    instance.task_state = None
    assert instance.name == instance.uuid


def test_a_save_that_expects_the_state_succeeds(cloud: Cloud):
    """expected_task_state takes one state, several, or None for no task."""
    instance = make_instance(cloud.context())
    instance.create()
    instance.task_state = None
    instance.save(expected_task_state=("scheduling", None))
    instance.task_state = "networking"
    instance.save(expected_task_state=[None])
    instance.refresh()
    assert instance.task_state == "networking"


def test_a_save_that_expects_another_state_says_both(cloud: Cloud):
    """UnexpectedTaskStateError tells the states expected and the actual one."""
    instance = make_instance(cloud.context())
    instance.create()
    instance.task_state = "spawning"
    with pytest.raises(exception.UnexpectedTaskStateError) as caught:
        instance.save(expected_task_state="block_device_mapping")
    assert "Expected: {'task_state': ['block_device_mapping']}" in str(caught.value)
    assert "Actual: {'task_state': 'scheduling'}" in str(caught.value)


def test_a_server_that_its_user_deletes_is_told_apart(cloud: Cloud):
    """A task_state deleting makes UnexpectedDeletingTaskStateError."""
    instance = make_instance(cloud.context(), task_state="deleting")
    instance.create()
    instance.task_state = "spawning"
    with pytest.raises(exception.UnexpectedDeletingTaskStateError):
        instance.save(expected_task_state="block_device_mapping")


def test_a_mismatched_vm_state_is_a_conflict(cloud: Cloud):
    """expected_vm_state alone makes the plain InstanceUpdateConflict."""
    instance = make_instance(cloud.context())
    instance.create()
    instance.vm_state = "active"
    with pytest.raises(exception.InstanceUpdateConflict) as caught:
        instance.save(expected_vm_state="error")
    assert not isinstance(caught.value, exception.UnexpectedTaskStateError)


def test_changed_metadata_items_are_saved(cloud: Cloud):
    """A change inside the dict counts as a change of the field."""
    context = cloud.context()
    instance = make_instance(context)
    instance.create()
    instance.system_metadata["network_allocated"] = "True"
    del instance.metadata["role"]
    assert instance.obj_what_changed() == {"metadata", "system_metadata"}
    instance.save()
    both = ["metadata", "system_metadata"]
    read = objects.Instance.get_by_uuid(context, instance.uuid, expected_attrs=both)
    assert read.metadata == {}
    assert read.system_metadata["network_allocated"] == "True"


def test_a_part_that_was_not_read_is_read_on_first_use(cloud: Cloud):
    """obj_load_attr reads flavor, fault, numa_topology and the like when touched."""
    context = cloud.context()
    made = make_instance(context)
    made.create()
    read = objects.Instance.get_by_uuid(context, made.uuid, expected_attrs=[])
    assert not read.obj_attr_is_set("flavor")
    assert read.flavor.name == "m1.small"
    assert read.fault is None
    assert read.numa_topology is None
    assert read.pci_requests.requests == []
    assert read.metadata == {"role": "web"}
    assert list(read.tags) == []


def test_a_server_without_host_is_destroyed_only_while_it_has_none(cloud: Cloud):
    """destroy carries the constraint host IS NULL; a host meanwhile: ObjectActionError."""
    context = cloud.context()
    instance = make_instance(context)
    instance.create()
    other = objects.Instance.get_by_uuid(context, instance.uuid)
    other.host = "compute1"
    other.save()
    with pytest.raises(exception.ObjectActionError, match="host changed"):
        instance.destroy()
    other.destroy()
    with pytest.raises(exception.InstanceNotFound):
        objects.Instance.get_by_uuid(context, instance.uuid)
    seen = objects.Instance.get_by_uuid(
        cloud.context(read_deleted="yes"), instance.uuid, expected_attrs=["metadata"]
    )
    assert seen.deleted
    assert seen.metadata == {"role": "web"}


def test_a_server_of_another_project_is_not_found(cloud: Cloud):
    """A user sees the project's servers only; an administrator sees all."""
    instance = make_instance(cloud.context())
    instance.create()
    stranger = cloud.context(project_id="other")
    with pytest.raises(exception.InstanceNotFound):
        objects.Instance.get_by_uuid(stranger, instance.uuid)
    seen = objects.Instance.get_by_uuid(cloud.admin(project_id="x"), instance.uuid)
    assert seen.display_name == "vm"


def test_an_older_receiver_is_not_told_what_it_does_not_know(cloud: Cloud):
    """Instance 2.1 has no keypairs and no device_metadata."""
    instance = make_instance(cloud.context(), device_metadata=None)
    manifest = {**ovo_base.obj_tree_get_versions("Instance"), "Instance": "2.1"}
    primitive = instance.obj_to_primitive("2.1", version_manifest=manifest)
    data = primitive["nova_object.data"]
    assert {"keypairs", "device_metadata"}.isdisjoint(data)


def test_lists_filter_sort_and_page(cloud: Cloud):
    """Exact columns compare, lists mean "one of", other names are patterns."""
    context = cloud.context()
    for number in range(4):
        make_instance(
            *(context,), display_name=f"web-{number}", host=f"compute{number % 2}"
        ).create()
    names = lambda found: [i.display_name for i in found]  # noqa: E731 - local
    by = objects.InstanceList.get_by_filters
    assert names(
        by(context, {"host": ["compute1"]}, sort_key="id", sort_dir="asc")
    ) == [
        "web-1",
        "web-3",
    ]
    assert names(by(context, {"display_name": "-[23]$"}, sort_key="id")) == [
        "web-3",
        "web-2",
    ]
    assert names(by(context, {"uuid": []})) == []
    first = by(context, {}, sort_keys=["display_name"], sort_dirs=["asc"], limit=2)
    rest = by(
        *(context, {}),
        sort_keys=["display_name"],
        sort_dirs=["asc"],
        marker=first[1].uuid,
    )
    assert names(first) + names(rest) == ["web-0", "web-1", "web-2", "web-3"]
    assert len(objects.InstanceList.get_uuids_by_host(context, "compute0")) == 2


def test_a_list_brings_each_servers_last_fault(cloud: Cloud):
    """expected_attrs fault reads the newest fault of all servers in one statement."""
    context = cloud.context()
    instance = make_instance(context)
    instance.create()
    for message in ("first", "second"):
        objects.InstanceFault(
            context,
            instance_uuid=instance.uuid,
            code=500,
            message=message,
            details=None,
            host="h",
        ).create()
    listed = objects.InstanceList.get_by_filters(context, {}, expected_attrs=["fault"])
    assert listed[0].fault.message == "second"
