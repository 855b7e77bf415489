"""Boots of the built-in labs, run once and shared by the tests that look at them."""

import functools
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
    folder = Path(tempfile.mkdtemp(prefix="tracenova-test-"))
    plan = boot.Plan(
        lab=loaded,
        order=Order.of(loaded, **order),
        save=save or folder / "boot.otlp.jsonl",
        virt=virt,
    )
    return boot.run(plan, Narrator(silent=True, step=False))


@functools.cache
def booted(lab: str, virt: str | None = None) -> boot.Outcome:
    """Return one boot of the lab, the same for every test."""
    return run_boot(lab, virt=virt)
