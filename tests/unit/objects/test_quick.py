"""Fields read, compared and copied without detours give the library's answers."""

import copy
from typing import Any

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


def _changed_since(before: Any, server: Any) -> dict[str, Any]:
    """Return the differences that the library's way, a copy, would show."""
    return {
        name: getattr(server, name)
        for name in server.fields
        if server.obj_attr_is_set(name)
        and (
            not before.obj_attr_is_set(name)
            or getattr(before, name) != getattr(server, name)
        )
    }


def test_what_is_remembered_tells_the_same_changes_as_a_copy():
    """Fields, what is in dicts and lists; an object within counts as changed, as in Nova."""
    server = _server()
    server.numa_topology = objects.InstanceNUMATopology(
        cells=[objects.InstanceNUMACell(id=0, cpuset={1}, memory=64)]
    )
    server.access_ip_v4 = "10.0.0.3"
    copied, remembered = copy.deepcopy(server), server.obj_remembered()
    server.metadata["a"] = "2"
    server.task_state = "spawning"
    server.host = "compute1"
    found = dict(server.obj_differences(remembered))
    assert found == _changed_since(copied, server)
    assert found.keys() >= {"metadata", "task_state", "host", "flavor", "numa_topology"}
    assert found.keys().isdisjoint({"uuid", "system_metadata", "access_ip_v4"})


def test_a_list_of_objects_counts_as_changed_unless_it_is_empty():
    """No object is equal to its copy."""
    for held, changed in (([], set()), ([objects.KeyPair(name="k")], {"objects"})):
        keypairs = objects.KeyPairList(objects=held)
        remembered = keypairs.obj_remembered()
        assert {name for name, _ in keypairs.obj_differences(remembered)} == changed


def test_what_was_received_still_checks_what_is_put_into_it():
    """A dict of strings makes one of a number; a list of objects refuses text."""
    context = nova_context.get_admin_context()
    sent = _server().obj_to_primitive()
    server = objects.Instance.obj_from_primitive(sent, context)
    server.metadata["b"] = 3
    assert server.metadata == {"a": "1", "b": "3"}
    with pytest.raises(ValueError, match="KeyPair"):
        server.keypairs.objects.append("k")
    assert server.flavor._context is context


def test_an_object_of_another_class_than_the_field_has_is_refused():
    """As the library does, also within a list."""
    flavor = objects.Flavor(name="m1.tiny").obj_to_primitive()
    sent = _server().obj_to_primitive()
    sent["nova_object.data"]["info_cache"] = flavor
    with pytest.raises(ValueError, match="InstanceInfoCache is required"):
        objects.Instance.obj_from_primitive(sent)
    listed = objects.KeyPairList(objects=[]).obj_to_primitive()
    listed["nova_object.data"]["objects"] = [flavor]
    with pytest.raises(ValueError, match="KeyPair is required"):
        objects.KeyPairList.obj_from_primitive(listed)


def test_an_object_of_another_project_or_an_unknown_one_is_refused():
    """UnsupportedObjectError names it."""
    sent = objects.Flavor(name="m1.tiny").obj_to_primitive()
    for change, told in (
        ({"nova_object.namespace": "cinder"}, "cinder.Flavor"),
        ({"nova_object.name": "Flavour"}, "Flavour"),
    ):
        with pytest.raises(ovoo_exception.UnsupportedObjectError, match=told):
            objects.Flavor.obj_from_primitive({**sent, **change})
