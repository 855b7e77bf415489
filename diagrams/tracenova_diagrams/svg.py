"""Scenes as SVG: text stays text, colours follow the reader's light or dark."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from tracenova_diagrams import scene as s
from tracenova_diagrams.escape import xml
from tracenova_diagrams.palette import DARK, LIGHT, SANS, STYLES, Style

_READABLE = 0.5  # of the size on paper


def render(
    scene: s.Scene, *, dark: bool | None = None, name: str = "tn", style: str = ""
) -> str:
    """Return the whole file.

    Args:
        scene: the shapes.
        dark: fixed colours; None lets the reader's preference decide.
        name: begins the ids; each picture of a page needs another.
        style: CSS of the picture itself, for a page that shows it.
    """
    return "".join(_file(scene, dark, name, style))


def embedded(scene: s.Scene) -> str:
    """Return SVG for a page with others: ids of its own, as wide as the page allows.

    On a narrow page it stays readable, and the page around it scrolls.
    """
    digest = hashlib.sha256(f"{scene.title}\n{scene.about}".encode()).hexdigest()[:8]
    smallest = round(scene.width * _READABLE)
    style = f"max-width:100%;min-width:{smallest}px;height:auto"
    return render(scene, name=f"tn-{digest}", style=style)


def _file(scene: s.Scene, dark: bool | None, name: str, style: str) -> Iterator[str]:
    wide, high = f"{scene.width:.10g}", f"{scene.height:.10g}"
    looks = f' style="{style}"' if style else ""
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="tn" role="img" '
        f'width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" '
        f'aria-labelledby="{name}-title {name}-desc"{looks}>\n'
        f'<title id="{name}-title">{xml(scene.title)}</title>\n'
        f'<desc id="{name}-desc">{xml(scene.about)}</desc>\n'
        f"<style>{stylesheet(dark)}</style>\n"
        f'<rect class="tn-paper" width="{wide}" height="{high}"/>\n'
    )
    yield from body(scene)
    yield "</svg>\n"


def stylesheet(dark: bool | None = None) -> str:
    """Return the rules of every class, for one palette or for both."""
    if dark is not None:
        return rules(DARK if dark else LIGHT)
    changed = rules(DARK, only_colours=True)
    return f"{rules(LIGHT)}@media(prefers-color-scheme:dark){{{changed}}}"


def rules(
    palette: dict[str, str], *, only_colours: bool = False, within: str = ""
) -> str:
    """Return CSS for one palette; ``within`` narrows it to a part of a page."""
    font = "" if only_colours else f"{within}.tn text{{font-family:{SANS}}}"
    return font + "".join(
        f"{within}.tn-{name}{{{';'.join(_css(style, palette, only_colours))}}}"
        for name, style in STYLES.items()
    )


def _css(style: Style, palette: dict[str, str], only_colours: bool) -> Iterator[str]:
    yield f"fill:{palette[style.fill]}" if style.fill else "fill:none"
    if style.stroke:
        yield f"stroke:{palette[style.stroke]}"
    if only_colours:
        return
    if style.stroke:
        yield f"stroke-width:{style.width}"
    if style.dash:
        yield f"stroke-dasharray:{style.dash}"
    if style.size:
        yield f"font-size:{style.size:.10g}px"
    if style.bold:
        yield "font-weight:600"


def body(scene: s.Scene) -> list[str]:
    """Return the elements of the shapes."""
    blocks: dict[int, str] = {}

    def block(shape: s.Block) -> str:
        key = id(shape.shapes)
        if key not in blocks:
            blocks[key] = "".join(_WRITERS[type(each)](each) for each in shape.shapes)
        return blocks[key]

    writers: dict[type, Callable[[Any], str]] = {**_WRITERS, s.Block: block}
    return [writers[type(shape)](shape) for shape in scene.shapes]


def _rect(r: s.Rect) -> str:
    corner = f' rx="{r.round_:.10g}"' if r.round_ else ""
    return (
        f'<rect class="tn-{r.look}" x="{r.x:.10g}" y="{r.y:.10g}" '
        f'width="{r.width:.10g}" height="{r.height:.10g}"{corner}/>\n'
    )


def _line(shape: s.Line) -> str:
    if len(shape.points) == 2:
        (x1, y1), (x2, y2) = shape.points
        return f'<path class="tn-{shape.look}" d="M{x1:.10g} {y1:.10g}L{x2:.10g} {y2:.10g}"/>\n'
    return f'<polyline class="tn-{shape.look}" points="{_pairs(shape)}"/>\n'


def _area(shape: s.Area) -> str:
    return f'<polygon class="tn-{shape.look}" points="{_pairs(shape)}"/>\n'


def _pairs(shape: s.Line | s.Area) -> str:
    return " ".join([f"{x:.10g},{y:.10g}" for x, y in shape.points])


def _bars(b: s.Bars) -> str:
    left, wide = f"{b.x:.10g}", f"{b.width:.10g}"
    drawn = [
        f"M{left} {top:.10g}h{wide}V{bottom:.10g}h-{wide}z" for top, bottom in b.spans
    ]
    return f'<path class="tn-{b.look}" d="{"".join(drawn)}"/>\n'


def _curve(shape: s.Curve) -> str:
    start, *rest = (f"{x:.10g} {y:.10g}" for x, y in shape.points)
    return f'<path class="tn-{shape.look}" d="M{start}C{" ".join(rest)}"/>\n'


def _oval(o: s.Oval) -> str:
    return (
        f'<ellipse class="tn-{o.look}" cx="{o.x:.10g}" cy="{o.y:.10g}" '
        f'rx="{o.rx:.10g}" ry="{o.ry:.10g}"/>\n'
    )


def _text(t: s.Text) -> str:
    anchor = "" if t.anchor == "start" else f' text-anchor="{t.anchor}"'
    return (
        f'<text class="tn-{t.look}" x="{t.x:.10g}" y="{t.y:.10g}"{anchor}>'
        f"{xml(t.text)}</text>\n"
    )


def _begin(b: s.Begin) -> str:
    down = f' transform="translate(0 {b.down:.10g})"' if b.down else ""
    return (
        f'<g class="is-{b.kind}" data-key="{xml(b.key)}"{down} '
        f'aria-label="{xml(b.label)}">\n'
    )


def _end(_: s.End) -> str:
    return "</g>\n"


_WRITERS: dict[type, Callable[[Any], str]] = {
    s.Rect: _rect,
    s.Line: _line,
    s.Area: _area,
    s.Bars: _bars,
    s.Curve: _curve,
    s.Oval: _oval,
    s.Text: _text,
    s.Begin: _begin,
    s.End: _end,
}
