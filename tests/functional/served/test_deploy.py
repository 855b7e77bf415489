"""The examples for systemd and compose say what ``tracenova service`` understands."""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from tests.functional.cli.runner import ROOT
from tracenova.cli.service import command

DEPLOY = ROOT / "tracenova/lab/deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
PROGRAM = "/opt/tracenova/bin/tracenova"


def understood(words: list[str]) -> dict[str, Any]:
    """Return the options, as the command understands them."""
    context: click.Context = command.make_context("service", words)
    return dict(context.params)


def environment() -> dict[str, str]:
    """Return the variables of the units' environment file."""
    lines = (DEPLOY / "systemd/tracenova.env").read_text().splitlines()
    pairs = [line.partition("=") for line in lines if line and line[0] != "#"]
    return {name: value for name, _, value in pairs}


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_starts_a_service_of_the_cloud(unit: Path) -> None:
    """Every option exists; all units are of the same cloud."""
    (line,) = (
        line.removeprefix("ExecStart=")
        for line in unit.read_text().splitlines()
        if line.startswith("ExecStart=")
    )
    text = line.replace("$CLOUD", environment()["CLOUD"]).replace("%i", "one")
    program, service, *words = shlex.split(text)
    assert (program, service) == (PROGRAM, "service")
    options = understood(words)
    assert options["roles"][0] in unit.stem
    assert options["transport_url"] == "redis://127.0.0.1:6379/0"


def test_the_target_wants_units_that_there_are() -> None:
    """Instances of templates by the names of the default lab's hosts."""
    wanted = [
        name
        for line in (DEPLOY / "systemd/tracenova.target").read_text().splitlines()
        if line.startswith("Wants=")
        for name in line.removeprefix("Wants=").split()
    ]
    there = {unit.name for unit in UNITS}
    templates = {f"{n.split('@')[0]}@.service" if "@" in n else n for n in wanted}
    assert templates == there


def test_systemd_finds_nothing_to_say(tmp_path: Path) -> None:
    """``systemd-analyze verify``, with a program that exists here."""
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("needs the program systemd-analyze: apt install systemd")
    for path in (DEPLOY / "systemd").iterdir():
        name = path.name.replace("@.service", "@compute1.service")
        text = path.read_text().replace(PROGRAM, sys.executable)
        (tmp_path / name).write_text(text)
    units = sorted(str(path) for path in tmp_path.glob("*.service"))
    done = subprocess.run(
        [verify, "verify", "--man=no", "--recursive-errors=no", *units],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert "Unknown" not in done.stderr
    assert "Failed to parse" not in done.stderr


def test_compose_starts_the_same_services() -> None:
    """Each container's command is one of ``tracenova service``."""
    document = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    found = {
        name: understood(shlex.split(service["command"]))
        for name, service in document["services"].items()
        if name != "redis"
    }
    assert {role for options in found.values() for role in options["roles"]} == {
        *("manage", "neighbours", "api", "conductor", "scheduler", "compute")
    }
    assert {options["lab_name"] for options in found.values()} == {"default"}
    for service in document["services"].values():
        assert service["network_mode"] == "host"
