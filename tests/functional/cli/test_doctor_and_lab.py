"""``tracenova doctor`` and ``tracenova lab``: what is here, and which labs there are."""

import json
import tomllib

import pytest

from tests.functional.cli.runner import command, here
from tracenova.lab import files, parts


def test_the_doctor_names_every_part_with_its_use():
    """One part a line, what it is for, and under what is missing how to get it."""
    result = here("doctor")
    assert result.code == 0
    for part in parts.examine():
        assert f" {part.name}" in result.out
        assert f"({part.needed_for})" in result.out
        assert part.works or part.mend


def test_the_doctors_findings_as_data():
    """Every part says whether it works, and what mends it if not."""
    found = json.loads(here("doctor", "--json").out)
    assert {"python", "libvirt-python", "redis-server", "dot", "terminal"} <= {
        part["name"] for part in found
    }
    for part in found:
        assert set(part) == {"name", "works", "found", "mend", "needed_for"}
        assert part["works"] in (True, False)


def test_a_program_that_is_missing_is_named_with_its_package(tmp_path):
    """Without a PATH nothing is found; the doctor says what apt would install."""
    result = command("doctor", env={"PATH": str(tmp_path)})
    assert result.code == 0  # a lab can boot without them
    for package in ("redis-server", "graphviz", "qemu-utils"):
        assert f"mend: apt-get install {package}" in result.out


def test_the_list_tells_every_built_in_lab():
    """Name and title, as text and as data."""
    told = here("lab", "list").out.splitlines()
    labs = json.loads(here("lab", "list", "--json").out)
    assert [lab["name"] for lab in labs] == files.builtin_names()
    for line, lab in zip(told, labs, strict=True):
        assert line.split()[0] == lab["name"]
        assert line.endswith(lab["title"])


@pytest.mark.parametrize("name", files.builtin_names())
def test_a_lab_is_shown_with_hosts_faults_and_request(name):
    """What there is, what goes wrong, and what will be asked for."""
    told = here("lab", "show", name).out
    lab = json.loads(here("lab", "show", name, "--json").out)
    assert told.startswith(f"{name}: {lab['title']}")
    for host in lab["hosts"]:
        assert host["name"] in told
    for fault in lab["faults"]:
        assert f"fault {fault['kind']}" in told
    assert f"asks for {lab['request']['count']} × {lab['request']['flavor']}" in told


def test_a_new_lab_is_a_lab_and_replaces_nothing(tmp_path):
    """The file is the default lab, ready to be changed; a second one is refused."""
    path = tmp_path / "my.toml"
    assert here("lab", "new", str(path)).code == 0
    assert tomllib.loads(path.read_text(encoding="utf-8"))["hosts"]
    assert here("lab", "show", str(path)).code == 0
    again = here("lab", "new", str(path))
    assert again.code == 2
    assert f"{path} exists already" in again.error_line


def test_a_lab_that_is_none_is_one_line(tmp_path):
    """Unknown, broken, or in a folder that is not there: exit 2."""
    assert here("lab", "show", "nosuch").code == 2
    (tmp_path / "bad.toml").write_text("x = [", encoding="utf-8")
    assert (
        "not valid TOML" in here("lab", "show", str(tmp_path / "bad.toml")).error_line
    )
    result = here("lab", "new", str(tmp_path / "no" / "my.toml"))
    assert result.code == 2
    assert "cannot be written: No such file" in result.error_line


def test_an_audit_of_what_is_no_cloud_is_one_line(tmp_path):
    """Exit 2; nothing is made there, and no lab is booted."""
    result = here("lab", "audit", "--state", str(tmp_path))
    assert result.code == 2
    assert "neighbours.sqlite: unable to open" in result.error_line
    assert list(tmp_path.iterdir()) == []
    result = here("lab", "audit", "default", "--state", str(tmp_path))
    assert (result.code, result.out) == (2, "")
    assert "it boots no lab" in result.error_line
    (tmp_path / "neighbours.sqlite").write_text("nonsense" * 100)
    result = here("lab", "audit", "--state", str(tmp_path))
    assert result.code == 2
    assert "file is not a database" in result.error_line
