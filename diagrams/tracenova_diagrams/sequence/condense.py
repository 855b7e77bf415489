"""Many alike become one: "9 × object_action"."""

from collections.abc import Iterable

from tracenova_diagrams.sequence.model import Item, Message


def adjacent(items: Iterable[Item]) -> list[Item]:
    """Join neighbours that ask the same for the same of the same."""
    joined: list[Item] = []
    for item in items:
        last = joined[-1] if joined else None
        if (
            isinstance(item, Message)
            and isinstance(last, Message)
            and _is_alike(last, item)
        ):
            joined[-1] = together(last, item, last.method)
        else:
            joined.append(item)
    return joined


def _is_alike(one: Message, other: Message) -> bool:
    return (
        (one.source, one.target, one.kind, one.method, one.group, one.is_reply)
        == (
            other.source,
            other.target,
            other.kind,
            other.method,
            other.group,
            other.is_reply,
        )
        and not one.failed
        and not other.failed
    )


def together(one: Message, other: Message, method: str) -> Message:
    """Return one message that stands for two."""
    count = one.stands_for + other.stands_for
    version = one.label.rpartition(" ")[2] if one.label != one.method else ""
    if one.stands_for > 1:
        version = one.label.rpartition(" ")[2] if one.tag and " " in one.label else ""
    text = f"{count} × {method}"
    if version and one.kind in ("call", "cast", "fanout") and version[0].isdigit():
        text += f" {version}"
    return one._replace(
        label=text,
        method=method,
        last_seq=other.last_seq,
        stands_for=count,
        tag=_common(one.tag, other.tag),
        queued_ns=max(one.queued_ns, other.queued_ns),
        receives=one.receives + other.receives,
        returns=one.returns if one.returns == other.returns else "",
    )


def _common(one: str, other: str) -> str:
    """Return what two tags say alike."""
    if one == other:
        return one
    pairs = zip(one.split(" · "), other.split(" · "), strict=False)
    return " · ".join(mine for mine, theirs in pairs if mine == theirs)
