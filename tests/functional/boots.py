"""Boots of the built-in labs, run once and shared by the tests that look at them."""

import atexit
import functools
import shutil
import tempfile
from pathlib import Path
from typing import Any

from tracenova.cli.narrator import Narrator
from tracenova.lab import boot
from tracenova.lab.order import Order


def run_boot(
    lab: str = "default",
    save: Path | None = None,
    virt: str | None = None,
    **order: Any,
) -> boot.Outcome:
    """Boot the lab anew and return how it ended."""
    loaded = boot.load_lab(lab, None)
    if save is None:
        save = _folder() / "boot.otlp.jsonl"
    plan = boot.Plan(
        lab=loaded,
        order=Order.of(loaded, **order),
        save=save,
        virt=virt,
    )
    return boot.run(plan, Narrator(silent=True, step=False))


def _folder() -> Path:
    """Return a folder that lasts as long as the run of the tests."""
    folder = Path(tempfile.mkdtemp(prefix="tracenova-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@functools.cache
def booted(lab: str, virt: str | None = None) -> boot.Outcome:
    """Return one boot of the lab, the same for every test."""
    return run_boot(lab, virt=virt)
