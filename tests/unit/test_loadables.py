"""Plug-ins are found in folders, and by whatever the configuration names."""

import sys
import types
from pathlib import Path

import pytest

from tracenova import exception
from tracenova.scheduler import filters, weights

OWN = '''
"""A student's filter."""
from tracenova.scheduler.filters import BaseHostFilter, refuse


class MoonFilter(BaseHostFilter):
    """Refuses everybody at full moon."""

    def host_passes(self, host_state, spec_obj):
        return refuse("full moon")
'''


def test_every_filter_of_the_folder_is_found() -> None:
    """all_filters: one class, one file; base and private classes are not filters."""
    found = {cls.__name__ for cls in filters.all_filters()}
    assert {"RamFilter", "AllHostsFilter", "ServerGroupAffinityFilter"} <= found
    assert not any(name.startswith(("_", "BaseHost")) for name in found)


def test_weighers_come_in_the_order_of_their_names() -> None:
    """Nova takes the directory's order; the sum of weights does not depend on it."""
    assert [cls.__name__ for cls in weights.all_weighers()] == [
        "DiskWeigher",
        "IoOpsWeigher",
        "MetricsWeigher",
        "RAMWeigher",
        "ServerGroupSoftAffinityWeigher",
        "ServerGroupSoftAntiAffinityWeigher",
    ]


@pytest.mark.parametrize("prefix", ["nova", "tracenova"])
def test_a_class_path_names_one_class(prefix: str) -> None:
    """A nova.conf of a real cloud works: Nova's own paths mean their twins."""
    path = f"{prefix}.scheduler.filters.ram_filter.RamFilter"
    found = filters.HostFilterHandler().get_matching_classes([path])
    assert [cls.__name__ for cls in found] == ["RamFilter"]


def test_a_function_path_names_what_it_returns() -> None:
    """Newton's default: nova.scheduler.filters.all_filters."""
    path = "nova.scheduler.filters.all_filters"
    found = filters.HostFilterHandler().get_matching_classes([path])
    assert found == filters.all_filters()


def test_a_module_path_names_its_filters() -> None:
    """Ours: a module stands for the filters defined in it."""
    path = "tracenova.scheduler.filters.ram_filter"
    found = filters.HostFilterHandler().get_matching_classes([path])
    assert {cls.__name__ for cls in found} == {
        "AggregateRamFilter",
        "BaseRamFilter",
        "RamFilter",
    }


def test_a_file_names_its_filters(tmp_path: Path) -> None:
    """Ours: a student's own file joins without being installed."""
    file = tmp_path / "moon.py"
    file.write_text(OWN)
    (found,) = filters.HostFilterHandler().get_matching_classes([str(file)])
    assert found.__name__ == "MoonFilter"
    assert str(found().host_passes(None, None)) == "full moon"


@pytest.mark.parametrize(
    "name",
    [
        "tracenova.scheduler.filters.no_such_thing",
        "no_such_package.Filter",
        "tracenova.scheduler.weights.ram.RAMWeigher",
        "/no/such/file.py",
    ],
)
def test_what_is_not_there_is_named(name: str) -> None:
    """One clear line says which path is wrong."""
    with pytest.raises(exception.ClassNotFound, match="could not be found") as caught:
        filters.HostFilterHandler().get_matching_classes([name])
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_imported_classes_are_not_plug_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that imports a filter does not define it."""
    module = types.ModuleType("borrowed")
    vars(module)["Base"] = filters.BaseHostFilter
    monkeypatch.setitem(sys.modules, "borrowed", module)
    with pytest.raises(exception.ClassNotFound):
        filters.HostFilterHandler().get_matching_classes(["borrowed"])
