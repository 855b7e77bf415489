"""The page works without a network, with mouse and keyboard, in a real browser."""

import json
import re
import shutil
from html import unescape
from pathlib import Path

import pytest

from tests.diagrams import tools
from tests.diagrams.support import drawn

pytestmark = pytest.mark.timeout(tools.PATIENCE_S + 30)

_PRESS = """
const said = [];
const key = (target, name) => target.dispatchEvent(
  new KeyboardEvent('keydown', {key: name, bubbles: true, cancelable: true}));
const $ = (id) => document.getElementById(id);
const messages = [...document.querySelectorAll('#sheet .is-message')];
const cast = messages.find((each) => each.textContent.includes('build_instances'));
cast.dispatchEvent(new MouseEvent('click', {bubbles: true}));
said.push('envelope:' + $('details').textContent.includes('message id'));
key(document.body, 'Escape');
said.push('closed:' + $('details').hidden);
const filters = document.querySelector('#sheet .is-filters');
filters.dispatchEvent(new MouseEvent('click', {bubbles: true}));
said.push('matrix:' + $('details').textContent.includes('DiskFilter'));
key(document.body, 'Escape');
messages[0].focus();
key(messages[0], 'ArrowDown');
said.push('next:' + (document.activeElement !== messages[0]));
key(document.activeElement, 'Enter');
said.push('opened:' + !$('details').hidden);
$('search').value = 'placement';
$('search').dispatchEvent(new Event('input', {bubbles: true}));
said.push('found:' + (document.querySelectorAll('.hit').length > 0));
const before = document.querySelector('#sheet svg').getAttribute('width');
key(document.body, '+');
said.push('zoomed:' + (document.querySelector('#sheet svg').getAttribute('width') > before));
key(document.body, 't');
said.push('theme:' + document.documentElement.dataset.theme);
$('stage').scrollTop = 400;
const head = document.querySelector('#heads').getBoundingClientRect();
const stage = $('stage').getBoundingClientRect();
said.push('sticky:' + (Math.abs(head.top - stage.top) < 2));
$('stage').scrollTop = 0;
const point = (target, name, y) => target.dispatchEvent(new PointerEvent(
  name, {button: 0, pointerType: 'mouse', clientX: 300, clientY: y, bubbles: true}));
point($('stage'), 'pointerdown', 400);
point(window, 'pointermove', 300);
point(window, 'pointerup', 300);
said.push('panned:' + ($('stage').scrollTop === 100));
document.body.dataset.said = said.join(' ');
"""


def test_the_page_asks_for_nothing_from_elsewhere() -> None:
    """No address but the name of the SVG namespace, no import, no font."""
    page = drawn(level="services").render("html")[0].decode()
    code = re.sub(r'<script type="application/json".*?</script>', "", page)
    addresses = set(re.findall(r"https?://[^\s\"'<]+", code))
    assert addresses <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"@import|url\(|\bsrc=|<link|fetch\(", code)
    assert "@media print" in page


def test_the_page_works_in_a_browser(tmp_path: Path) -> None:
    """Click, keys, search, zoom, themes, and heads that stay while scrolling."""
    page = drawn(level="services").render("html")[0].decode()
    path = tmp_path / "boot.html"
    path.write_text(
        page.replace("</body>", f"<script>{_PRESS}</script></body>"), "utf-8"
    )
    document = tools.browsed(path, "--window-size=1200,500")
    found = re.search(r'data-said="([^"]*)"', document)
    assert found, document[-2000:]
    said = dict(word.split(":") for word in found[1].split())
    assert said.pop("theme") == "dark"
    assert set(said.values()) == {"true"}, said


_SEARCH = """
const box = document.getElementById('search');
box.value = 'neutron';
box.dispatchEvent(new Event('input', {bubbles: true}));
document.body.dataset.said = document.getElementById('hits').textContent;
"""


def test_a_graph_can_be_searched(tmp_path: Path) -> None:
    """Its boxes are found, as messages are."""
    if shutil.which("dot") is None:
        pytest.skip("graphviz is not installed: apt-get install graphviz")
    page = drawn(kind="topology").render("html")[0].decode()
    path = tmp_path / "topology.html"
    path.write_text(
        page.replace("</body>", f"<script>{_SEARCH}</script></body>"), "utf-8"
    )
    found = re.search(r'data-said="([^"]*)"', tools.browsed(path))
    assert found
    assert found[1] == "1 of 1"


_PRINT = """
dispatchEvent(new Event('beforeprint'));
const pages = [...document.querySelectorAll('#pages section')];
const last = pages.map((page) => page.lastElementChild);
const tall = document.querySelector('#sheet svg'), all = tall.getBoundingClientRect();
const [, , wide, high] = tall.getAttribute('viewBox').split(' ').map(Number);
const parts = last.map((svg) => svg.getAttribute('viewBox').split(' ').map(Number));
const ends = parts.map(([, top, , long]) => top + long);
const rows = [...tall.querySelectorAll('.is-message, .is-note, .is-filters')].map((row) => {
  const box = row.getBoundingClientRect(), zoom = all.width / wide;
  return [(box.top - all.top) / zoom, (box.bottom - all.top) / zoom];
});
document.body.dataset.said = JSON.stringify({
  pages: pages.length,
  whole: parts.every((part, at) => part[1] === (at ? ends[at - 1] : 0) && part[2] === wide)
    && ends.at(-1) === high,
  inside: last.every((svg) => svg.getAttribute('width') <= 1062),
  heads: pages.slice(1).every((page) => page.querySelectorAll('svg').length === 2),
  torn: rows.filter(([top, low]) => ends.some((cut) => top < cut && cut < low)).length,
});
"""


@pytest.mark.parametrize(
    ("lab", "level", "is_one"),
    [
        ("reschedule", "services", True),
        ("reschedule", "rpc", False),
        ("no-valid-host", "services", True),  # a little too high for a page: smaller
    ],
)
def test_it_prints_on_a4(tmp_path: Path, lab: str, level: str, is_one: bool) -> None:
    """All of it, nothing cut at the right, and no row torn by the end of a page."""
    path = tmp_path / "boot.html"
    page = drawn(lab, level=level).render("html")[0].decode()
    path.write_text(
        page.replace("</body>", f"<script>{_PRINT}</script></body>"), "utf-8"
    )
    found = re.search(r'data-said="([^"]*)"', tools.browsed(path))
    assert found
    said = json.loads(unescape(found[1]))
    pages = said.pop("pages")
    assert (pages == 1) == is_one
    assert said == {
        "whole": True,
        "inside": True,
        "heads": True,
        "torn": 0,
    }
    path.write_text(page, "utf-8")
    paper = tools.printed(path)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == pages
