"""Fields read, compared and copied without detours give the library's answers."""

import copy

import pytest
from oslo_versionedobjects import base as ovoo_base
from oslo_versionedobjects import exception as ovoo_exception

from tests.unit.objects.factories import make_instance
from tracenova import context as nova_context
from tracenova import objects


def _server() -> objects.Instance:
    server = make_instance(nova_context.get_admin_context())
    server.metadata = {"a": "1"}
    server.flavor = objects.Flavor(name="m1.tiny", extra_specs={"k": "v"})
    server.obj_reset_changes(recursive=True)
    return server


def test_a_copy_shares_nothing_that_can_change():
    """Changing the copy's dict or inner object leaves the original alone."""
    server = _server()
    twin = copy.deepcopy(server)
    twin.metadata["a"] = "2"
    twin.flavor.extra_specs["k"] = "w"
    assert server.metadata == {"a": "1"}
    assert server.flavor.extra_specs == {"k": "v"}


def test_a_copied_dict_still_checks_what_is_put_into_it():
    """A number put into a copied dict of strings becomes a string."""
    twin = copy.deepcopy(_server())
    twin.metadata["b"] = 3
    assert twin.metadata["b"] == "3"


def test_an_object_has_changed_when_one_within_it_has():
    """obj_what_changed names the field that holds a changed object."""
    server = _server()
    assert server.obj_what_changed() == set()
    server.flavor.name = "m1.small"
    assert server.obj_what_changed() == {"flavor"}


def test_a_copy_knows_the_same_changes():
    """What was changed in the original is changed in its copy, and no more."""
    node = objects.ComputeNode(vcpus=4, memory_mb=512)
    node.obj_reset_changes()
    node.vcpus = 8
    assert copy.deepcopy(node).obj_what_changed() == {"vcpus"}


def test_an_object_is_sent_as_the_library_would_send_it():
    """Field for field, objects within it and changes too."""
    server = _server()
    server.task_state = "spawning"
    server.flavor.name = "m1.small"
    slow = ovoo_base.VersionedObject.obj_to_primitive(server)
    quick = server.obj_to_primitive()
    for primitive in (slow, quick):
        primitive["nova_object.changes"].sort()
    assert quick == slow


def test_an_object_is_received_as_the_library_would_receive_it():
    """The same values, of the same types, and the same changes; what is unknown is left out."""
    sent = _server().obj_to_primitive()
    sent["nova_object.data"] |= {"memory_mb": "512", "locked": 1, "stranger": True}
    sent["nova_object.changes"] = ["locked", "stranger"]
    version = sent["nova_object.version"]
    quick = objects.Instance._obj_from_primitive(None, version, sent)
    slow = ovoo_base.VersionedObject._obj_from_primitive.__func__(
        objects.Instance, None, version, sent
    )
    slow._reset_metadata_tracking()
    assert quick.obj_what_changed() == slow.obj_what_changed() == {"locked"}
    assert ovoo_base.VersionedObject.obj_to_primitive(quick) == slow.obj_to_primitive()
    assert (quick.memory_mb, quick.locked) == (512, True)


def test_a_field_refuses_what_the_library_refuses():
    """Another type is converted or refused, and a read-only field is written once."""
    node = objects.ComputeNode(vcpus="4")
    assert node.vcpus == 4
    with pytest.raises(ValueError, match="abc"):
        node.vcpus = "abc"
    with pytest.raises(ValueError, match="cannot be None"):
        node.vcpus = None
    node.uuid = "u-1"
    with pytest.raises(ovoo_exception.ReadOnlyFieldError):
        node.uuid = "u-2"
