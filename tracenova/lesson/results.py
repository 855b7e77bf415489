"""Results as documents: Exercism's ``results.json``, version 3, and a class's CSV.

https://exercism.org/docs/building/tooling/test-runners/interface
"""

import csv
import io
from collections.abc import Iterable
from typing import Any, Final

from tracenova.lesson.findings import Finding, Result

VERSION: Final = 3
EXIT_CODES: Final = {"pass": 0, "fail": 1, "error": 2}
_OUTPUT: Final = 500  # characters that the format allows


def document(result: Result) -> dict[str, Any]:
    """Return one result in Exercism's shape."""
    found: dict[str, Any] = {"version": VERSION, "status": result.status}
    if result.error:
        found["message"] = result.error
    found["tests"] = [_test(finding) for finding in result.findings]
    return found


def _test(finding: Finding) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": finding.name,
        "status": "pass" if finding.passed else "fail",
    }
    if finding.message:
        found["message"] = finding.message
    if finding.output:
        found["output"] = finding.output[:_OUTPUT]
    return found


def table(rows: Iterable[tuple[str, Result]]) -> str:
    """Return a class's results as CSV: a row a student and lesson."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ("student", "lesson", "status", "passed", "checks", "first problem")
    )
    for student, result in rows:
        failures = result.failures
        problem = result.error or (failures[0].message if failures else "")
        passed = len(result.findings) - len(failures)
        cells = (student, result.lesson, result.status, passed, len(result.findings))
        writer.writerow([_harmless(str(cell)) for cell in (*cells, problem)])
    return text.getvalue()


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
