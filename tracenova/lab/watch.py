"""Waits for a boot to end by watching its trace, so that no poll disturbs the story."""

import threading
import time
from collections.abc import Iterable

from tracenova.trace import names
from tracenova.trace.model import Moment, Span

_FINAL = ("active", "error", "deleted")


class BootWatch:
    """Follows the live feed of one trace.

    A boot has ended when every server of it has reached a final state and no span of
    the trace is open any more. A listener of the live feed.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._open: set[str] = set()
        self._states: dict[str, tuple[str, str]] = {}
        self._ignored: set[str] = set()
        self.trace_id: str | None = None

    def __call__(self, moment: Moment) -> None:
        """Take note of one moment."""
        span = moment.span
        if span is None:
            return
        with self._changed:
            if moment.kind == "started":
                self._open.add(span.span_id)
                if span.service == "client" and span.parent_id is None:
                    self._ignored.add(span.span_id)
            elif moment.kind == "ended":
                self._open.discard(span.span_id)
                self._note_state(span)
            self._changed.notify_all()

    def _note_state(self, span: Span) -> None:
        uuid = span.text(names.INSTANCE_UUID)
        if uuid is not None and names.VM_STATE in span.attributes:
            vm_state = span.text(names.VM_STATE) or ""
            self._states[uuid] = (vm_state, span.text(names.TASK_STATE) or "")

    def wait(self, servers: Iterable[str], timeout_s: float) -> bool:
        """Wait until the servers' boots have ended; return False when time ran out."""
        wanted = set(servers)
        deadline = time.monotonic() + timeout_s
        with self._changed:
            while not self._ended(wanted):
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._changed.wait(min(left, 0.5))
        return True

    def _ended(self, wanted: set[str]) -> bool:
        settled = all(
            vm_state in _FINAL and task_state in ("", "None")
            for vm_state, task_state in (
                self._states.get(uuid, ("", "?")) for uuid in wanted
            )
        )
        return settled and not (self._open - self._ignored)
