"""Ctrl-C and SIGTERM at any moment: everything stops, and the trace so far is there."""

import signal
from pathlib import Path

import pytest

from tests.functional.cli.runner import here, started
from tests.functional.messaging.conftest import RedisServer, eventually

STOPPED_WITHIN_S = 40  # the promise is two seconds; a loaded machine gets more


def interrupted(save, hops, sig=signal.SIGINT, *options):
    """Interrupt a boot after so many told hops; return code and what it said last."""
    options = ("--virt", "fake", "--save", str(save), *options)
    with started("boot", *options) as process:
        assert process.stderr is not None
        for _ in range(hops):
            process.stderr.readline()
        process.send_signal(sig)
        _, err = process.communicate(timeout=STOPPED_WITHIN_S)
    assert "Traceback" not in err
    return process.returncode, err.splitlines()[-1]


@pytest.mark.parametrize(
    ("hops", "sig"),
    [(1, signal.SIGINT), (60, signal.SIGTERM)],
)
def test_an_interrupted_boot_leaves_a_trace_that_reads(hops, sig, tmp_path):
    """Exit 130 and one line; ``hops`` shows what had happened."""
    save = tmp_path / "part.otlp.jsonl"
    code, said = interrupted(save, hops, sig)
    assert code == 130
    assert said == f"interrupted; the trace so far: tracenova hops {save}"
    assert here("hops", str(save)).code == 0


def test_an_interrupt_while_a_message_is_held_stops_too(tmp_path):
    """With --step nobody presses Enter: Ctrl-C still ends it."""
    code, said = interrupted(tmp_path / "step.otlp.jsonl", 5, signal.SIGINT, "--step")
    assert (code, said.split(";")[0]) == (130, "interrupted")


def test_an_interrupt_before_anything_began_leaves_nothing(tmp_path):
    """No empty file is left where a trace was to be."""
    save = tmp_path / "none.otlp.jsonl"
    with started("boot", "--save", str(save)) as process:
        eventually(lambda: hears(process.pid, signal.SIGTERM))
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=STOPPED_WITHIN_S)
    assert process.returncode == 130
    assert err.strip() in ("", "interrupted")
    assert not save.exists()


def hears(pid, sig):
    """Say whether the process has a handler for the signal; Python has none of SIGTERM."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    (caught,) = (line for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) & 1 << (sig - 1))


@pytest.mark.redis
@pytest.mark.timeout(120)
def test_a_redis_that_dies_ends_the_boot_with_exit_3(tmp_path):
    """Nobody waits for it for long, and the trace so far is there."""
    save = tmp_path / "redis.otlp.jsonl"
    redis = RedisServer(tmp_path)
    options = ("--virt", "fake", "--save", str(save), "--transport-url", redis.url)
    with started("boot", *options) as process:
        assert process.stderr is not None
        process.stderr.readline()
        redis.kill()
        _, err = process.communicate(timeout=60)
    assert process.returncode == 3
    last = err.splitlines()[-1]
    assert f"Cannot reach redis://127.0.0.1:{redis.port}" in last
    assert f"the trace so far: tracenova hops {save}" in last
    assert here("hops", str(save)).code == 0
