"""The scheduler asked again, with a little changed: a process for each question.

A case freezes the clock and records for itself, so that no lab may run in the same
process. ``python -m tracenova.lab.again`` reads one question as JSON from standard input::

    {"case": {…}, "changes": ["flavor.memory_mb=4096"], "request": 0}
    {"case": {…}, "host": "compute3|compute3", "instance": 0}

and answers on one line: the first with the spans of the new decision (OTLP/JSON), the
second with a sentence for each smallest change that would turn the decision for the host.
What cannot be asked is ``{"error": …}``.
"""

import json
import logging
import sys
from collections.abc import Mapping
from typing import Any

from tracenova.scheduler.cases.answer import answered
from tracenova.scheduler.cases.changes import Change, changed
from tracenova.scheduler.cases.document import CaseError, checked
from tracenova.scheduler.cases.flips import Question, flips
from tracenova.trace import otlp_json


def reply(asked: Mapping[str, Any]) -> str:
    """Return the answer to one question, a line of JSON.

    Raises:
        CaseError, ValueError: it cannot be asked.
    """
    case = checked(dict(asked["case"]), "recorded")
    plugins = case.get("plugins") or ()
    if asked.get("host"):
        question = Question(
            case, str(asked["host"]), instance=int(asked.get("instance") or 0)
        )
        return json.dumps([flip.sentence() for flip in flips(question)])
    twin = changed(case, [Change.parsed(text) for text in asked.get("changes") or ()])
    told = answered(twin, plugins, isolated=False)
    spans = told.spans[int(asked.get("request") or 0)]
    if not spans:
        raise ValueError(told.told["requests"][0].get("spec_error", "no answer"))
    return otlp_json.encode_line(spans)


def main() -> None:
    """Answer the question on standard input."""
    logging.disable(logging.CRITICAL)  # what the scheduler logs is nobody's news here
    try:
        line = reply(json.loads(sys.stdin.read()))
    except (CaseError, ValueError, KeyError, TypeError, StopIteration) as error:
        line = json.dumps({"error": " ".join(str(error).split()) or "no such host"})
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
