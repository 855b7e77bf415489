"""A picture before it has a format: shapes with coordinates and a class of looks."""

from collections.abc import Iterable
from typing import Literal, NamedTuple, TypeAlias

Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]


class Rect(NamedTuple):
    """A rectangle, its corners rounded by ``round_``."""

    x: float
    y: float
    width: float
    height: float
    look: str
    round_: float = 0


class Line(NamedTuple):
    """A straight stroke through points."""

    points: tuple[Point, ...]
    look: str


class Area(NamedTuple):
    """A filled polygon."""

    points: tuple[Point, ...]
    look: str


class Bars(NamedTuple):
    """Upright rectangles one below the other, from top to bottom of each span."""

    x: float
    width: float
    spans: tuple[Point, ...]
    look: str

    @property
    def shapes(self) -> tuple[Rect, ...]:
        """The rectangles one by one."""
        return tuple(
            Rect(self.x, top, self.width, bottom - top, self.look)
            for top, bottom in self.spans
        )


class Curve(NamedTuple):
    """A spline: a start, then three points for each cubic piece."""

    points: tuple[Point, ...]
    look: str


class Oval(NamedTuple):
    """An ellipse by centre and radii."""

    x: float
    y: float
    rx: float
    ry: float
    look: str


class Text(NamedTuple):
    """One line of text; ``y`` is its base line."""

    x: float
    y: float
    text: str
    look: str = "t"
    anchor: Anchor = "start"


class Begin(NamedTuple):
    """Opens a group that means one thing: a message, a filter.

    Attributes:
        kind: what it is, ``message``, ``filter`` …
        key: finds its details: a span's id, a filter's place.
        label: read out to whoever cannot see the picture.
        down: how much lower than it says everything in the group is.
    """

    kind: str
    key: str
    label: str
    down: float = 0.0


class End(NamedTuple):
    """Closes the group."""


class Block(NamedTuple):
    """Shapes that a picture shows many times; each format spells them once."""

    shapes: "tuple[Shape, ...]"


Shape: TypeAlias = Rect | Line | Area | Bars | Curve | Oval | Text | Begin | End | Block


class Scene:
    """Shapes on a sheet of paper of some size.

    Attributes:
        title: a short name of the picture.
        about: what it shows, in a sentence, for whoever cannot see it.
        head_height: how much of the top stays visible while scrolling.
    """

    def __init__(self, title: str, about: str) -> None:
        self.title = title
        self.about = about
        self.width = 0.0
        self.height = 0.0
        self.head_height = 0.0
        self.shapes: list[Shape] = []

    def add(self, *shapes: Shape) -> None:
        """Draw on top of what is there."""
        self.shapes.extend(shapes)

    def extend(self, shapes: Iterable[Shape]) -> None:
        """Draw many shapes on top of what is there."""
        self.shapes.extend(shapes)
