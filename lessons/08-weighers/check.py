"""Who wins as the lab is given, and who with the student's nova.conf."""

import configparser
from collections.abc import Iterator
from typing import Any

from tracenova.lesson.attempt import Attempt, Stop
from tracenova.lesson.findings import Finding

_DEFAULTS = {
    "ram_weight_multiplier": 1.0,
    "disk_weight_multiplier": 1.0,
    "io_ops_weight_multiplier": -1.0,
    "soft_affinity_weight_multiplier": 1.0,
    "soft_anti_affinity_weight_multiplier": 1.0,
}


def answers(attempt: Attempt) -> dict[str, Any]:
    """Return the winner, read off a real run."""
    return {"winner": _winner(attempt.trace("reveal"))}


def check(attempt: Attempt) -> Iterator[Finding]:
    """Yield whether one multiplier was changed, and whether compute1 wins by it."""
    changed = _changed(attempt)
    names = ", ".join(changed) or "–"
    yield attempt.holds("one", len(changed) == 1, count=len(changed), names=names)
    same_lab = attempt.toml("lab.toml") == attempt.original("lab.toml")
    yield attempt.holds("same_lab", same_lab)
    if len(changed) != 1 or not same_lab:
        return
    booted = attempt.boot("lab.toml", config=["nova.conf"])
    winner = _winner(booted.trace)
    yield attempt.holds("compute1", winner == "compute1", winner=winner)


def _changed(attempt: Attempt) -> list[str]:
    """Return the options that differ from Nova's defaults."""
    parser = configparser.ConfigParser(default_section="none", interpolation=None)
    try:
        parser.read_string(attempt.text("nova.conf"))
        said = dict(parser["DEFAULT"]) if parser.has_section("DEFAULT") else {}
        return [
            name
            for name, value in said.items()
            if name not in _DEFAULTS or float(value) != _DEFAULTS[name]
        ]
    except (configparser.Error, ValueError) as error:
        raise Stop("nova.conf", f"nova.conf: {' '.join(str(error).split())}") from None


def _winner(trace: Any) -> str:
    selected = trace.choices()[-1].selected or ""
    return str(selected).partition("/")[0]
