"""Scenes as a pinned dot file: graphviz paints it, and lays nothing out.

The shapes travel in the graph's ``_background``, in the xdot drawing language; two
invisible nodes at pinned corners give the sheet its size.
"""

from collections.abc import Iterable, Iterator
from math import cos, pi, sin

from tracenova_diagrams import scene as s
from tracenova_diagrams.escape import visible
from tracenova_diagrams.metrics import width
from tracenova_diagrams.palette import DARK, LIGHT, STYLES

_POINTS = 0.75  # a pixel of a scene is 1/96 inch, a point 1/72
_FONT = "Liberation Sans"  # what Debian has in the place of Helvetica
_LOWER = 0.15  # of a font size; graphviz sets text higher than its base line
_MOST_QUOTED = 8_000
_JUSTIFY = {"start": -1, "middle": 0, "end": 1}


def render(scene: s.Scene, *, dark: bool = False, sharp: bool = False) -> str:
    """Return the dot file, for ``neato -n2``; ``sharp``: two dots for a pixel."""
    wide, high = scene.width * _POINTS, scene.height * _POINTS
    painter = _Painter(scene, DARK if dark else LIGHT)
    drawing = _joined(painter.paint())
    corner = "style=invis shape=point width=0.01 fixedsize=true"
    return (
        f"graph {{ pad=0 margin=0 dpi={192 if sharp else 72} "
        f'bgcolor="{painter.colour("paper")}"\n'
        f"_background={drawing}\n"
        f'a [pos="0,0" {corner}]; b [pos="{wide:.1f},{high:.1f}" {corner}] }}\n'
    )


def _joined(operations: Iterator[str]) -> str:
    """Return a quoted string; in pieces, for dot reads 16 384 characters at most."""
    pieces, piece = [], ""
    for operation in operations:
        if len(piece) + len(operation) > _MOST_QUOTED:
            pieces.append(piece)
            piece = ""
        piece += operation.replace('"', '\\"') + " "
    return "\n + ".join(f'"{piece}"' for piece in [*pieces, piece])


class _Painter:
    def __init__(self, scene: s.Scene, palette: dict[str, str]) -> None:
        self._scene = scene
        self._palette = palette
        self._down = 0.0

    def colour(self, name: str) -> str:
        return self._palette[name]

    def paint(self) -> Iterator[str]:
        """Yield the operations of all shapes."""
        return self._painted(self._scene.shapes)

    def _painted(self, shapes: Iterable[s.Shape]) -> Iterator[str]:
        for shape in shapes:
            match shape:
                case s.Begin() | s.End():
                    self._down = shape.down if isinstance(shape, s.Begin) else 0.0
                case s.Block() | s.Bars():
                    yield from self._painted(shape.shapes)
                case s.Rect():
                    yield from self._polygon(_corners(shape), shape.look)
                case s.Area():
                    yield from self._polygon(shape.points, shape.look)
                case s.Line():
                    yield from self._pen(shape.look)
                    yield f"L {len(shape.points)} {self._points(shape.points)}"
                case s.Curve():
                    yield from self._pen(shape.look)
                    yield f"B {len(shape.points)} {self._points(shape.points)}"
                case s.Oval():
                    yield from self._oval(shape)
                case s.Text():
                    yield from self._text(shape)

    def _pen(self, look: str) -> Iterator[str]:
        style = STYLES[look]
        name = style.stroke or style.fill
        yield f"c 7 -{self.colour(name)}"
        yield _counted("S", f"setlinewidth({style.width * _POINTS:.2f})")
        yield _counted("S", _dash(style.dash))

    def _polygon(self, points: tuple[s.Point, ...], look: str) -> Iterator[str]:
        style = STYLES[look]
        if style.fill:
            yield f"C 7 -{self.colour(style.fill)}"
        yield from self._pen(look)
        letter = "P" if style.fill else "p"
        yield f"{letter} {len(points)} {self._points(points)}"

    def _oval(self, oval: s.Oval) -> Iterator[str]:
        yield f"C 7 -{self.colour(STYLES[oval.look].fill)}"
        yield from self._pen(oval.look)
        centre = self._points(((oval.x, oval.y),))
        yield f"E {centre} {oval.rx * _POINTS:.1f} {oval.ry * _POINTS:.1f}"

    def _text(self, text: s.Text) -> Iterator[str]:
        if not text.text:
            return
        style = STYLES[text.look]
        font = f"{_FONT} Bold" if style.bold else _FONT
        yield f"F {style.size * _POINTS:.2f} {len(font)} -{font}"
        yield f"c 7 -{self.colour(style.fill)}"
        place = self._points(((text.x, text.y + _LOWER * style.size),))
        room = width(text.text, style.size, bold=style.bold) * _POINTS
        # dot keeps a backslash as it is, but not one before a quotation mark
        shown = visible(text.text).replace('\\"', "\\\u201d")
        yield (
            f"T {place} {_JUSTIFY[text.anchor]} {room:.1f} "
            f"{len(shown.encode())} -{shown}"
        )

    def _points(self, points: tuple[s.Point, ...]) -> str:
        high = self._scene.height - self._down
        return " ".join(
            f"{x * _POINTS:.1f} {(high - y) * _POINTS:.1f}" for x, y in points
        )


def _corners(r: s.Rect) -> tuple[s.Point, ...]:
    right, bottom = r.x + r.width, r.y + r.height
    if not r.round_:
        return ((r.x, r.y), (right, r.y), (right, bottom), (r.x, bottom))
    bend = min(r.round_, r.width / 2, r.height / 2)
    centres = (
        (right - bend, bottom - bend),
        (r.x + bend, bottom - bend),
        (r.x + bend, r.y + bend),
        (right - bend, r.y + bend),
    )
    return tuple(
        (x + bend * cos(angle), y + bend * sin(angle))
        for quarter, (x, y) in enumerate(centres)
        for angle in [(quarter + step / 5) * pi / 2 for step in range(6)]
    )


def _dash(dash: str) -> str:
    if not dash:
        return "solid"
    return "dotted" if float(dash.split(maxsplit=1)[0]) < 2 else "dashed"


def _counted(operator: str, text: str) -> str:
    return f"{operator} {len(text)} -{text}"
