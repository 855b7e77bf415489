import pytest

from tests.fixtures_db import Cloud
from tests.unit.objects.factories import make_flavor, make_instance
from tracenova import exception, objects


def test_a_build_request_shows_the_server_until_it_is_destroyed(cloud: Cloud):
    """The stored server reads back without a host; destroying twice is an error."""
    context = cloud.context()
    instance = make_instance(context)
    request = objects.BuildRequest(
        context,
        instance=instance,
        instance_uuid=instance.uuid,
        project_id=context.project_id,
        block_device_mappings=objects.BlockDeviceMappingList(objects=[]),
    )
    request.create()
    read = objects.BuildRequest.get_by_instance_uuid(context, instance.uuid)
    assert read.instance.display_name == "vm"
    assert (read.instance.host, read.instance.deleted) == (None, False)
    by = objects.BuildRequestList.get_by_filters
    assert len(by(context, {"display_name": "^v"})) == 1
    assert len(by(context, {"vm_state": ["active"]})) == 0
    request.destroy()
    with pytest.raises(exception.BuildRequestNotFound):
        request.destroy()


def test_a_request_spec_reads_back_as_it_was_asked(cloud: Cloud):
    """The row holds the whole object as text."""
    context = cloud.context()
    uuid = "7b4f6d1e-0000-4000-8000-000000000003"
    spec = objects.RequestSpec.from_components(
        context,
        uuid,
        {"min_ram": 1, "properties": {"hw_disk_bus": "virtio", "unknown": "x"}},
        make_flavor(id=1),
        None,
        objects.InstancePCIRequests(instance_uuid=uuid, requests=[]),
        {"scheduler_hints": {"group": "g"}, "force_hosts": ["h"]},
        None,
        "nova",
    )
    spec.create()
    read = objects.RequestSpec.get_by_instance_uuid(context, uuid)
    assert (read.memory_mb, read.num_instances, read.project_id) == (
        *(2048, 1),
        "demo-project",
    )
    assert read.image.properties.hw_disk_bus == "virtio"
    assert read.get_scheduler_hint("group") == "g"
    assert read.force_hosts == ["h"]
    read.reset_forced_destinations()
    assert read.obj_what_changed() == set()


def test_flavors_are_seen_by_those_who_may_use_them(cloud: Cloud):
    """A flavor that is not public is found by its projects and by administrators."""
    admin = cloud.admin()
    private = make_flavor(admin, name="p", flavorid="p", is_public=False)
    private.create()
    with pytest.raises(exception.FlavorNotFound):
        objects.Flavor.get_by_flavor_id(cloud.context(), "p")
    private.add_access(cloud.project_id)
    assert objects.Flavor.get_by_flavor_id(cloud.context(), "p").name == "p"
    with pytest.raises(exception.FlavorIdExists):
        make_flavor(admin, name="other", flavorid="p").create()
    with pytest.raises(exception.FlavorExists):
        make_flavor(admin, name="p", flavorid="other").create()


def test_a_flavors_extra_specs_are_saved(cloud: Cloud):
    """save writes added and removed specs; the size never changes."""
    flavor = make_flavor(cloud.admin(), extra_specs={"a": "1"})
    flavor.create()
    flavor.extra_specs = {"b": "2"}
    flavor.save()
    read = objects.Flavor.get_by_name(cloud.context(), "m1.small")
    assert read.extra_specs == {"b": "2"}
    read.memory_mb = 1
    with pytest.raises(exception.ObjectActionError):
        read.save()


def test_a_key_belongs_to_its_user(cloud: Cloud):
    """Names of keys are unique per user."""
    context = cloud.context()

    def key() -> None:
        objects.KeyPair(
            *(context,),
            user_id=context.user_id,
            name="k",
            type="ssh",
            public_key="ssh-rsa A",
            fingerprint="aa",
        ).create()

    key()
    with pytest.raises(exception.KeyPairExists):
        key()
    assert objects.KeyPairList.get_count_by_user(context, "demo-user") == 1
    objects.KeyPair.destroy_by_name(context, "demo-user", "k")
    with pytest.raises(exception.KeypairNotFound):
        objects.KeyPair.get_by_name(context, "demo-user", "k")


def test_an_action_keeps_its_steps_and_their_results(cloud: Cloud):
    """A failed step marks its action with the message Error."""
    context = cloud.context()
    uuid = make_instance(context).uuid
    objects.InstanceAction.action_start(context, uuid, "create", want_result=False)
    start = objects.InstanceActionEvent.event_start
    start(context, uuid, "compute__do_build_and_run_instance")
    try:
        raise ValueError("no disk")
    except ValueError as error:
        objects.InstanceActionEvent.event_finish_with_failure(
            *(context, uuid, "compute__do_build_and_run_instance"),
            exc_val=error,
            exc_tb=error.__traceback__,
        )
    action = objects.InstanceActionList.get_by_instance_uuid(context, uuid)[0]
    event = objects.InstanceActionEventList.get_by_action(context, action.id)[0]
    assert (action.action, action.message) == ("create", "Error")
    assert event.result == "Error"
    assert "test_requests.py" in event.traceback


def test_a_disk_with_the_same_device_name_is_written_over(cloud: Cloud):
    """update_or_create changes the row of (server, device name)."""
    context = cloud.context()
    uuid = make_instance(context).uuid

    def disk(size: int) -> None:
        objects.BlockDeviceMapping(
            *(context,),
            instance_uuid=uuid,
            device_name="/dev/vda",
            boot_index=0,
            source_type="image",
            destination_type="local",
            volume_size=size,
        ).update_or_create()

    disk(1)
    disk(2)
    found = objects.BlockDeviceMappingList.get_by_instance_uuid(context, uuid)
    root = found.root_bdm()
    assert [b.volume_size for b in found] == [2]
    assert root is not None
    assert root.is_image


def test_a_vifs_address_is_told_without_its_port(cloud: Cloud):
    """The row holds mac/port, so that addresses are unique; the object the mac."""
    context = cloud.context()
    uuid = make_instance(context).uuid
    port = "7b4f6d1e-0000-4000-8000-000000000004"
    objects.VirtualInterface(
        context, address=f"fa:16:3e:00:00:01/{port}", instance_uuid=uuid, uuid=port
    ).create()
    found = objects.VirtualInterfaceList.get_by_instance_uuid(context, uuid)
    assert found[0].address == "fa:16:3e:00:00:01"


def test_legacy_names_of_image_properties_are_understood():
    """Older names are read; today's name wins."""
    props = objects.ImageMetaProps.from_dict(
        {
            "architecture": "AMD64",
            "hypervisor_type": "xapi",
            "hw_numa_cpus.0": "0-1,^1",
            "hw_numa_mem.0": "512",
            "hw_vif_model": "VirtualE1000",
        }
    )
    assert (props.hw_architecture, props.img_hv_type) == ("x86_64", "xen")
    assert (props.hw_numa_cpus, props.hw_numa_mem) == ([{0}], [512])
    assert props.hw_vif_model == "e1000"
    assert props.get("hw_disk_bus") is None


def test_a_servers_image_is_read_from_system_metadata(cloud: Cloud):
    """image_min_ram is the image's, image_hw_disk_bus one of its properties."""
    instance = make_instance(
        cloud.context(),
        system_metadata={
            "image_min_ram": "64",
            "image_hw_disk_bus": "scsi",
            "image_base_image_ref": "x",
            "other": "y",
        },
    )
    image = instance.image_meta
    assert (image.min_ram, image.properties.hw_disk_bus) == (64, "scsi")
