"""What was written to the databases, write by write, and the servers' fields by then."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from tracenova.trace import names
from tracenova.trace.changes import POWER_STATES
from tracenova.trace.model import Span
from tracenova_tui.sheets import tree
from tracenova_tui.story import Story

_WRITES = ("INSERT", "UPDATE", "UPSERT", "DELETE")
_STATES = {
    "vm_state": names.VM_STATE,
    "task_state": names.TASK_STATE,
    "power_state": names.POWER_STATE,
}


@dataclass(frozen=True, slots=True)
class Write:
    """One write of an object.

    Attributes:
        what: the object and its operation, ``Instance.save``.
        by: who wanted it; ``nova-compute@compute2`` writes through the conductor.
        fields: what is known of the object after the write.
        changes: field → (before, after), of the fields that were known before.
    """

    span_id: str
    start_ns: int
    operation: str
    database: str
    table: str
    what: str
    by: str
    instance: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)


class Writes:
    """All writes of a story, and where each is.

    Attributes:
        listed: in the order of the story.
    """

    def __init__(self, listed: list[Write]) -> None:
        self.listed = listed
        self._places = {write.span_id: at for at, write in enumerate(listed)}
        self._times = sorted(write.start_ns for write in listed)
        self._rows: dict[str, list[Write]] = {}
        for write in sorted(listed, key=attrgetter("start_ns")):
            if write.instance and write.table == "instances":
                self._rows.setdefault(write.instance, []).append(write)

    def place_of(self, span_id: str) -> int | None:
        """Return the place of the write that a span made."""
        return self._places.get(span_id)

    def until(self, now_ns: int) -> int:
        """Return how many writes there were until then."""
        return bisect_right(self._times, now_ns)

    def of(self, instance: str, now_ns: int) -> Write | None:
        """Return the last write of the server's row until then."""
        rows = self._rows.get(instance, [])
        at = bisect_right(rows, now_ns, key=attrgetter("start_ns"))
        return rows[at - 1] if at else None


def all_writes(story: Story) -> Writes:
    """Return the writes of a story; worked out once."""
    return story.kept("writes", lambda: Writes(writes(story)))


def writes(story: Story) -> list[Write]:
    """Return the writes of a story, in its order."""
    found = []
    known: dict[str, dict[str, str]] = {}
    for span in story.spans:
        if span.text("db.operation.name") not in _WRITES:
            continue
        wanted = _wanted_by(span, story)
        fields = dict(_fields(span, wanted))
        instance = span.text(names.INSTANCE_UUID) or fields.get("instance_uuid", "")
        key = f"{span.name.partition('.')[0]} {instance or fields.get('id', '')}"
        before = known.setdefault(key, {})
        changes = {
            name: (before[name], value)
            for name, value in fields.items()
            if name in before and before[name] != value
        }
        before.update(fields)
        found.append(
            Write(
                span_id=span.span_id,
                start_ns=span.start_ns,
                operation=span.text("db.operation.name") or "",
                database=span.text("db.namespace") or "",
                table=span.text("db.collection.name") or "",
                what=span.name,
                by=_name(wanted or span),
                instance=instance,
                fields=dict(before),
                changes=changes,
            )
        )
    return found


def _wanted_by(span: Span, story: Story) -> Span | None:
    """Return the message that asked the conductor for the write."""
    for above in story.trace.tree.ancestors(span):
        if above.kind == "producer":
            method = above.text(names.RPC_METHOD) or ""
            return above if method.startswith("object_") else None
        if above.kind == "server":
            return None
    return None


def _fields(span: Span, wanted: Span | None) -> Iterator[tuple[str, str]]:
    """Yield the plain fields of the object that is written, as far as recorded."""
    args = tree.parsed(wanted.text(names.RPC_ARGS)) if wanted else None
    document = args.get("objinst") if isinstance(args, Mapping) else None
    inner: Any = next(iter(document.values()), None) if document else None
    for name, value in inner.items() if isinstance(inner, Mapping) else ():
        if not isinstance(value, (Mapping, list)):
            yield str(name), _shown(str(name), value)
    for name, attribute in _STATES.items():
        if attribute in span.attributes:
            yield name, _shown(name, span.text(attribute) or None)


def _shown(name: str, value: Any) -> str:
    if value is None or value == "":
        return "–"
    return (
        POWER_STATES.get(str(value), str(value))
        if name == "power_state"
        else str(value)
    )


def _name(span: Span) -> str:
    is_compute = span.service == "nova-compute" and span.host
    return f"{span.service}@{span.host}" if is_compute else span.service or "?"
