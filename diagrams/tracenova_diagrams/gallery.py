"""The gallery: the set of pictures of each boot, and the page that shows them.

::

    python -m tracenova_diagrams.gallery TRACES FOLDER

TRACES holds ``default.otlp.jsonl`` and so on; ``make gallery`` records them anew.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tracenova.trace.trace import Trace
from tracenova_diagrams.diagram import Diagram
from tracenova_diagrams.escape import xml
from tracenova_diagrams.options import Format, Kind, Level, Options

_ENDING = ".otlp.jsonl"
_INTRO = """\
# Gallery

Every built-in lab, booted and drawn; nothing here is drawn by hand. `make gallery` boots
the labs again and draws anew, and a test fails when a picture is stale.
"""


class Picture(NamedTuple):
    """One file of a lab's set."""

    name: str
    kind: Kind
    level: Level
    format: Format
    title: str

    @property
    def needs_dot(self) -> bool:
        """Whether dot lays it out, so that its version matters."""
        return self.format == "svg" and self.kind in ("topology", "states", "calls")


SET = (
    Picture("sequence", "sequence", "services", "svg", "the path of a server create"),
    Picture("sequence", "sequence", "services", "mmd", "the path of a server create"),
    Picture("sequence", "sequence", "services", "puml", "the path of a server create"),
    Picture("sequence", "sequence", "services", "txt", "the path of a server create"),
    Picture("rpc", "sequence", "rpc", "svg", "every RPC and HTTP hop"),
    Picture("full", "sequence", "full", "svg", "every hop"),
    Picture("filters", "filters", "rpc", "svg", "who was refused, and why"),
    Picture("weights", "weights", "rpc", "svg", "who won, with the numbers"),
    Picture("states", "states", "rpc", "svg", "the states of the server"),
    Picture("topology", "topology", "rpc", "svg", "services, queues, databases"),
    Picture("calls", "calls", "rpc", "svg", "what caused what"),
    Picture("timeline", "timeline", "services", "svg", "the order of the steps"),
)


def pictures(lab: str, trace: Trace) -> Iterator[tuple[str, Picture, bytes]]:
    """Yield the files of a lab's set: path in the gallery, what it is, content."""
    stable = trace.stabilised()
    for picture in SET:
        options = Options(
            kind=picture.kind, level=picture.level, title=f"{lab}: {picture.title}"
        )
        content = Diagram(stable, options).render(picture.format)[0]
        yield f"{lab}/{picture.name}.{picture.format}", picture, content


def front(trace: Trace) -> bytes:
    """Return the picture of the project's README: the default lab on one page."""
    options = Options(level="services", title="A server boots")
    return Diagram(trace.stabilised(), options).render("svg")[0]


def page(labs: dict[str, Trace]) -> str:
    """Return the page that shows them all."""
    return "".join(_page(labs))


def _page(labs: dict[str, Trace]) -> Iterator[str]:
    yield _INTRO
    for lab, trace in labs.items():
        options = Options(level="services")
        mermaid = Diagram(trace.stabilised(), options).render("mmd")[0].decode()
        yield f"\n## {lab}\n\n![{xml(lab)}: the page-size story]({lab}/sequence.svg)\n\n"
        links = [f"[{p.title}]({lab}/{p.name}.{p.format})" for p in SET[4:]]
        yield f"More: {', '.join(links)}; as [text]({lab}/sequence.txt), "
        yield f"[PlantUML]({lab}/sequence.puml).\n\n"
        yield f"<details><summary>The same in Mermaid</summary>\n\n```mermaid\n{mermaid}```\n\n</details>\n"


def write(traces: Path, gallery: Path) -> None:
    """Draw every trace of a folder into the gallery."""
    labs = {
        path.name.removesuffix(_ENDING): Trace.load(path)
        for path in sorted(traces.glob(f"*{_ENDING}"))
    }
    for lab, trace in labs.items():
        for name, _, content in pictures(lab, trace):
            target = gallery / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    if "default" in labs:
        (gallery / "boot.svg").write_bytes(front(labs["default"]))
    (gallery / "README.md").write_text(page(labs), "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
