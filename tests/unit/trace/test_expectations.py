"""Expectations on a trace."""

from pathlib import Path

import pytest

from tests.unit.trace.sample import small_boot
from tracenova.trace.expectations import ExpectationError, check, load
from tracenova.trace.trace import Trace

MET = """
[chosen]
host = "compute2"
attempts = 1

[[hop]]
from = "nova-api"
method = "build_instances"
kind = "cast"

[[hop]]
method = "select_destinations"

[[hop]]
method = "reply: NoValidHost"
absent = true

[[hop]]
kind = "call"
count = 3

[[verdict]]
host = "compute3"
filter = "RamFilter"
passed = false
reason = "requested 2048 MB"

[[state]]
vm_state = "building"

[[state]]
vm_state = "active"
task_state = ""

[notifications]
exclude = ["compute.instance.create.error"]

[errors]
none = true
"""


def written(tmp_path: Path, text: str) -> Path:
    """Write a file of expectations."""
    path = tmp_path / "expect.toml"
    path.write_text(text)
    return path


def test_what_holds_is_found_to_hold(tmp_path: Path) -> None:
    """Every kind of expectation, met."""
    findings = check(Trace(small_boot()), load(written(tmp_path, MET)))
    assert [f.expected for f in findings if not f.holds] == []
    assert len(findings) == 11


def test_order_counts(tmp_path: Path) -> None:
    """Hops and states are expected in the order in which they are written."""
    text = """
[[hop]]
method = "select_destinations"
[[hop]]
method = "build_instances"
[[state]]
vm_state = "active"
[[state]]
vm_state = "building"
"""
    findings = check(Trace(small_boot()), load(written(tmp_path, text)))
    assert [f.holds for f in findings] == [True, False, True, False]
    assert findings[1].found == "only earlier: hops 3"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds no expectation"),
        ("[[hop]]\nmethd = 1", "unknown key 'methd'"),
        ("[hops]\na = 1", "unknown expectation 'hops'"),
        ("chosen = 1", "chosen is not a table"),
        ("= 3", "expect.toml"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(
    tmp_path: Path, text: str, says: str
) -> None:
    """A misspelt word must not be an expectation that always holds."""
    with pytest.raises(ExpectationError, match=says) as caught:
        load(written(tmp_path, text))
    assert "\n" not in str(caught.value)
