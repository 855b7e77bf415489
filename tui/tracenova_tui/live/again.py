"""Asks the scheduler again, in a process of its own that can be stopped."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from importlib import util
from pathlib import Path
from typing import Any

from tracenova.trace import otlp_json
from tracenova.trace.story import Decision, decisions
from tracenova.trace.trace import Trace

_ARGUMENTS = ("-m", "tracenova.lab.again")


class CannotAsk(Exception):
    """The scheduler cannot be asked again; the message says why."""


class Asking:
    """One question to the scheduler; ``stop`` ends it from another thread."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Give the question up."""
        self._stopped.set()
        if self._process is not None:
            self._process.kill()

    def decision(self, decision: Decision, changes: Sequence[str]) -> Decision:
        """Return what the scheduler would decide with the changes.

        Raises:
            CannotAsk: the trace lacks the case, a change does not fit, or it was stopped.
        """
        answer = self._ask({"case": _case(decision), "changes": list(changes)})
        found = decisions(Trace(otlp_json.decode(answer)))
        same = [one for one in found if one.choice.round == decision.choice.round]
        if not same:
            raise CannotAsk(
                "an earlier server of the request gets no host, so this one is not asked for"
            )
        return same[0]

    def turns(self, decision: Decision, host: str) -> list[str]:
        """Return a sentence for each smallest change that would turn the decision.

        Raises:
            CannotAsk: the trace lacks the case, or it was stopped.
        """
        return list(
            self._ask(
                {
                    "case": _case(decision),
                    "host": host.replace("/", "|", 1),
                    "instance": decision.choice.round - 1,
                }
            )
        )

    def _ask(self, question: dict[str, Any]) -> Any:
        if self._stopped.is_set():
            raise CannotAsk("given up")
        self._process = subprocess.Popen(
            [sys.executable, *_ARGUMENTS], text=True, encoding="utf-8",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=_environment(),
        )  # fmt: skip
        said, _ = self._process.communicate(json.dumps(question))
        if self._stopped.is_set():
            raise CannotAsk("given up")
        try:
            answer = json.loads(said)
        except ValueError:
            raise CannotAsk("the scheduler did not answer") from None
        if isinstance(answer, dict) and "error" in answer:
            raise CannotAsk(str(answer["error"]))
        return answer


def _case(decision: Decision) -> Any:
    if decision.choice.case is None:
        raise CannotAsk("the trace does not hold what the scheduler knew")
    try:
        return json.loads(decision.choice.case)
    except ValueError:
        raise CannotAsk(
            "what the scheduler knew is not complete in the trace"
        ) from None


def _environment() -> dict[str, str]:
    """Return an environment in which tracenova is found, installed or not."""
    spec = util.find_spec("tracenova")
    root = str(Path(spec.origin).parent.parent) if spec and spec.origin else ""
    before = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": f"{root}:{before}" if before else root}
