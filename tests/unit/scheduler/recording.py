"""The tracing backend of the cases, for tests of what is recorded."""

from tracenova.scheduler.cases.witness import Witness as RecordingBackend
from tracenova.scheduler.cases.witness import WitnessedSpan as RecordedSpan
from tracenova.scheduler.cases.witness import witnessing as recording

__all__ = ["RecordedSpan", "RecordingBackend", "recording"]
