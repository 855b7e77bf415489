"""Fields read, compared and copied without detours give the library's answers."""

import copy

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
