"""The views of a saved trace: text, data, exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.trace.builder import UUID
from tests.unit.trace.sample import small_boot
from tracenova.cli.group import run
from tracenova.trace.files import TraceWriter
from tracenova.trace.model import Span

GOLDEN = Path(__file__).parent / "golden"
VIEWS = ("hops", "messages", "filters", "weights", "states", "timeline", "explain")


def written(path: Path, spans: list[Span]) -> Path:
    """A trace file of these spans."""
    writer = TraceWriter(path)
    writer.write(spans)
    writer.close()
    return path


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """The small boot, saved."""
    return written(tmp_path / "boot.otlp.jsonl", small_boot())


@pytest.fixture
def tracenova(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Any:
    """Run the command line; return exit code, standard output, standard error."""

    def call(*arguments: object, columns: int = 100) -> tuple[int, str, str]:
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setattr(sys, "argv", ["tracenova", *map(str, arguments)])
        code = run()
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("columns", [80, 120])
def test_a_view_looks_as_it_should(
    tracenova: Any, saved: Path, view: str, columns: int
) -> None:
    """The text fits the width, and is what it was (golden files)."""
    code, out, err = tracenova(view, saved, "--stable", columns=columns)
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= columns
    golden = GOLDEN / f"{view}.{columns}.txt"
    if os.environ.get("TRACENOVA_GOLDEN") == "write":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(out)
    assert out == golden.read_text()


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_also_data(tracenova: Any, saved: Path, view: str) -> None:
    """--json on every command that answers; --stable twice gives the same bytes."""
    _, out, _ = tracenova(view, saved, "--json", "--stable")
    assert json.loads(out)
    assert tracenova(view, saved, "--json", "--stable")[1] == out


def test_hops_as_data_have_the_shape_of_the_reference(
    tracenova: Any, saved: Path
) -> None:
    """The keys of hops.json come first."""
    _, out, _ = tracenova("hops", saved, "--json")
    keys = [
        "seq",
        "from",
        "to",
        "kind",
        "method",
        "topic",
        "version",
        "namespace",
        "source",
        "note",
    ]
    assert list(json.loads(out)[0])[:10] == keys


def test_level_full_tells_more(tracenova: Any, saved: Path) -> None:
    """Filters and database operations behind the conductor are rows too."""
    story, full = (
        json.loads(tracenova("hops", saved, "--json", "--level", level)[1])
        for level in ("story", "full")
    )
    assert len(full) > len(story)


def test_one_server_can_be_asked_for(tracenova: Any, saved: Path) -> None:
    """An unknown one is a usage error that names the known ones."""
    assert tracenova("states", saved, "--instance", UUID)[0] == 0
    assert tracenova("states", saved, "--instance", UUID, "--stable")[0] == 0
    code, _, err = tracenova("states", saved, "--instance", "nobody")
    assert code == 2
    assert UUID in err


@pytest.mark.parametrize("view", VIEWS)
def test_a_bad_file_is_one_line_and_exit_2(
    tracenova: Any, tmp_path: Path, view: str
) -> None:
    """No traceback, and the file's name is in it."""
    bad = tmp_path / "bad"
    bad.write_text("no trace\n")
    code, out, err = tracenova(view, bad)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert str(bad) in err


def test_what_could_not_be_read_is_said_on_stderr(tracenova: Any, saved: Path) -> None:
    """The rest is shown."""
    saved.write_bytes(saved.read_bytes() + b'{"resourceSp')
    code, out, err = tracenova("hops", saved)
    assert code == 0
    assert "POST" in out
    assert err.startswith("Warning: ")
    assert "unfinished" in err


def test_control_characters_never_reach_the_terminal(
    tracenova: Any, tmp_path: Path
) -> None:
    """A server may be called anything."""
    spans = small_boot()
    from dataclasses import replace

    evil = [replace(span, name=span.name + "\x1b[2J\u202e\r") for span in spans]
    path = written(tmp_path / "evil.otlp.jsonl", evil)
    for view in ("hops", "timeline", "messages"):
        _, out, _ = tracenova(view, path)
        assert not set(out) & {"\x1b", "\r", "\u202e"}
    assert "\\x1b[2J\\u202e" in tracenova("timeline", path)[1]


@pytest.mark.parametrize(
    ("host", "code", "says"),
    [
        ("compute2", 0, "was chosen"),
        ("compute1", 0, "came 2nd of 2"),
        ("compute3", 1, "refused by RamFilter"),
        ("nobody", 2, "hosts: compute1/n1"),
    ],
)
def test_explain_answers_for_a_host(
    tracenova: Any, saved: Path, host: str, code: int, says: str
) -> None:
    """Yes is 0, refused is 1, unknown is 2."""
    found, out, err = tracenova("explain", saved, host)
    assert found == code
    assert says in out + err


def test_explain_needs_a_scheduling(tracenova: Any, tmp_path: Path) -> None:
    """Without one there is nothing to explain."""
    path = written(
        tmp_path / "x.otlp.jsonl", [s for s in small_boot() if s.kind == "client"]
    )
    assert tracenova("explain", path)[0] == 2


def test_diff_tells_decisions_apart(
    tracenova: Any, saved: Path, tmp_path: Path
) -> None:
    """0 the same, 1 different."""
    other = written(tmp_path / "other.otlp.jsonl", small_boot("compute1/n1"))
    assert tracenova("diff", saved, saved)[:2] == (
        0,
        "the same story and the same decisions\n",
    )
    code, out, _ = tracenova("diff", saved, other)
    assert (code, out) == (1, "choice 1: chosen compute2/n2 → compute1/n1\n")
    assert json.loads(tracenova("diff", saved, other, "--json")[1])["decisions"]


@pytest.mark.parametrize(("host", "code"), [("compute2", 0), ("compute1", 1)])
def test_check_answers_by_its_exit_code(
    tracenova: Any, saved: Path, tmp_path: Path, host: str, code: int
) -> None:
    """0 everything holds, 1 something does not."""
    expect = tmp_path / "expect.toml"
    expect.write_text(f'[chosen]\nhost = "{host}"\n')
    found, out, _ = tracenova("check", saved, expect)
    assert found == code
    assert out.endswith(f"{1 - code} of 1 expectations hold\n")
    assert json.loads(tracenova("check", saved, expect, "--json")[1])["holds"] is (
        code == 0
    )


def test_check_refuses_a_file_it_does_not_understand(
    tracenova: Any, saved: Path, tmp_path: Path
) -> None:
    """A misspelt expectation is a usage error."""
    expect = tmp_path / "expect.toml"
    expect.write_text("[chosne]\n")
    assert tracenova("check", saved, expect)[0] == 2


def test_a_view_imports_no_service_code(saved: Path) -> None:
    """Looking at a saved trace is quick."""
    script = (
        "import sys; sys.argv = ['tracenova', 'hops', sys.argv[1]]\n"
        "from tracenova.cli.group import run\n"
        "run()\n"
        "print([m for m in ('oslo_messaging', 'oslo_config', 'sqlalchemy', 'networkx',"
        " 'opentelemetry', 'httpx', 'textual') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(saved)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"
