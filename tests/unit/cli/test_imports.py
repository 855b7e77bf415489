"""What a command does not need is not imported: help and views are there at once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.functional.cli.runner import environment

TRACE = Path(__file__).parents[2] / "data/traces/default.otlp.jsonl"
LOADED = """
import contextlib, io, json, sys
from tracenova.cli import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main()
print(json.dumps(sorted(sys.modules)))
"""
OURS = {"tracenova.cli", "tracenova.trace", "tracenova.threads_only"}
LIBRARIES = {
    "fakeredis",
    "graphviz",
    "httpx",
    "jsonschema",
    "libvirt",
    "lxml",
    "opentelemetry",
    "oslo_config",
    "oslo_messaging",
    "oslo_utils",
    "oslo_versionedobjects",
    "redis",
    "routes",
    "sqlalchemy",
    "textual",
    "webob",
}


def modules(*args):
    """Return what a process of the command has imported when it ends."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *args],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=50,
        check=True,
    )
    loaded: list[str] = json.loads(done.stdout)
    return loaded


@pytest.mark.parametrize(
    "args",
    [
        ("--help",),
        ("boot", "--help"),
        *(
            (view, str(TRACE))
            for view in ("hops", "messages", "filters", "weights", "states", "timeline")
        ),
        ("diff", str(TRACE), str(TRACE)),
    ],
    ids=" ".join,
)
def test_help_and_views_import_no_service_and_none_of_its_libraries(args):
    """Only the command line and the read model; what a view knows, the trace told it."""
    loaded = modules(*args)
    assert LIBRARIES.isdisjoint(name.partition(".")[0] for name in loaded)
    ours = {
        ".".join(name.split(".")[:2]) for name in loaded if name.startswith("trace")
    }
    assert {name for name in ours if name.startswith("tracenova.")} <= OURS


def test_the_version_needs_not_even_click():
    """``tracenova --version`` is one module's constant."""
    loaded = modules("--version")
    assert "click" not in loaded
    assert "tracenova.cli.group" not in loaded
