"""``tracenova schedule``: one document a line, what-if, plug-ins, bad cases."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tracenova.cli.group import tracenova
from tracenova.scheduler.cases.document import load
from tracenova.scheduler.cases.flips import Flip, Question, flips

CASES = Path(__file__).parents[2] / "data" / "scheduler-cases" / "cases"
DEFAULT = str(CASES / "default-00.json")
PLUGIN = """
from tracenova.scheduler import filters, weights

class MineFilter(filters.BaseHostFilter):
    def host_passes(self, host_state, spec_obj):
        {body}
"""


def _run(*args: str) -> Result:
    return CliRunner().invoke(tracenova, ["schedule", *args])


def _documents(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_cases_are_answered_in_the_order_of_the_arguments() -> None:
    """One process, one document a line."""
    paths = [str(CASES / f"{name}.json") for name in ("ram-00", "az-00", "caps-00")]
    documents = _documents(_run(*paths, "--json"))
    assert [document["case"] for document in documents] == [
        "ram-00",
        "az-00",
        "caps-00",
    ]


def test_a_bad_case_costs_only_itself(tmp_path: Path) -> None:
    """Case and field are named; the others are answered."""
    bad = load(Path(DEFAULT))
    bad["hosts"][2]["free_ram_mb"] = "much"
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(bad))
    result = _run(str(path), DEFAULT, "--json")
    first, second = _documents(result)
    assert first["field"] == "hosts[2].free_ram_mb"
    assert second["requests"][0]["enough"]
    assert "default-00: hosts[2].free_ram_mb: must be" in result.stderr


def test_more_hosts_than_memory_is_for_are_refused_at_once(tmp_path: Path) -> None:
    """A million hosts: one line that names case and field, and no long wait."""
    crowd = load(Path(DEFAULT))
    crowd["hosts"] = [{"host": "c"}] * 200_001
    path = tmp_path / "crowd.json"
    path.write_text(json.dumps(crowd))
    result = _run(str(path))
    told = "default-00: hosts: 200001 hosts; at most 200000 are asked at once"
    assert told in result.stderr


def test_what_if_prints_both_decisions() -> None:
    """--set and --without leave the first decision as it was."""
    result = _run(
        DEFAULT, "--set", "multiplier.RAMWeigher=-1", "--without", "RamFilter", "--json"
    )
    (document,) = _documents(result)
    before, after = document["before"], document["after"]
    assert before["requests"][0]["selected"] == ["compute-07|compute-07"]
    assert after["requests"][0]["selected"] == ["compute-01|compute-01"]
    assert "RamFilter" not in after["filters_run"]


@pytest.mark.parametrize(
    "setting", ["nonsense", "flavour.memory_mb=1", "host.nobody.free_ram_mb=1"]
)
def test_a_path_that_leads_nowhere_is_named(setting: str) -> None:
    """Exit code 2, the path in the message."""
    result = _run(DEFAULT, "--set", setting)
    assert setting.partition("=")[0] in result.output


def test_a_plug_in_joins_the_chain_with_its_reasons(tmp_path: Path) -> None:
    """A file with one class is enough."""
    plugin = tmp_path / "mine.py"
    plugin.write_text(PLUGIN.format(body="return filters.refuse('never %(x)d', x=1)"))
    result = _run(DEFAULT, "--plugin", str(plugin))
    assert "was refused by MineFilter: never 1." in result.output


@pytest.mark.parametrize(
    ("body", "error"),
    [("raise RuntimeError('no')", "RuntimeError"), ("return 1 / 0", "ZeroDivision")],
)
def test_a_plug_in_that_raises_is_named(tmp_path: Path, body: str, error: str) -> None:
    """The request fails as in Nova, and the chain says where."""
    plugin = tmp_path / "mine.py"
    plugin.write_text(PLUGIN.format(body=body))
    (document,) = _documents(_run(DEFAULT, "--plugin", str(plugin), "--json"))
    last = document["requests"][0]["instances"][0]["chain"][-1]
    assert last["filter"] == "MineFilter"
    assert error in last["error"]


def test_a_plug_in_that_hangs_is_given_up(tmp_path: Path) -> None:
    """The case is named with the filter; the next case is asked."""
    plugin = tmp_path / "mine.py"
    plugin.write_text(PLUGIN.format(body="\n        while True: pass"))
    result = _run(DEFAULT, "--plugin", str(plugin), "--patience", "4", "--json")
    (document,) = _documents(result)
    assert "MineFilter.host_passes" in document["error"]


def test_the_smallest_change_is_exact() -> None:
    """A step less does not turn the decision."""
    case = load(Path(DEFAULT))
    question = Question(case, "compute-01|compute-01")
    (flip,) = [flip for flip in flips(question) if flip.kind == "host"]
    name = flip.path.rpartition(".")[2]
    hosts = {host["host"]: host for host in case["hosts"]}
    hosts["compute-01"][name] = flip.after
    assert question.fate(case) == "wins"
    hosts["compute-01"][name] = flip.after - 1
    assert question.fate(case) == "passes"


def test_more_than_a_host_has_is_said_so() -> None:
    """A host's free memory cannot grow past its memory."""
    flip = Flip("host", "host.a.free_ram_mb", 512, 4096, "wins", whole=2048)
    assert "2048 MB in all" in flip.sentence()
    case = load(Path(DEFAULT))
    question = Question(case, "compute-01|compute-01")
    (flip,) = [flip for flip in flips(question) if flip.kind == "host"]
    state = {host["host"]: host for host in case["hosts"]}["compute-01"]
    whole = {
        "free_ram_mb": state["total_usable_ram_mb"],
        "free_disk_mb": state["total_usable_disk_gb"] * 1024,
    }.get(flip.path.rpartition(".")[2])
    larger = whole is not None and flip.after > whole
    assert flip.whole == (whole if larger else None)


def test_turns_are_told_for_a_named_host_and_the_runner_up() -> None:
    """Each path is one that --set takes, and with it the decision does turn."""
    (document,) = _documents(
        _run(DEFAULT, "--turn", "runner-up", "--turn", "compute-03", "--json")
    )
    runner_up, named = document["turns"]
    assert (runner_up["host"], named["host"]) == (
        "compute-01|compute-01",
        "compute-03|compute-03",
    )
    assert runner_up["changes"]
    for change in runner_up["changes"]:
        setting = f"{change['path']}={change['after']}"
        (both,) = _documents(_run(DEFAULT, "--set", setting, "--json"))
        assert both["after"]["requests"][0]["selected"] == [runner_up["host"]]


def test_the_turns_of_a_host_that_is_not_there_are_an_error() -> None:
    """Exit code 2; the host is named."""
    result = _run(DEFAULT, "--turn", "moon")
    assert "--turn moon: there is no such host" in result.output


WEIGHER = """
from tracenova.scheduler import weights

class MineWeigher(weights.BaseHostWeigher):
    def _weigh_object(self, host_state, weight_properties):
        return {number}

    def weigh_objects(self, weighed_obj_list, weight_properties):
        numbers = super().weigh_objects(weighed_obj_list, weight_properties)
        return {numbers}
"""


@pytest.mark.parametrize(
    ("number", "numbers", "said"),
    [
        ("1 / 0", "numbers", "MineWeigher failed: ZeroDivisionError"),
        ("'heavy'", "numbers", "MineWeigher failed: ValueError"),
        ("None", "numbers", "MineWeigher failed: TypeError"),
        ("1", "[*numbers, 1]", "MineWeigher failed: IndexError"),
        ("1", "numbers[1:]", "MineWeigher answered 7 numbers for 8 hosts"),
        ("1", "None", "MineWeigher answered 0 numbers for 8 hosts"),
        ("float('nan')", "numbers", "MineWeigher answered nan for 8 of 8 hosts"),
        ("float('inf')", "numbers", "MineWeigher answered inf for 8 of 8 hosts"),
    ],
)
def test_a_weigher_that_answers_nonsense_is_named(
    tmp_path: Path, number: str, numbers: str, said: str
) -> None:
    """One sentence; where Nova goes on, the choice goes on."""
    plugin = tmp_path / "mine.py"
    plugin.write_text(WEIGHER.format(number=number, numbers=numbers))
    case = str(CASES / "weigh-12.json")
    result = _run(case, "--plugin", str(plugin))
    assert said in " ".join(result.output.split())
