"""The nouns of a sheet of tables: words, marks and bars in rows."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Tone = Literal["plain", "quiet", "good", "fail", "strong"]
ColumnKind = Literal["text", "number", "mark", "bar"]


@dataclass(frozen=True, slots=True)
class Words:
    """A cell of text."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a bar, in the unit of its column; ``part`` picks one of six looks."""

    start: float
    length: float
    part: int = 1
    failed: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A cell with a bar; ``said`` is the same in words, for text."""

    segments: tuple[Segment, ...]
    said: str = ""


Cell: TypeAlias = Words | Bar


def said(cell: Cell) -> str:
    """Return what a cell says in words."""
    return cell.said if isinstance(cell, Bar) else cell.text


@dataclass(frozen=True, slots=True)
class Column:
    """How a column is headed; ``most`` is the length of a bar that fills it."""

    head: str
    kind: ColumnKind = "text"
    most: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """One table; ``key`` lets other pictures point at it."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """All tables of a picture."""

    title: str
    about: str
    tables: tuple[Table, ...]
