"""Which hypervisor a host gets, what its nova.conf says of it, whose guests are whose."""

import tempfile
from pathlib import Path
from typing import Any

import pytest

from tracenova.lab import hypervisors, leftovers, parts, spec
from tracenova.lab.errors import PartMissing, SettingsError
from tracenova.lab.settings import Settings
from tracenova.virt.host_resources import HostResources
from tracenova.virt.libvirt import kvm

URI = "qemu:///system"
HOST = spec.Host("compute1", memory_mb=2048, vcpus=2, disk_gb=20)


@pytest.fixture(name="installed")
def fixture_installed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """libvirt-python is here; a test says at which URIs somebody answers."""
    answering: list[str] = []
    monkeypatch.setattr(
        parts,
        "libvirt_test_driver",
        lambda: parts.Part("libvirt", works=True, found="9", needed_for=""),
    )
    monkeypatch.setattr(
        parts, "libvirt_problem", lambda uri: "" if uri in answering else "nobody"
    )
    monkeypatch.setattr(kvm, "why_not", lambda _uri: "no flag")
    return answering


def settings(tmp_path: Path) -> Settings:
    """Return settings of a cloud in the folder."""
    return Settings(state_path=tmp_path, transport_url="fakeredis://x/")


@pytest.mark.parametrize(
    ("virt", "asked", "kind"),
    [
        ("auto", None, "test"),
        ("fake", None, "fake"),
        ("test", None, "test"),
        ("test", "fake", "fake"),
        (URI, None, URI),
        ("fake", "test:///default", "test:///default"),
        ("qemu+ssh://root@elsewhere/system", None, "qemu+ssh://root@elsewhere/system"),
    ],
)
def test_the_command_line_wins_over_the_lab(installed, virt, asked, kind):
    """Any libvirt URI is a kind of its own."""
    host = spec.Host("a", virt=virt)
    assert hypervisors.kind_of(host, asked, lambda _line: None) == kind


def test_qemu_is_the_first_libvirtd_that_answers(installed):
    """The private one, the machine's, the user's; nobody: how to start one."""
    host = spec.Host("a", virt="qemu")
    with pytest.raises(PartMissing, match="mend: tracenova lab libvirtd up"):
        hypervisors.kind_of(host, None, lambda _line: None)
    installed += ["qemu:///session", URI]
    assert hypervisors.kind_of(host, None, lambda _line: None) == URI


def test_without_libvirt_auto_is_fake_and_says_so_what_was_asked_for_is_missing(
    monkeypatch,
):
    """Never silently."""
    missing = parts.Part("l", works=False, found="not here", needed_for="", mend="apt")
    monkeypatch.setattr(parts, "libvirt_test_driver", lambda: missing)
    said: list[str] = []
    assert hypervisors.kind_of(spec.Host("a"), None, said.append) == "fake"
    assert said == ["libvirt cannot be used (not here), so hosts are fake; apt"]
    with pytest.raises(PartMissing, match="not here; mend: apt"):
        hypervisors.kind_of(spec.Host("a"), "test", said.append)


def test_an_unknown_kind_lists_the_known_ones(installed):
    """A setting, not a missing part."""
    with pytest.raises(SettingsError, match="there are fake, test, qemu or"):
        hypervisors.kind_of(spec.Host("a"), "vmware", lambda _line: None)


def test_only_what_others_use_too_is_real():
    """libvirt's test driver is this process's own."""
    kinds = ("fake", "test", "test:///default", URI, "qemu+ssh://a/system")
    assert [hypervisors.is_real(kind) for kind in kinds] == [
        *(False, False, False, True, True)
    ]


@pytest.mark.parametrize(
    ("kind", "override", "size"),
    [
        ("fake", False, HostResources(2, 2048, 20)),
        ("test", False, HostResources(2, 2048, 20, disk_only=True)),
        ("test:///default", False, None),
        ("test:///default", True, HostResources(2, 2048, 20)),
        (URI, False, None),
        (URI, True, HostResources(2, 2048, 20)),
    ],
)
def test_a_hypervisor_is_asked_for_its_size_unless_overridden(kind, override, size):
    """A fake one has none; libvirt's test driver knows no disks."""
    host = spec.Host("a", memory_mb=2048, vcpus=2, disk_gb=20, override_size=override)
    assert hypervisors.resources_of(host, kind) == size


def test_a_real_host_s_guests_carry_the_lab_s_mark(installed, tmp_path):
    """In their metadata, and in their names; networks go where the lab says."""
    lab = spec.Lab("l", networks=(spec.Network("n", bridge="br0"), spec.Network("m")))
    options = hypervisors.driver_options(HOST, URI, settings(tmp_path), lab)
    assert options["libvirt"] == {
        "virt_type": "qemu",
        "connection_uri": URI,
        "mark": f"l:{tmp_path}:compute1",
        "user_mode_network": True,
        "network_bridges": "n:br0",
    }
    shared: Any = hypervisors.shared_options({URI, "fake"}, settings(tmp_path))
    template = shared["DEFAULT"]["instance_name_template"]
    assert template.startswith("tracenova-")
    assert template.endswith("-%08x")
    assert hypervisors.shared_options({"fake", "test"}, settings(tmp_path)) == {}


def test_nobody_at_a_uri_is_found_out_before_anything_starts(installed):
    """And fake or test hosts are not looked at."""
    hypervisors.prepare({"fake", "test"})
    with pytest.raises(PartMissing, match=f"no hypervisor answers at {URI}: nobody"):
        hypervisors.prepare({"fake", URI})


def test_how_guests_will_run_is_told(installed, monkeypatch):
    """KVM, or emulation with the reason; and whose guests were removed."""
    installed.append(URI)
    monkeypatch.setattr(leftovers, "remove_guests_of_the_dead", lambda _uri: ["x"])
    said: list[str] = []
    hypervisors.prepare({URI}, said.append)
    monkeypatch.setattr(kvm, "why_not", lambda _uri: None)
    hypervisors.prepare({URI}, said.append)
    assert said == [
        f"{URI}: guests run by emulation (TCG), not KVM: no flag",
        f"{URI}: removed x, a guest of a lab that died",
        f"{URI}: guests run by KVM",
        f"{URI}: removed x, a guest of a lab that died",
    ]


def test_a_lab_is_alive_as_long_as_it_holds_its_lock(tmp_path):
    """A mark names the folder; its lock ends with the process."""
    owner = leftovers.mark("lab", tmp_path / "a:b", "compute1")
    state = leftovers._state_of(owner)
    assert state == tmp_path / "a:b"
    assert not leftovers._is_alive(state)
    state.mkdir()
    with leftovers.held(state):
        assert leftovers._is_alive(state)
    assert not leftovers._is_alive(state)


def test_of_another_machine_s_labs_nothing_is_removed(monkeypatch):
    """Their folders are not here to be looked at."""
    monkeypatch.setattr(leftovers, "_remove_if", lambda *_args: ["never"])
    assert leftovers.remove_guests_of_the_dead("qemu+ssh://a/system") == []


def test_only_a_folder_that_a_lab_made_for_itself_goes_with_it(tmp_path, monkeypatch):
    """In the folder of temporary files, by its name, with a lab's lock in it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    made = []
    for name in ("tracenova-a", "tracenova-b", "mine", "deep/tracenova-c"):
        (tmp_path / name).mkdir(parents=True)
        made.append(tmp_path / name)
    for folder in (made[0], made[2], made[3]):
        (folder / "lab.lock").touch()
    assert [leftovers._is_temporary(folder) for folder in made] == [
        *(True, False, False, False)
    ]
