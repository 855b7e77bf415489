"""What a check found, and what an exercise came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked.

    Attributes:
        name: what was checked, a few words.
        passed: whether it is as it should be.
        message: what is wrong, without giving the answer away; "" when nothing is.
        output: what the student's code printed.
    """

    name: str
    passed: bool
    message: str = ""
    output: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One exercise, checked.

    Attributes:
        error: why it could not be checked at all; "" when it could.
    """

    lesson: str
    findings: tuple[Finding, ...] = ()
    error: str = ""

    @property
    def status(self) -> Literal["pass", "fail", "error"]:
        """The word of Exercism's results.json."""
        if self.error:
            return "error"
        return "pass" if self.findings and not self.failures else "fail"

    @property
    def passed(self) -> bool:
        """Whether the exercise is solved."""
        return self.status == "pass"

    @property
    def failures(self) -> Sequence[Finding]:
        """What is not as it should be."""
        return [finding for finding in self.findings if not finding.passed]
