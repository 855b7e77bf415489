"""Trace files: crash-safe, and clear about what is wrong with them."""

from pathlib import Path

import pytest

from tests.unit.trace.sample import small_boot
from tracenova.trace import otlp_json
from tracenova.trace.files import TraceFileError, TraceWriter, load


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A trace file, one span a line."""
    path = tmp_path / "boot.otlp.jsonl"
    writer = TraceWriter(path)
    for span in small_boot():
        writer.write([span])
    writer.close()
    return path


def test_a_saved_trace_loads_complete(saved: Path) -> None:
    """What was written is there, without a warning."""
    loaded = load(saved)
    assert loaded.spans == small_boot()
    assert loaded.warnings == []


def test_an_unfinished_last_line_is_skipped_with_a_warning(saved: Path) -> None:
    """A run that was killed leaves a readable file."""
    saved.write_bytes(saved.read_bytes()[:-20])
    loaded = load(saved)
    assert len(loaded.spans) == len(small_boot()) - 1
    assert [
        w.endswith("(the last) is unfinished; skipped") for w in loaded.warnings
    ] == [True]


def test_a_corrupt_middle_line_is_named_and_skipped(saved: Path) -> None:
    """One bad line does not cost the rest."""
    lines = saved.read_text().splitlines(keepends=True)
    lines[2] = "nonsense\n"
    saved.write_text("".join(lines))
    loaded = load(saved)
    assert len(loaded.spans) == len(small_boot()) - 1
    assert "line 3 is not OTLP/JSON" in loaded.warnings[0]


def test_appending_after_a_crash_starts_a_new_line(saved: Path) -> None:
    """The next run's first line does not stick to the unfinished one."""
    saved.write_bytes(saved.read_bytes()[:-20])
    writer = TraceWriter(saved, append=True)
    writer.write(small_boot()[:1])
    writer.close()
    loaded = load(saved)
    assert loaded.spans[-1] == small_boot()[0]
    assert len(loaded.warnings) == 1


def test_a_document_over_several_lines_loads(tmp_path: Path) -> None:
    """Other tools write one pretty-printed document."""
    import json

    path = tmp_path / "other.json"
    path.write_text(json.dumps(otlp_json.encode(small_boot()), indent=2))
    assert load(path).spans == small_boot()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\x7fELF\0\0", "is a binary file"),
        (b"hello\nworld\n", "is not an OTLP/JSON trace"),
        (b'{"a": 1}\n', "no resourceSpans"),
        (b"[" * 100_000, "is not an OTLP/JSON trace"),
        (b"\xff\xfe\xfa\n", "is not an OTLP/JSON trace"),
    ],
)
def test_what_is_no_trace_is_refused_in_one_line(
    tmp_path: Path, content: bytes, says: str
) -> None:
    """The message names the file and what is wrong with it."""
    path = tmp_path / "x.otlp.jsonl"
    path.write_bytes(content)
    with pytest.raises(TraceFileError) as caught:
        load(path)
    message = str(caught.value)
    assert says in message
    assert message.startswith(str(path))
    assert "\n" not in message


def test_a_missing_file_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    """The system's own words say why; a folder must have trace files."""
    with pytest.raises(TraceFileError, match="No such file"):
        load(tmp_path / "nowhere")
    with pytest.raises(TraceFileError, match="has no trace files"):
        load(tmp_path)


def test_the_files_of_a_folder_are_one_trace(tmp_path: Path) -> None:
    """Each process of a cloud writes a file of its own; an empty one is no matter."""
    for number, half in enumerate((small_boot()[::2], small_boot()[1::2])):
        writer = TraceWriter(tmp_path / f"{number}.otlp.jsonl")
        writer.write(half)
        writer.close()
    (tmp_path / "starting.otlp.jsonl").touch()
    loaded = load(tmp_path)
    assert {s.key for s in loaded.spans} == {s.key for s in small_boot()}
    assert loaded.warnings == []
