"""Ctrl-C and SIGTERM at any moment: everything stops, and the trace so far is there."""

import signal
from pathlib import Path

import pytest

from tests.functional.cli.runner import here, started
from tests.functional.messaging.conftest import RedisServer, eventually

pytestmark = pytest.mark.timeout(240)
STOPPED_WITHIN_S = 100  # the promise is two seconds; a loaded machine gets more


@pytest.mark.parametrize(
    ("messages", "sig"),
    [(0, signal.SIGINT), (12, signal.SIGTERM)],
)
def test_an_interrupted_boot_leaves_a_trace_that_reads(messages, sig, tmp_path):
    """Exit 130 and one line; ``hops`` shows what had happened.

    Every message waits for Enter, and after so many nobody presses it.
    """
    save = tmp_path / "part.otlp.jsonl"
    options = ("--virt", "fake", "--save", str(save), "--timeout", "600", "--step")
    with started("boot", *options) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write("\n" * messages)
        process.stdin.flush()
        for _ in range(messages + 1):
            while not process.stderr.readline().startswith("⏸ held"):
                assert process.poll() is None
        process.send_signal(sig)
        _, err = process.communicate(timeout=STOPPED_WITHIN_S)
    assert "Traceback" not in err
    said = f"interrupted; the trace so far: tracenova hops {save}"
    assert (process.returncode, err.splitlines()[-1]) == (130, said)
    assert here("hops", str(save)).code == 0


def test_a_boot_that_nothing_holds_is_interrupted_too(tmp_path):
    """It waits for a server that nobody builds: the message was lost."""
    lab, save = tmp_path / "lost.toml", tmp_path / "lost.otlp.jsonl"
    lab.write_text(
        '[[hosts]]\nname = "a"\n'
        '[[faults]]\nkind = "message"\nmethod = "build_instances"\n',
        encoding="utf-8",
    )
    options = ("--virt", "fake", "--lab", str(lab), "--timeout", "600")
    with started("boot", *options, "--save", str(save)) as process:
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=STOPPED_WITHIN_S)
    assert "Traceback" not in err
    assert (process.returncode, err.splitlines()[-1].split(";")[0]) == (
        130,
        "interrupted",
    )


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
def test_a_redis_that_dies_ends_the_boot_with_exit_3(tmp_path):
    """Nobody waits for it for long, and the trace so far is there."""
    save = tmp_path / "redis.otlp.jsonl"
    redis = RedisServer(tmp_path)
    options = ("--virt", "fake", "--save", str(save), "--transport-url", redis.url)
    with started("boot", *options) as process:
        assert process.stderr is not None
        process.stderr.readline()
        redis.kill()
        _, err = process.communicate(timeout=STOPPED_WITHIN_S)
    assert process.returncode == 3
    last = err.splitlines()[-1]
    assert f"Cannot reach redis://127.0.0.1:{redis.port}" in last
    assert f"the trace so far: tracenova hops {save}" in last
    assert here("hops", str(save)).code == 0
