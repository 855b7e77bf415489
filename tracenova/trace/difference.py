"""Two traces side by side: hops added, removed, changed; decisions that differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from tracenova.trace.model import Hop
from tracenova.trace.story import Decision, decisions, number, verdict_sentence
from tracenova.trace.trace import Trace

_COMPARED = ("topic", "version", "namespace", "source", "status")


@dataclass(frozen=True, slots=True)
class HopChange:
    """One difference between the stories; the missing side is None."""

    kind: Literal["added", "removed", "changed"]
    before: Hop | None
    after: Hop | None
    what: str = ""


def hop_changes(before: Trace, after: Trace) -> list[HopChange]:
    """Return what the second story has more, less, or otherwise."""
    old, new = before.hops(), after.hops()
    matcher = SequenceMatcher(
        None, [_key(hop) for hop in old], [_key(hop) for hop in new], autojunk=False
    )
    found: list[HopChange] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            pairs = zip(old[i1:i2], new[j1:j2], strict=True)
            found.extend(change for a, b in pairs for change in _changed(a, b))
        else:
            found.extend(HopChange("removed", hop, None) for hop in old[i1:i2])
            found.extend(HopChange("added", None, hop) for hop in new[j1:j2])
    return found


def decision_changes(before: Trace, after: Trace) -> list[str]:
    """Return a sentence for each decision that differs."""
    old, new = decisions(before), decisions(after)
    found = []
    for at in range(max(len(old), len(new))):
        if at >= len(old) or at >= len(new):
            which = "second" if at >= len(old) else "first"
            found.append(f"choice {at + 1}: only in the {which} trace")
        else:
            found.extend(f"choice {at + 1}: {s}" for s in _decided(old[at], new[at]))
    return found


def _key(hop: Hop) -> tuple[str, str, str, str, str]:
    """Return what makes two hops the same step, on whichever host it is taken."""
    operation = hop.note.partition(":")[0] if hop.method.startswith("object_") else ""
    from_, to = _service(hop.from_), _service(hop.to)
    return from_, to, hop.kind, hop.method, operation


def _service(participant: str) -> str:
    return participant.partition("@")[0]


def _elsewhere(before: Hop, after: Hop) -> Iterator[str]:
    """Yield where a step is taken, if both stories name its host."""
    for name in ("from_", "to"):
        was, is_ = getattr(before, name), getattr(after, name)
        if was != is_ and "@" in was and "@" in is_:
            yield f"{name.rstrip('_')} {was} → {is_}"


def _changed(before: Hop, after: Hop) -> Iterator[HopChange]:
    differs = [*_elsewhere(before, after)] + [
        f"{name} {getattr(before, name) or '–'} → {getattr(after, name) or '–'}"
        for name in _COMPARED
        if getattr(before, name) != getattr(after, name)
    ]
    if differs:
        yield HopChange("changed", before, after, ", ".join(differs))


def _decided(before: Decision, after: Decision) -> Iterator[str]:
    old, new = before.choice.selected, after.choice.selected
    if old != new:
        yield f"chosen {old or 'nobody'} → {new or 'nobody'}"
    for host in dict.fromkeys([*before.hosts, *after.hosts]):
        if host not in before.hosts or host not in after.hosts:
            side = "second" if host not in before.hosts else "first"
            yield f"{host}: only in the {side} trace"
            continue
        was, is_ = before.refusal(host), after.refusal(host)
        if (was and was.filter) != (is_ and is_.filter):
            said = verdict_sentence(before, host), verdict_sentence(after, host)
            yield f"{host}: {said[0]} → {said[1]}"
        weights = before.total(host), after.total(host)
        if weights[0] != weights[1]:
            shown = ["not weighed" if w is None else number(w) for w in weights]
            yield f"{host}: weight {shown[0]} → {shown[1]}"
