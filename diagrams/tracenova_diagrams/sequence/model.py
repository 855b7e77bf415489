"""The nouns of a sequence: participants, messages, notes, groups."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

MessageKind = Literal["http", "call", "cast", "fanout", "db", "driver", "notify"]
Tone = Literal["plain", "good", "fail", "ref"]
Form = Literal["client", "service", "neighbour", "database", "bus", "driver"]


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody with a lifeline.

    Attributes:
        name: as hops write it, ``nova-compute@compute1``.
        host: where it runs, when the picture shall say so.
    """

    name: str
    label: str
    host: str
    form: Form


class Message(NamedTuple):
    """One arrow, or several alike.

    Attributes:
        seq: number of its hop, of the first when it stands for several.
        last_seq: number of its last hop.
        tag: the small second line: by which means, on which topic.
        returns: what the answer says that comes back on the same row; None when no
            answer is expected, or when the answer is an arrow of its own.
        failed: the first words of the error; "" when it went well.
        stands_for: how many hops.
        group: key of the group it is in.
        receives: ids of the spans that begin to work on it, at its target.
        entity: id of the span on whose behalf it is sent.
    """

    source: str
    target: str
    kind: MessageKind
    label: str
    seq: int
    last_seq: int
    method: str = ""
    tag: str = ""
    is_reply: bool = False
    returns: str | None = None
    failed: str = ""
    queued_ns: int = 0
    stands_for: int = 1
    group: str = ""
    receives: tuple[str, ...] = ()
    entity: str = ""


class Note(NamedTuple):
    """Something that happened at a participant without a message.

    Attributes:
        kind: ``state``, ``filters``, ``claim`` or ``ref``.
        steps: of a state: the values it went through, of ``name``.
        key: finds the matrix of a filters note: ``1`` for attempt 1.
    """

    at: str
    lines: tuple[str, ...]
    tone: Tone = "plain"
    kind: str = ""
    group: str = ""
    key: str = ""
    name: str = ""
    steps: tuple[str, ...] = ()
    seq: int = 0
    stands_for: int = 1


Item: TypeAlias = Message | Note


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that a picture of a sequence shows.

    Attributes:
        groups: the groups' titles by key.
        omitted: what this picture leaves out, in words.
    """

    title: str
    participants: tuple[Participant, ...]
    items: tuple[Item, ...]
    groups: dict[str, str] = field(default_factory=dict)
    omitted: tuple[str, ...] = ()

    @property
    def arrows(self) -> int:
        """How many arrows are drawn, answers on the same row not counted."""
        return sum(isinstance(item, Message) for item in self.items)

    @property
    def about(self) -> str:
        """The story in a sentence, for whoever cannot see the picture."""
        who = ", ".join(p.name for p in self.participants)
        failed = [m for m in self.items if isinstance(m, Message) and m.failed]
        end = f" {len(failed)} failed: {failed[0].failed}." if failed else ""
        return f"{self.arrows} messages between {who}.{end}"
