"""Bad input ends in one clear line and the documented exit code, and costs nothing."""

import os
import re

import pytest

from tests.functional.boots import booted
from tests.functional.cli.runner import command, here

HOST = '[[hosts]]\nname = "a"\n'
VIEWS = ("hops", "messages", "filters", "weights", "states", "timeline", "explain")


def quick(tmp_path, *options):
    """Boot on fake hosts into a new file, within this process."""
    save = tmp_path / "new.otlp.jsonl"
    return here("boot", "--virt", "fake", "--save", str(save), *options)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = [", "not valid TOML"),
        ("", "lab.toml:1: the file: needs hosts"),
        ("hosts = 3", "lab.toml:1: hosts: 3 is not of type 'array'"),
        ('[[hosts]]\nname = "a"\nmemry = 3', "lab.toml:3: hosts.0: unknown key"),
        (HOST + "memory_mb = -4", "lab.toml:3: hosts.0.memory_mb: -4 is less than"),
        (HOST + HOST, "lab.toml:4: hosts: 'a' is there twice"),
        (HOST + "[quotas]\nfrobs = 3", "lab.toml:4: quotas: no quota 'frobs'"),
        (HOST + '[lab]\nname = "a/b"', "lab.toml:4: lab.name: 'a/b' is not a name"),
        (HOST + '[[faults]]\nkind = "dead"', "lab.toml:4: faults: dead needs host"),
        (HOST + '[[faults]]\nkind = "message"', "message needs method"),
        (HOST + '[[images]]\nname="guest"\nfile="/no"', "lab.toml:5: image 'guest'"),
        (HOST + "[conf]\nnosuch = 1", "lab.toml:4: [DEFAULT] has no option 'nosuch'"),
        (HOST + '[conf]\nram_allocation_ratio = "x"', "lab.toml:4: [DEFAULT] ram_"),
        (
            HOST + '[conf]\nscheduler_default_filters = ["RamFiltr"]',
            "lab.toml:4: no filter 'RamFiltr'; did you mean RamFilter?",
        ),
        (HOST + '[conf]\ncompute_stats_class = "x.Y"', "lab.toml:4: no class 'x.Y'"),
        (HOST + '[conf]\nquota_driver = "x"', "lab.toml:4: [DEFAULT] quota_driver: "),
        (
            HOST + '[conf.upgrade_levels]\ncompute = "x"',
            "lab.toml:4: no version 'x'; write 4.N or one of kilo, liberty, mitaka",
        ),
        (
            HOST + '[conf.osapi_v21]\nproject_id_regex = "("',
            "lab.toml:4: is no regular expression: ",
        ),
        (
            HOST + '[conf.wsgi]\napi_paste_config = "/etc/passwd"',
            "lab.toml:4: /etc/passwd is no file of sections",
        ),
        (
            HOST + '[conf.wsgi]\napi_paste_config = "x"',
            "lab.toml:4: Could not find config at x",
        ),
    ],
)
def test_a_malformed_lab_is_told_with_its_line(text, said, tmp_path):
    """Syntax, shape, contradictions and configuration: file:line, what, and why."""
    lab = tmp_path / "lab.toml"
    lab.write_text(text, encoding="utf-8")
    result = quick(tmp_path, "--lab", str(lab))
    assert result.code == 2
    assert said in result.error_line


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--lab", "nosuch"], "no lab 'nosuch': neither a file nor one of"),
        (["--lab", "a" * 5000], "neither a file nor one of"),
        (["--lab", "a\0b"], "no lab 'a\\x00b': neither a file nor one of"),
        (
            ["--flavor", "m1.huge"],
            "no flavor 'm1.huge' in this lab; there are: m1.tiny",
        ),
        (["--image", "x"], "no image 'x' in this lab; there are: guest"),
        (["--network", "x"], "no network 'x' in this lab; there are: private"),
        (["--az", "nova:nohost"], "no host 'nohost' in this lab; there are: compute1"),
        (["--count", "0"], "0 is not in the range"),
        (["--count", "-3"], "-3 is not in the range"),
        (["--count", "99999999999"], "is not in the range"),
        (["--hint", "group"], "'group' is not KEY=VALUE"),
        (["--virt", "vmware"], "no kind of host 'vmware'; there are fake, test"),
        (["--timeout", "nan"], "nan is not a number of seconds"),
        (["--otlp", "collector"], "'collector' is not http://HOST:PORT"),
        (["--otlp", "http://"], "'http://' is not http://HOST:PORT"),
        (["--otlp", "http://[::1"], "'http://[::1' is not http://HOST:PORT"),
        (["--otlp", "http://h:99999"], "'http://h:99999' is not http://HOST:PORT"),
        (["--seed", "-1"], "-1 is not in the range"),
        (["--seed", "x"], "'x' is not a valid integer"),
        (["--name", "\udcff"], "--name is not valid UTF-8"),
        (["--transport-url", "x"], "the transport URL is not one; write redis://"),
        (["--transport-url", "amqq://h"], "no kind of message bus 'amqq'"),
        (["--db", "x"], "the database URL is not one; write sqlite:"),
        (["--db", "oracular://h/x"], "no kind of database 'oracular'"),
        (["--config-file", "/nosuch"], "/nosuch: cannot be read: No such file"),
        (["--no-such-option"], "No such option"),
    ],
)
def test_what_the_lab_does_not_have_is_a_usage_error(options, said, tmp_path):
    """Exit 2, and the line says what there is instead."""
    result = quick(tmp_path, *options)
    assert result.code == 2
    assert said in result.error_line


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--transport-url", "redis://127.0.0.1:1/0"], "Start it with `redis-server`"),
        (["--db", "postgresql+pg8000://u:p@h/x"], "mend: pip install"),
        (["--virt", "qemu+unix:///system?socket=/nosuch"], "no hypervisor answers at"),
    ],
)
def test_a_missing_part_of_the_environment_is_named_with_its_mending(
    options, said, tmp_path
):
    """Exit 3: what is missing, and what brings it."""
    if options[0] == "--virt":
        pytest.importorskip("libvirt", reason="libvirt-python is not installed")
    result = quick(tmp_path, *options)
    assert result.code == 3
    assert said in result.error_line


@pytest.mark.parametrize(
    "name", ["a" * 300, "a\x1b[31mb", "tab\tbed", " ", "", "two\nlines"]
)
def test_a_name_that_nova_refuses_is_an_answer(name, tmp_path):
    """nova-api says 400, so the answer is no; nothing of the name reaches a terminal."""
    result = quick(tmp_path, "--name", name)
    assert result.code == 1
    assert "nova-api refused the request: 400" in result.error_line
    assert len(result.error_line) < 320
    assert "\x1b" not in result.out + result.err


@pytest.mark.parametrize(
    "name", ["<b>&amp;[red]x[/red]", "שלום \u202eabc", "Ünïcödé 日本"]
)
def test_markup_and_scripts_are_only_text(name, tmp_path):
    """A name of any script boots; characters that turn the line around are spelled."""
    result = quick(tmp_path, "--name", name)
    if result.code == 1:  # Newton refuses format characters
        assert "printable characters" in result.err
    else:
        assert f"{name} is ACTIVE on compute2" in result.out
    assert "\u202e" not in result.out


def test_a_flavor_that_fits_nowhere_ends_in_error(tmp_path):
    """The server goes to ERROR, with why in the last line."""
    lab = tmp_path / "small.toml"
    lab.write_text('[[hosts]]\nname = "a"\nmemory_mb = 1024', encoding="utf-8")
    result = quick(tmp_path, "--lab", str(lab), "--flavor", "m1.small")
    assert result.code == 1
    assert "No valid host was found" in result.error_line
    assert "tracenova explain" in result.error_line


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\x00\x01\x02" * 500, "is a binary file"),
        (b"hello world\n", "is not an OTLP/JSON trace"),
        (b'{"a": 1}\n', "no resourceSpans in it"),
        (b"[" * 100_000, "is not an OTLP/JSON trace"),
        (b'{"resourceSpans": "x"}', "resourceSpans is not a list"),
    ],
)
def test_a_file_that_is_no_trace_is_refused_by_every_view(content, said, tmp_path):
    """Exit 2 and one line, whichever view is asked for."""
    path = tmp_path / "bad.otlp.jsonl"
    path.write_bytes(content)
    for view in VIEWS:
        result = here(view, str(path))
        assert result.code == 2
        assert said in result.error_line
    assert here("diff", str(path), str(path)).code == 2


def test_an_empty_folder_or_a_missing_file_is_no_trace(tmp_path):
    """The line says why it cannot be read."""
    for view in VIEWS:
        assert "has no trace files" in here(view, str(tmp_path)).error_line
        assert "No such file" in here(view, str(tmp_path / "no")).error_line


def test_a_truncated_trace_shows_what_is_left(tmp_path):
    """A run that was killed half-way through a line: what is missing, and the rest."""
    whole = booted("default").save.read_bytes()
    path = tmp_path / "cut.otlp.jsonl"
    path.write_bytes(whole[: len(whole) // 2])
    result = here("hops", str(path))
    assert result.code == 0
    broken, missing = result.err.splitlines()
    assert "(the last) is unfinished; skipped" in broken
    assert re.search(r"what caused \d+ steps? of .*nova-api.* is missing", missing)
    assert "nova-api" in result.out


def test_a_boot_that_cannot_start_costs_no_older_trace(tmp_path):
    """What is there is replaced only once there is something to record."""
    save = tmp_path / "new.otlp.jsonl"
    save.write_bytes(booted("default").save.read_bytes())
    before = save.read_bytes()
    for options in (["--flavor", "x"], ["--transport-url", "redis://127.0.0.1:1/0"]):
        assert quick(tmp_path, *options).code in (2, 3)
        assert save.read_bytes() == before


def test_a_file_that_is_no_trace_is_not_replaced(tmp_path):
    """--save on somebody's notes is a slip."""
    (tmp_path / "new.otlp.jsonl").write_text("my notes", encoding="utf-8")
    result = quick(tmp_path)
    assert result.code == 2
    assert "is no trace, so it is not replaced" in result.error_line
    assert (tmp_path / "new.otlp.jsonl").read_text(encoding="utf-8") == "my notes"


def test_a_full_disk_is_told_once_and_the_story_all_the_same():
    """The boot goes on; exit 2, because what was asked for is not there."""
    result = here("boot", "--virt", "fake", "--save", "/dev/full")
    assert result.code == 2
    assert "/dev/full: No space left on device" in result.error_line
    assert "demo is ACTIVE" in result.out
    assert "trace: not saved" in result.out


def test_a_log_that_cannot_be_written_is_told_once(tmp_path):
    """The boot goes on without it."""
    result = quick(tmp_path, "--log-file", "/dev/full")
    assert result.code == 0
    assert "the log is not written any further: /dev/full" in result.error_line


def test_an_unwritable_target_is_told_before_anything_starts():
    """Exit 2 at once."""
    result = here("boot", "--save", "/proc/nowhere/x.otlp.jsonl")
    assert result.code == 2
    assert "the trace cannot be written" in result.error_line


@pytest.mark.parametrize("stream", ["/dev/full", "closed"])
def test_standard_output_that_cannot_be_written_is_no_traceback(stream):
    """A full disk is said on stderr; a closed stream swallows what it is given."""
    trace = booted("default").save
    target = ">&-" if stream == "closed" else "> /dev/full"
    result = in_shell(f'"$PYTHON" -m tracenova hops {trace} {target}')
    if stream == "closed":
        assert (result.code, result.err) == (0, "")
    else:
        assert result.code == 2
        assert "standard output cannot be written: No space" in result.error_line


def test_a_reader_that_leaves_is_no_error():
    """``tracenova timeline … | head -1`` ends quietly."""
    trace = booted("default").save
    result = in_shell(f'"$PYTHON" -m tracenova timeline --json {trace} | head -1')
    assert (result.code, result.err) == (0, "")


def test_any_locale_and_strict_warnings_do(tmp_path):
    """An encoding without arrows gets them spelled out; warnings of libraries do not end a boot."""
    env = {
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONWARNINGS": "error",
    }
    save = str(tmp_path / "c.otlp.jsonl")
    result = command("boot", "--virt", "fake", "--save", save, env=env)
    assert result.code == 0, result.err[-600:]
    assert "demo is ACTIVE" in result.out


def test_no_color_and_columns_are_respected():
    """Not a terminal, so no escape codes; tables keep to the width."""
    result = command("hops", str(booted("default").save), env={"COLUMNS": "72"})
    assert "\x1b" not in result.out
    assert max(map(len, result.out.splitlines())) <= 72


def in_shell(line):
    """Run a shell line with the real command in it."""
    import subprocess
    import sys

    from tests.functional.cli.runner import Result, environment

    done = subprocess.run(
        ["/bin/bash", "-o", "pipefail", "-c", line],
        env=environment(PYTHON=sys.executable),
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
        cwd=os.sep,
    )
    return Result(done.returncode, done.stdout, done.stderr)
