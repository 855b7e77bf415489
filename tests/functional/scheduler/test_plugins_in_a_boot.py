"""A student's own filter or weigher in a whole cloud: what it breaks, and who says so.

A plug-in that hangs has a file of its own.
"""

import json
from pathlib import Path
from typing import Any, Final

from tests.functional.cli.runner import Result, here
from tracenova.trace.trace import Trace

FILTER: Final = """\
from tracenova.scheduler import filters


class Mine(filters.BaseHostFilter):
    def host_passes(self, host_state, spec_obj):
        {body}
"""
WEIGHER: Final = """\
from tracenova.scheduler import weights


class MineWeigher(weights.BaseHostWeigher):
    def _weigh_object(self, host_state, weight_properties):
        {body}
"""


class Booted:
    """A boot with one plug-in, and the views of its trace."""

    def __init__(self, folder: Path, option: str, source: str) -> None:
        plugin = folder / "mine.py"
        plugin.write_text(source)
        standard = {
            "scheduler_available_filters": "nova.scheduler.filters.all_filters",
            "scheduler_weight_classes": "nova.scheduler.weights.all_weighers",
        }[option]
        conf = folder / "nova.conf"
        conf.write_text(
            f"[DEFAULT]\n{option} = {standard}\n{option} = {plugin}\n"
            "scheduler_default_filters = RamFilter,"
            f"{'Mine,' if 'Mine(' in source else ''}DiskFilter\n"
        )
        self.save = folder / "boot.otlp.jsonl"
        options = ("--virt", "fake", "--json", "--config-file", str(conf))
        self.result = here("boot", *options, "--save", str(self.save))
        self.document: dict[str, Any] = json.loads(self.result.out)
        self.trace = Trace.load(self.save)

    def view(self, name: str) -> Result:
        """Return what a view says, as text."""
        return here(name, str(self.save))

    @property
    def fault(self) -> str:
        """What the API tells the user."""
        (server,) = self.document["servers"]
        return str((server.get("fault") or {}).get("message", ""))


def _with_filter(folder: Path, body: str) -> Booted:
    return Booted(folder, "scheduler_available_filters", FILTER.format(body=body))


def _with_weigher(folder: Path, body: str) -> Booted:
    return Booted(folder, "scheduler_weight_classes", WEIGHER.format(body=body))


def test_a_filter_that_raises_fails_the_boot_with_its_own_words(tmp_path: Path) -> None:
    """Nova's conductor puts the scheduler's exception into the server's fault."""
    booted = _with_filter(tmp_path, "raise ZeroDivisionError('my bug')")
    assert booted.result.code == 1
    assert "my bug" in booted.fault
    for view, code in (("filters", 0), ("explain", 1)):
        told = booted.view(view)
        assert told.code == code
        assert "Mine failed (ZeroDivisionError: my bug)" in " ".join(told.out.split())


def test_a_filter_that_answers_nonsense_refuses_by_what_it_is_worth(
    tmp_path: Path,
) -> None:
    """None is no True: everybody is refused, and NoValidHost is the fault."""
    booted = _with_filter(tmp_path, "return None")
    assert booted.result.code == 1
    assert "No valid host was found" in booted.fault
    assert "refused by Mine: answered None" in booted.view("filters").out
    mine = [v for v in booted.trace.verdicts() if v.filter == "Mine"]
    assert [verdict.shadow for verdict in mine if not verdict.passed].count(False) == 2


def test_weights_that_are_no_numbers_choose_somebody(tmp_path: Path) -> None:
    """Nova sorts by NaN as it stands; the views say that such an order says nothing."""
    odd = "return float('inf') if host_state.host == 'compute2' else 1.0"
    booted = _with_weigher(tmp_path, odd)
    assert booted.result.code == 0
    (choice,) = booted.trace.choices()
    assert choice.selected == choice.order[0][0]
    assert "1 … inf is no scale" in booted.view("weights").out
    told = booted.view("explain")
    assert told.code == 0
    assert "some sums are no numbers" in told.out


def test_a_weigher_that_raises_is_named(tmp_path: Path) -> None:
    """The survivors of the filters are known; their weights are not."""
    booted = _with_weigher(tmp_path, "raise ValueError('no scales')")
    assert booted.result.code == 1
    assert "no scales" in booted.fault
    for view in ("weights", "explain"):
        told = " ".join(booted.view(view).out.split())
        assert "MineWeigher failed (ValueError: no scales)" in told
