"""A value that would end a server in ERROR is a line before anything starts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from oslo_config import cfg

from tracenova import conf, identity
from tracenova.lab import conf_compute
from tracenova.lab.errors import SettingsError

COMPUTE = identity.ServiceIdentity("nova-compute", "compute1", "conf-compute")


@pytest.fixture(name="options")
def fixture_options(tmp_path: Path) -> Iterator[cfg.ConfigOpts]:
    """The nova.conf of a host with libvirt's test driver."""
    options = conf.new_config()
    options.set_override("compute_driver", "libvirt.LibvirtDriver")
    options.set_override("instances_path", str(tmp_path / "instances"))
    options.set_override("virt_type", "test", "libvirt")
    options.set_override("force_config_drive", True)
    options.set_override("connection_uri", "test:///default", "libvirt")
    conf.assign(COMPUTE, options)
    with identity.acting_as(COMPUTE):
        yield options
    conf.release(COMPUTE)


@pytest.mark.parametrize(
    "template",
    ["instance-%08x", "%(uuid)s", "lab-%d", "%(hostname)s-%(id)d", "%(no_such)s", "%s"],
)
def test_a_template_may_use_the_id_or_any_field(
    options: cfg.ConfigOpts, template: str
) -> None:
    """A field that a server does not have makes its uuid the name, as in Nova."""
    options.set_override("instance_name_template", template)
    conf_compute.check_instance_names()


@pytest.mark.parametrize(
    "template", ["%z", "instance-%", "%(uuid)d", "same", "", "%(uuid", "%d-%d", "%%"]
)
def test_a_template_that_names_nobody_is_told(
    options: cfg.ConfigOpts, template: str
) -> None:
    """It cannot be filled, or two servers of a host would have one name."""
    options.set_override("instance_name_template", template)
    with pytest.raises(
        SettingsError, match=r"write for instance instance-%08x"
    ) as told:
        conf_compute.check_instance_names()
    assert told.value.option == "instance_name_template"


def test_the_lab_s_own_values_are_fine(options: cfg.ConfigOpts) -> None:
    """And those of the fake driver are not looked at."""
    conf_compute.check_libvirt()
    options.set_override("virt_type", "xen", "libvirt")
    options.set_override("compute_driver", "fake.FakeDriver")
    conf_compute.check_libvirt()


@pytest.mark.parametrize(
    ("group", "option", "value", "words"),
    [
        ("libvirt", "virt_type", "xen", "no 'xen' guests at test:"),
        ("libvirt", "cpu_mode", "custom", "no model is named"),
        ("libvirt", "cpu_model", "Nehalem", "unless cpu_mode is custom"),
        ("libvirt", "disk_cachemodes", ["file=fast"], "not KIND=MODE"),
        ("libvirt", "disk_cachemodes", ["none"], "not KIND=MODE"),
        ("libvirt", "hw_machine_type", ["pc"], "not ARCHITECTURE=MACHINE"),
        ("libvirt", "disk_prefix", "zz", "no device is called zza"),
        ("DEFAULT", "config_drive_format", "vfat", "cannot be made here"),
        ("DEFAULT", "instances_path", "/dev/null/guests", "/dev/null is no folder"),
    ],
)
def test_a_value_that_no_guest_can_have_is_told(
    options: cfg.ConfigOpts, group: str, option: str, value: object, words: str
) -> None:
    """Which option, and what is wrong with its value."""
    options.set_override(option, value, None if group == "DEFAULT" else group)
    with pytest.raises(SettingsError, match=words) as told:
        conf_compute.check_libvirt()
    assert told.value.group == group
