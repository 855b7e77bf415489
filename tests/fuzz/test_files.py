"""Files from outside: taken, or refused in one line; never a traceback, never a hang."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.functional.cli.runner import ROOT, here
from tests.fuzz.changing import TIMEOUT_S, changed, damaged, many, nasty
from tracenova.lab import conf_files, files
from tracenova.lab.cloud import Cloud
from tracenova.lab.errors import SettingsError
from tracenova.lab.files import LabError
from tracenova.lab.settings import Settings
from tracenova.lesson import answers, catalog
from tracenova.lesson.errors import BrokenLesson

pytestmark = [
    pytest.mark.timeout(TIMEOUT_S),
    # Python's own word on a regular expression that somebody has made up.
    pytest.mark.filterwarnings("ignore:Possible nested set:FutureWarning"),
]
DATA = ROOT / "tests/data"
TRACE = (DATA / "traces/no-valid-host.otlp.jsonl").read_bytes().splitlines(True)
LABS = [path.read_bytes() for path in sorted(files.BUILTIN.glob("*.toml"))]
CASES = sorted((DATA / "scheduler-cases/cases").glob("*-00.json"))
LESSONS = sorted((ROOT / "lessons").glob("[0-9]*-*"))
VIEWS: list[tuple[str, ...]] = [
    *(("hops",), ("messages",), ("filters",), ("weights",), ("states",), ("timeline",)),
    *(
        ("explain",),
        ("hops", "--json"),
        ("timeline", "--stable"),
        ("explain", "--json"),
    ),
]
VALUES = [
    *(
        "-1",
        "0",
        "1",
        "99999999999999999999",
        "1e400",
        "nan",
        "true",
        '""',
        '"x"',
        "[]",
    ),
    *("{}", "[[]]", '"\\u0000"', "2016-01-01", '"' + "x" * 300 + '"', "{a = {b = []}}"),
    *('"../../etc/passwd"', '"$x"', '"%(x)s"', "[1, 'a']", "'10.0.0.0/33'", "0.5"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what is made up."""
    return tmp_path_factory.mktemp("made-up")


def runs(*words: str) -> None:
    """Run a command: an answer, or one line of complaint, and its documented code."""
    result = here(*words)
    assert result.code in (0, 1, 2), result.err
    assert "Traceback" not in result.out + result.err
    assert "Error: unexpected" not in result.err
    if result.code == 2:
        assert len(result.err.splitlines()) == 1, result.err


@st.composite
def other_values(draw: st.DrawFn, example: bytes) -> bytes:
    """Draw the file with the values of some keys exchanged, then perhaps damaged."""
    lines = example.decode().splitlines(keepends=True)
    keyed = [at for at, line in enumerate(lines) if " = " in line]
    for at in draw(st.lists(st.sampled_from(keyed), max_size=3)):
        key = lines[at].partition(" = ")[0]
        lines[at] = f"{key} = {draw(st.sampled_from(VALUES))}\n"
    text = "".join(lines).encode()
    return draw(damaged(text, most=2)) if draw(st.booleans()) else text


@st.composite
def traces(draw: st.DrawFn) -> bytes:
    """Draw a trace with damaged bytes, or with spans that say other things."""
    lines = list(TRACE)
    for at in draw(st.lists(st.integers(0, len(lines) - 1), max_size=3, unique=True)):
        if draw(st.booleans()):
            lines[at] = draw(damaged(lines[at]))
        else:
            document = draw(changed(json.loads(lines[at])))
            lines[at] = (json.dumps(document) + "\n").encode()
    return b"".join(lines)


@given(data=st.data())
@many(40)
def test_any_trace_is_shown_or_refused(folder: Path, data: st.DataObject) -> None:
    """Every view, as text and as JSON."""
    path = folder / "made-up.otlp.jsonl"
    path.write_bytes(data.draw(traces()))
    view, *options = data.draw(st.sampled_from(VIEWS))
    runs(view, str(path), *options)


@given(data=st.data())
@many(12)
def test_any_trace_is_drawn_or_refused(folder: Path, data: st.DataObject) -> None:
    """Every format that needs no other program."""
    path = folder / "drawn.otlp.jsonl"
    path.write_bytes(data.draw(traces()))
    ending = data.draw(st.sampled_from(["svg", "txt", "mmd", "puml", "html"]))
    kind = data.draw(st.sampled_from(["sequence", "filters", "weights", "states"]))
    target = str(folder / f"drawn.{ending}")
    runs("diagram", str(path), "-o", target, "--kind", kind)


@given(data=st.data())
@many(150)
def test_any_lab_file_is_a_lab_or_one_line(data: st.DataObject) -> None:
    """LabError with file and line, and nothing else."""
    text = data.draw(other_values(data.draw(st.sampled_from(LABS))))
    try:
        files.parse(text.decode(errors="replace"), "made-up.toml")
    except LabError as error:
        assert "\n" not in str(error)
        assert str(error).startswith("made-up.toml")


@given(data=st.data())
@many(3)
def test_a_lab_that_is_one_boots_or_says_why_not(
    folder: Path, data: st.DataObject
) -> None:
    """What the file's shape does not tell is told at the start."""
    lab = folder / "lab.toml"
    lab.write_bytes(data.draw(other_values(data.draw(st.sampled_from(LABS)))))
    save = str(folder / "lab.otlp.jsonl")
    words = ("--lab", str(lab), "--virt", "fake", "--save", save, "--timeout", "5")
    result = here("boot", *words)
    assert result.code in (0, 1, 2), result.err
    assert "Traceback" not in result.err
    assert "Error: unexpected" not in result.err


def test_every_option_of_nova_conf_takes_or_refuses_any_value(tmp_path: Path) -> None:
    """A cloud is prepared with it, or SettingsError says which option is wrong."""
    known = sorted(conf_files.known_names(conf_files.read([])), key=str)

    @given(data=st.data())
    @many(15)
    def prepares(data: st.DataObject) -> None:
        names = data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=4))
        value = st.sampled_from(VALUES) | nasty().map(str)
        text = "".join(f"[{g}]\n{name} = {data.draw(value)}\n" for g, name in names)
        conf = tmp_path / "nova.conf"
        conf.write_bytes(data.draw(damaged(text.encode(errors="replace"), most=1)))
        lab = files.load("no-valid-host")
        parts = Settings(
            tmp_path / "state", "fakeredis://conf/", config_files=(str(conf),)
        )
        try:
            cloud = Cloud(lab, parts, virt="fake")
            cloud.prepare()
            cloud.stop()
        except SettingsError as error:
            assert "\n" not in str(error)

    prepares()


@given(data=st.data())
@many(40)
def test_any_case_is_answered_or_refused(folder: Path, data: st.DataObject) -> None:
    """One document a case, also for those that cannot be asked."""
    path = folder / "case.json"
    example = data.draw(st.sampled_from(CASES)).read_bytes()
    if data.draw(st.booleans()):
        path.write_bytes(data.draw(damaged(example)))
    else:
        path.write_text(json.dumps(data.draw(changed(json.loads(example)))))
    result = here("schedule", str(path), "--json", "--patience", "20")
    assert result.code in (0, 1, 2), result.err
    assert "Traceback" not in result.err
    assert "Error: unexpected" not in result.err
    (line,) = result.out.splitlines()
    json.loads(line)


@given(data=st.data())
@many(60)
def test_any_lesson_is_one_or_is_called_broken(
    folder: Path, data: st.DataObject
) -> None:
    """BrokenLesson names the file."""
    lesson = data.draw(st.sampled_from(LESSONS))
    made_up = folder / lesson.name
    made_up.mkdir(exist_ok=True)
    example = (lesson / "lesson.toml").read_bytes()
    (made_up / "lesson.toml").write_bytes(data.draw(other_values(example)))
    try:
        catalog.load(made_up)
    except BrokenLesson as error:
        assert str(made_up) in str(error)


@given(data=st.data())
@many(60)
def test_any_answers_are_graded(folder: Path, data: st.DataObject) -> None:
    """What a student wrote is right, wrong or unreadable."""
    lesson = catalog.load(LESSONS[0])
    file = folder / "answers.toml"
    example = "".join(f"{each.id} = 'x'\n" for each in lesson.questions).encode()
    file.write_bytes(data.draw(other_values(example)))
    try:
        given_answers = answers.read(file)
    except answers.AnswersError as error:
        assert "\n" not in str(error)
        return
    known: dict[str, Any] = {}
    words = _words(lesson)
    list(answers.grade(lesson, given_answers, known, *words))
    tomllib.loads(example.decode())


def _words(lesson: Any) -> tuple[Any, Any]:
    from tracenova.lesson import language

    return language.of(lesson, "en"), language.own("en")
