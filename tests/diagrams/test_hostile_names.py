"""Names from users are shown, and do nothing else."""

import dataclasses
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.diagrams import tools
from tests.diagrams.support import trace
from tracenova.trace import names
from tracenova.trace.trace import Trace
from tracenova_diagrams import FORMATS, KINDS, draw, graphviz_, xdot
from tracenova_diagrams.escape import visible
from tracenova_diagrams.metrics import width
from tracenova_diagrams.scene import Block, Scene, Shape, Text

pytestmark = pytest.mark.timeout(tools.PATIENCE_S + 30)

HOSTILE = (
    "<script>alert(1)</script>\"'&amp;]]>",
    "\x1b[31mred\x07\x00\u202edetrever\u2066",
    "服务器 %%{init: {}}%% ;end; #35; `rm` $x",
    "-->> ->> |\\n ~~~ **b** __u__ //i// !include /etc/passwd\n@enduml",
)


def _renamed(name: str) -> Trace:
    """Return a boot in which methods, hosts and reasons carry the name."""
    changed = []
    for span in trace("no-valid-host").spans:
        attributes = dict(span.attributes)
        if names.RPC_METHOD in attributes:
            attributes[names.RPC_METHOD] = f"build{name}"
            attributes[names.MESSAGING_DESTINATION] = name
        if names.FILTER_HOSTS in attributes:
            hosts = attributes[names.FILTER_HOSTS]
            assert isinstance(hosts, tuple)
            attributes[names.FILTER_HOSTS] = tuple(f"{name}{host!s}" for host in hosts)
            attributes[names.FILTER_REASONS] = tuple(name for _ in hosts)
        changed.append(
            dataclasses.replace(
                span,
                attributes=attributes,
                status_message=name if span.status == "error" else "",
                resource={**span.resource, names.SERVICE_NAME: f"{span.service}{name}"},
            )
        )
    return Trace(changed)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", KINDS)
def test_no_format_lets_a_name_do_anything(kind: str, name: str) -> None:
    """Well-formed XML without foreign elements; no control character anywhere."""
    picture = draw(_renamed(name), kind=kind, title=name)
    for format_ in FORMATS:
        for part in picture.render(format_):
            if format_ in ("png", "pdf"):
                continue
            text = part.decode()
            assert not set(text) & set("\x00\x07\x1b\u202e\u2066"), format_
            if format_ in ("svg", "html", "mmd"):
                assert "<script>alert" not in text
            if format_ == "svg":
                tags = {
                    el.tag.rpartition("}")[2]
                    for el in ElementTree.fromstring(text).iter()
                }
                assert "script" not in tags


@pytest.mark.parametrize("name", [*HOSTILE, 'back\\\\slash\\"quoted"\\', "שרת مرحبا"])
def test_graphviz_paints_every_word(name: str) -> None:
    """A name that breaks out of its place would leave the rest of the sheet blank."""
    if shutil.which("neato") is None:
        pytest.skip("graphviz is not installed: apt-get install graphviz")
    scene = draw(_renamed(name), level="services", title=name).scene()
    words = sum(isinstance(shape, Text) and shape.text != "" for shape in _all(scene))
    painted = graphviz_.run("neato", "svg", xdot.render(scene), "a picture")
    assert painted.count(b"<text ") == words


def _all(scene: Scene) -> Iterator[Shape]:
    for shape in scene.shapes:
        yield from shape.shapes if isinstance(shape, Block) else (shape,)


def test_mermaid_accepts_hostile_names(tmp_path: Path) -> None:
    """Mermaid's own parser reads every one of them."""
    files: list[Path] = []
    for at, name in enumerate(HOSTILE):
        for kind in ("sequence", "calls", "filters", "timeline"):
            path = tmp_path / f"{at}{kind}.mmd"
            files += draw(_renamed(name), kind=kind, title=name).save(path).paths
    tools.parse_mermaid(files)


def test_plantuml_accepts_hostile_names(tmp_path: Path) -> None:
    """PlantUML reads every one of them, and includes nothing."""
    for at, name in enumerate(HOSTILE):
        picture = draw(_renamed(name), level="services", title=name)
        picture.save(tmp_path / f"{at}.puml")
    tools.check_plantuml(sorted(tmp_path.glob("*.puml")))


def test_dot_accepts_hostile_names(tmp_path: Path) -> None:
    """dot reads every one of them."""
    if shutil.which("dot") is None:
        pytest.skip("graphviz is not installed: apt-get install graphviz")
    for at, name in enumerate(HOSTILE):
        for kind in KINDS:
            path = tmp_path / f"{at}{kind}.dot"
            draw(_renamed(name), kind=kind, title=name).save(path)
            subprocess.run(
                ["dot", "-Tcanon", str(path)], check=True, capture_output=True
            )


def test_what_is_spelled_out_has_its_room() -> None:
    """A control character takes six places in a picture, and no label is cut."""
    picture = draw(_renamed(HOSTILE[1]), kind="filters").scene()
    words = [shape for shape in picture.shapes if isinstance(shape, Text)]
    assert any("\x1b" in shape.text for shape in words)
    for shape in words:
        if shape.anchor == "start":
            assert shape.x + 5 * len(visible(shape.text)) <= picture.width


def test_words_after_a_name_from_right_to_left_keep_their_places() -> None:
    """A mark without width closes the name, once."""
    said = visible("build שרת مرحبا 1.10")
    assert said == "\u200ebuild שרת مرحبا\u200e 1.10"
    assert visible(said) == said
    assert width(said) == width("build שרת مرحبا 1.10")
