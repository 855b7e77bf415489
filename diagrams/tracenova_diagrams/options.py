"""What a reader asks of a picture, and how the asking can fail."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

Kind = Literal[
    "sequence", "filters", "weights", "states", "topology", "calls", "timeline"
]
Level = Literal["services", "rpc", "full"]
Format = Literal["svg", "png", "pdf", "dot", "mmd", "puml", "txt", "html"]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
LEVELS: Final[tuple[Level, ...]] = get_args(Level)
FORMATS: Final[tuple[Format, ...]] = get_args(Format)


class DiagramError(Exception):
    """A picture cannot be drawn as asked; the message says why."""


class GraphvizMissing(DiagramError):
    """A format needs the programs of graphviz, which are not installed here."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} needs graphviz: apt-get install graphviz"
            " (mmd, puml and txt of every kind, and svg and html of sequence,"
            " filters, weights and timeline work without it)"
        )


@dataclass(frozen=True, slots=True)
class Options:
    """How to draw.

    Attributes:
        expand: repeats one by one rather than "9 × object_action".
        focus: only what these services send or receive; () for all.
        hide: nothing that these services send or receive.
        first: number of the first hop to draw, from 1.
        last: number of the last hop to draw; None: to the end.
        width: columns of a text picture.
        dark: colours of png and pdf; svg and html adapt by themselves.
        title: what the picture shows; "" for a title of its own.
    """

    kind: Kind = "sequence"
    level: Level = "rpc"
    expand: bool = False
    focus: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    first: int = 1
    last: int | None = None
    width: int = 120
    dark: bool = False
    title: str = ""
