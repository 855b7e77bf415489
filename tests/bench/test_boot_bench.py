"""How long a boot takes: warm, traced, the hundredth, and a whole process.

Run with ``make bench``; prints medians and ratios, asserts no time. A boot's time is
from the POST to the moment when the cell database says ACTIVE. Other programs use the
machine too: CPU time stands beside the clock's. ``tracenova bench`` measures the same.
"""

import functools
import gc
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tracenova import telemetry
from tracenova.lab import files, measure

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

BOOTS = 30
_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"


def test_a_warm_boot_traced_and_not(tmp_path: Path) -> None:
    """Goals: a median of 150 ms; at most 1.5 times as long with tracing.

    Traced and untraced boots take turns in one cloud, so that a busy moment of the
    machine meets both.
    """
    with measure.running(files.load("default"), tmp_path, "m1.tiny") as bench:
        found = measure.boots(bench, BOOTS, tmp_path).as_dict()
    print(
        f"\nPOST → ACTIVE, warm, {BOOTS} boots each: "
        f"not traced {found['active_ms']:.0f} ms "
        f"(CPU {found['active_cpu_ms']:.0f} ms), "
        f"traced and saved {found['traced_active_ms']:.0f} ms "
        f"(CPU {found['traced_active_cpu_ms']:.0f} ms): "
        f"× {found['tracing_ratio']:.2f} (CPU × {found['tracing_cpu_ratio']:.2f})"
    )


def test_the_hundredth_server(tmp_path: Path) -> None:
    """Goal: at most 20 % slower than the tenth; both as medians of eleven boots."""
    with (
        measure.running(files.load("default"), tmp_path, "m1.tiny") as bench,
        telemetry.recording(save=tmp_path / "boot.otlp.jsonl"),
    ):
        boots = bench.boots(105)
    gc.collect()
    tenth, hundredth = _medians(boots[4:15]), _medians(boots[94:105])
    print(
        f"\nserver 10: {tenth[0]:.0f} ms (CPU {tenth[1]:.0f} ms), "
        f"server 100: {hundredth[0]:.0f} ms (CPU {hundredth[1]:.0f} ms): "
        f"× {hundredth[0] / tenth[0]:.2f} (CPU × {hundredth[1] / tenth[1]:.2f})"
    )


def _medians(boots: Sequence[measure.Boot]) -> tuple[float, float]:
    return (
        statistics.median(boot.active_ms for boot in boots),
        statistics.median(boot.cpu_ms for boot in boots),
    )


def test_a_whole_process(tmp_path: Path) -> None:
    """Goals: --version 0.15 s; a whole ``tracenova boot`` 2.5 s.

    Bytecode is kept, as Python does unless it is told not to; the first run is not
    counted.
    """
    saved = str(tmp_path / "boot.otlp.jsonl")
    print()
    for arguments, times in (
        (["--version"], 11),
        (["--help"], 5),
        (["boot", "--virt", "fake", "--save", saved], 5),
        (["hops", saved], 5),
        (["filters", saved], 5),
    ):
        shown = " ".join(arguments).replace(str(tmp_path) + os.sep, "")
        print(f"tracenova {shown}: {_process_s(arguments, times)}")


def _process_s(arguments: list[str], times: int) -> str:
    program = str(Path(sys.executable).with_name("tracenova"))
    environment = {k: v for k, v in os.environ.items() if k != _NO_BYTECODE}
    run = functools.partial(
        subprocess.run,
        [program, *arguments],
        check=True,
        capture_output=True,
        env=environment,
    )
    run()
    taken, used = [], []
    for _ in range(times):
        before, began = os.times(), time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
        after = os.times()
        used.append(
            after.children_user
            - before.children_user
            + after.children_system
            - before.children_system
        )
    return f"{statistics.median(taken):.2f} s (CPU {statistics.median(used):.2f} s)"
