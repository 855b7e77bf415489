"""Scenes as SVG: text stays text, colours follow the reader's light or dark."""

from collections.abc import Callable, Iterator
from typing import Any

from tracenova_diagrams import scene as s
from tracenova_diagrams.escape import xml
from tracenova_diagrams.palette import DARK, LIGHT, SANS, STYLES, Style


def render(scene: s.Scene, *, dark: bool | None = None) -> str:
    """Return the whole file.

    Args:
        scene: the shapes.
        dark: fixed colours; None lets the reader's preference decide.
    """
    return "".join(_file(scene, dark))


def _file(scene: s.Scene, dark: bool | None) -> Iterator[str]:
    wide, high = _n(scene.width), _n(scene.height)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="tn" role="img" '
        f'width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" '
        f'aria-labelledby="tn-title tn-desc">\n'
        f'<title id="tn-title">{xml(scene.title)}</title>\n'
        f'<desc id="tn-desc">{xml(scene.about)}</desc>\n'
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
        yield f"font-size:{_n(style.size)}px"
    if style.bold:
        yield "font-weight:600"


def body(scene: s.Scene) -> Iterator[str]:
    """Yield the elements of the shapes."""
    for shape in scene.shapes:
        yield _WRITERS[type(shape)](shape)


def _rect(r: s.Rect) -> str:
    corner = f' rx="{_n(r.round_)}"' if r.round_ else ""
    return (
        f'<rect class="tn-{r.look}" x="{_n(r.x)}" y="{_n(r.y)}" '
        f'width="{_n(r.width)}" height="{_n(r.height)}"{corner}/>\n'
    )


def _line(shape: s.Line) -> str:
    if len(shape.points) == 2:
        (x1, y1), (x2, y2) = shape.points
        return f'<path class="tn-{shape.look}" d="M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}"/>\n'
    points = " ".join(f"{_n(x)},{_n(y)}" for x, y in shape.points)
    return f'<polyline class="tn-{shape.look}" points="{points}"/>\n'


def _area(shape: s.Area) -> str:
    points = " ".join(f"{_n(x)},{_n(y)}" for x, y in shape.points)
    return f'<polygon class="tn-{shape.look}" points="{points}"/>\n'


def _curve(shape: s.Curve) -> str:
    start, *rest = (f"{_n(x)} {_n(y)}" for x, y in shape.points)
    return f'<path class="tn-{shape.look}" d="M{start}C{" ".join(rest)}"/>\n'


def _oval(o: s.Oval) -> str:
    return (
        f'<ellipse class="tn-{o.look}" cx="{_n(o.x)}" cy="{_n(o.y)}" '
        f'rx="{_n(o.rx)}" ry="{_n(o.ry)}"/>\n'
    )


def _text(t: s.Text) -> str:
    anchor = "" if t.anchor == "start" else f' text-anchor="{t.anchor}"'
    return (
        f'<text class="tn-{t.look}" x="{_n(t.x)}" y="{_n(t.y)}"{anchor}>'
        f"{xml(t.text)}</text>\n"
    )


def _begin(b: s.Begin) -> str:
    return (
        f'<g class="is-{b.kind}" data-key="{xml(b.key)}" aria-label="{xml(b.label)}">\n'
    )


def _end(_: s.End) -> str:
    return "</g>\n"


_WRITERS: dict[type, Callable[[Any], str]] = {
    s.Rect: _rect,
    s.Line: _line,
    s.Area: _area,
    s.Curve: _curve,
    s.Oval: _oval,
    s.Text: _text,
    s.Begin: _begin,
    s.End: _end,
}


def _n(number: float) -> str:
    """Return a coordinate without needless digits."""
    return f"{round(number, 1):.10g}"
