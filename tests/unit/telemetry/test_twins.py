"""Where Nova has the same function."""

import ast
from pathlib import Path

import pytest

from tracenova.telemetry import index_nova, twins


@pytest.mark.parametrize(
    ("function", "source"),
    [
        (
            "tracenova.compute.manager.ComputeManager._build_resources",
            "nova/compute/manager.py:2022",
        ),
        (
            "tracenova.compute.build.BuildMixin._build_resources",
            "nova/compute/manager.py:2022",
        ),
        ("tracenova.scheduler.utils.populate_retry", "nova/scheduler/utils.py:153"),
        (
            "tracenova.compute.api_provision.Provision._provision_instances",
            "nova/compute/api.py:906",
        ),
        ("tracenova.lab.cloud.Cloud.start", None),
        ("tracenova.compute.build.BuildMixin.no_such_thing", None),
        ("elsewhere.thing", None),
        ("x", None),
    ],
)
def test_the_twin_is_found_by_name(function: str, source: str | None) -> None:
    """Same path and name, or the same name in a split module's neighbour."""
    assert twins.source(function) == source


def test_the_index_holds_facts_only(tmp_path: Path) -> None:
    """Names and lines; nested functions and Python 2's words are no obstacle."""
    (tmp_path / "nova" / "tests").mkdir(parents=True)
    source = "def f(async=1):\n    def g(): pass\nclass A:\n    if 1:\n        def h(self): pass\n"
    with pytest.raises(SyntaxError):
        ast.parse(source)
    (tmp_path / "nova" / "x.py").write_text(source)
    (tmp_path / "nova" / "tests" / "y.py").write_text("def f(): pass\n")
    assert index_nova.index(tmp_path) == {
        "nova/x.py": {"f": 1, "f.g": 2, "A": 3, "A.h": 5}
    }
