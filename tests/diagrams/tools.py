"""The programs of others that judge our files; a test without one says so and skips."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

PATIENCE_S = 300  # on a busy machine
MERMAID = Path(sys.prefix) / "mermaid"  # make test installs it there
_PARSER = """
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';
const require = createRequire(process.argv[2] + '/');
const {JSDOM} = require('jsdom');
const dom = new JSDOM('<body></body>');
globalThis.window = dom.window; globalThis.document = dom.window.document;
const found = process.argv[2] + '/node_modules/mermaid/dist/mermaid.core.mjs';
const mermaid = (await import(pathToFileURL(found))).default;
mermaid.initialize({startOnLoad: false});
for (const file of process.argv.slice(3)) {
  try { await mermaid.parse(readFileSync(file, 'utf8')); }
  catch (error) { console.error(file, error.message || error); process.exitCode = 1; }
}
process.exit();
"""


def parse_mermaid(files: Sequence[Path]) -> None:
    """Let Mermaid's own parser read the files."""
    if shutil.which("node") is None or not (MERMAID / "node_modules/mermaid").is_dir():
        pytest.skip(
            f"Mermaid's parser is not here: npm install --prefix {MERMAID} mermaid jsdom"
        )
    script = files[0].parent / "parse.mjs"
    script.write_text(_PARSER)
    run(["node", str(script), str(MERMAID), *map(str, files)])


def check_plantuml(files: Sequence[Path]) -> None:
    """Let PlantUML read the files."""
    if shutil.which("plantuml") is None:
        pytest.skip("PlantUML is not here: apt-get install plantuml")
    run(["plantuml", "-charset", "UTF-8", "-tsvg", *map(str, files)], also_say="ERROR")


def browsed(page: Path, *more: str) -> str:
    """Return the page's document after its scripts have run in headless Chromium."""
    return _chromium(page, *more, "--dump-dom")


def printed(page: Path) -> bytes:
    """Return the PDF that headless Chromium prints of a page."""
    target = page.with_suffix(".pdf")
    _chromium(page, "--no-pdf-header-footer", f"--print-to-pdf={target}")
    return target.read_bytes()


def _chromium(page: Path, *more: str) -> str:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("Chromium is not here: apt-get install chromium")
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--virtual-time-budget=3000",
    ]
    return run([program, *options, *more, page.as_uri()])


def run(command: list[str], also_say: str = "") -> str:
    """Run a program and return what it says; its complaint fails the test."""
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-3000:]
    if also_say:
        assert also_say not in done.stdout, done.stdout[-3000:]
    return done.stdout
