"""One picture of one trace, in any format."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from tracenova.trace.collecting import no_collection
from tracenova.trace.trace import Trace
from tracenova_diagrams import graphviz_, html, svg, xdot
from tracenova_diagrams.graph import layout
from tracenova_diagrams.graph import texts as graph_texts
from tracenova_diagrams.graph.model import Graph
from tracenova_diagrams.kinds import calls, filters, states, timeline, topology, weights
from tracenova_diagrams.options import FORMATS, DiagramError, Format, Options
from tracenova_diagrams.scene import Scene
from tracenova_diagrams.sequence import draw as sequence_draw
from tracenova_diagrams.sequence import mermaid, pinned, plantuml, text
from tracenova_diagrams.sequence.model import Story
from tracenova_diagrams.sequence.story import tell
from tracenova_diagrams.table import draw as table_draw
from tracenova_diagrams.table import gantt, markup
from tracenova_diagrams.table import texts as table_texts
from tracenova_diagrams.table.model import Sheet

Content: TypeAlias = Story | Graph | Sheet
_CONTENTS: dict[str, Callable[[Trace, Options], Content]] = {
    "sequence": tell,
    "filters": filters.sheet,
    "weights": weights.sheet,
    "timeline": timeline.sheet,
    "states": states.graph,
    "topology": topology.graph,
    "calls": calls.graph,
}
_MOST = {
    "png": 15_000.0,  # cairo paints 32 767 dots at most; a png has two for a pixel
    "pdf": 14_000.0 / 0.75,  # the points of a page
}


@dataclass(frozen=True, slots=True)
class Saved:
    """The files of a picture, and what a reader should know about them."""

    paths: tuple[Path, ...]
    remark: str = ""


class Diagram:
    """A picture; in Jupyter it shows itself.

    ::

        Diagram(trace, Options(level="services")).save("boot.svg")
    """

    def __init__(self, trace: Trace, options: Options | None = None) -> None:
        self.trace = trace
        self.options = options or Options()
        self._paged: dict[str, list[Scene]] = {}

    @functools.cached_property
    def content(self) -> Content:
        """What the picture shows, before it has a format."""
        return _CONTENTS[self.options.kind](self.trace, self.options)

    def _repr_svg_(self) -> str:
        return self.render("svg")[0].decode()

    def _repr_html_(self) -> str:
        return f'<div style="overflow-x:auto">\n{svg.embedded(self.scene())}</div>\n'

    def render(self, format_: Format) -> list[bytes]:
        """Return the file's content; several where one would pass a format's limit.

        Raises:
            GraphvizMissing: the format needs graphviz.
            DiagramError: the format is unknown.
        """
        with no_collection():
            return self._rendered(format_)

    def _rendered(self, format_: Format) -> list[bytes]:
        if format_ in ("mmd", "puml", "txt", "dot"):
            return [part.encode() for part in self._texts(format_)]
        if format_ == "svg":
            return [svg.render(self.scene()).encode()]
        if format_ == "html":
            return [html.page(self.trace, self.options, self.scene()).encode()]
        if format_ in ("png", "pdf"):
            return [self._painted(scene, format_) for scene in self._pages(format_)]
        raise DiagramError(f"no format {format_}; there are {', '.join(FORMATS)}")

    def save(self, path: Path | str, format_: Format | None = None) -> Saved:
        """Write the picture; the format is the file's ending.

        Raises:
            DiagramError: the ending names no format, or graphviz is missing.
            OSError: the file cannot be written.
        """
        target = Path(path)
        ending = format_ or target.suffix.lstrip(".").lower()
        if ending not in FORMATS:
            raise DiagramError(
                f"{target.name}: the ending says the format, one of {', '.join(FORMATS)}"
            )
        parts = self.render(ending)
        paths = [target]
        if len(parts) > 1:
            paths = [
                target.with_name(f"{target.stem}-{at}{target.suffix}")
                for at in range(1, len(parts) + 1)
            ]
        for each, content in zip(paths, parts, strict=True):
            each.write_bytes(content)
        remarks = (_split(paths, ending), self._too_large(ending))
        return Saved(tuple(paths), "; ".join(filter(None, remarks)))

    def _too_large(self, ending: str) -> str:
        """Say that pages, as far as they can be split, are still too wide or high."""
        if ending not in _MOST:
            return ""
        sides = [max(page.width, page.height) for page in self._pages(ending)]
        if max(sides) <= _MOST[ending] * 1.05:
            return ""
        also = "svg and html have no such limit"
        if ending == "pdf":
            return f"larger than a page that every viewer shows; {also}"
        part = 100 * _MOST[ending] * 1.09 / max(sides)
        return f"larger than a png can be: drawn at {part:.0f} % of its size; {also}"

    def scene(self) -> Scene:
        """Return the picture as shapes.

        Raises:
            GraphvizMissing: the kind is laid out by dot, which is not installed.
        """
        content = self.content
        if isinstance(content, Story):
            return sequence_draw.draw(content, self.options.level)
        if isinstance(content, Sheet):
            return table_draw.draw(content)
        return layout.draw(content, f"a picture of {self.options.kind}")

    def _texts(self, format_: Format) -> list[str]:
        content, width = self.content, self.options.width
        if isinstance(content, Story):
            if format_ == "mmd":
                return mermaid.parts(content)
            if format_ == "dot":
                return [pinned.render(content, self.options.level)]
            if format_ == "puml":
                return [plantuml.render(content)]
            return [text.render(content, width)]
        if isinstance(content, Sheet):
            if format_ == "mmd" and self.options.kind == "timeline" and content.tables:
                return gantt.render(content)
            return _table(content, format_, width)
        return _graph(content, format_, width)

    def _pages(self, format_: str) -> list[Scene]:
        if format_ not in self._paged:
            self._paged[format_] = self._cut(_MOST[format_])
        return self._paged[format_]

    def _cut(self, most: float) -> list[Scene]:
        content = self.content
        if isinstance(content, Story):
            return sequence_draw.pages(content, self.options.level, most)
        if isinstance(content, Sheet):
            return table_draw.pages(content, most)
        return [self.scene()]

    def _painted(self, scene: Scene, format_: Format) -> bytes:
        source = xdot.render(scene, dark=self.options.dark, sharp=format_ == "png")
        return graphviz_.run("neato", format_, source, f"a {format_} picture")


def _table(sheet: Sheet, format_: Format, width: int) -> list[str]:
    if format_ == "mmd":
        return markup.mermaid(sheet)
    if format_ == "puml":
        return [markup.plantuml(sheet)]
    if format_ == "dot":
        return [markup.dot(sheet)]
    return [table_texts.text(sheet, width)]


def _graph(graph: Graph, format_: Format, width: int) -> list[str]:
    if format_ == "mmd":
        return graph_texts.mermaid(graph)
    if format_ == "puml":
        return [graph_texts.plantuml(graph)]
    if format_ == "dot":
        return [graph_texts.dot(graph)]
    return [graph_texts.text(graph, width)]


def _split(paths: list[Path], ending: str) -> str:
    if len(paths) == 1:
        return ""
    limits = {
        "mmd": "Mermaid reads 50 000 characters at most",
        "png": "a png has a limit of pixels",
        "pdf": "a page of a pdf has a limit of size",
    }
    return (
        f"{limits.get(ending, 'too large for one file')}: split into {len(paths)} files,"
        f" {paths[0].name} to {paths[-1].name}"
    )
