"""The config drive: a real CD, with the files of Nova's metadata layout on it."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from oslo_concurrency import processutils

from tests.unit.compute.support import make_network_info
from tests.unit.virt.support import (
    acting_compute,
    make_image_meta,
    make_instance,
    recording,
)
from tracenova import exception
from tracenova.virt import configdrive
from tracenova.virt.instance_metadata import InstanceMetadata

NEEDS_MKISOFS = pytest.mark.skipif(
    shutil.which("genisoimage") is None, reason="genisoimage is not installed"
)
VERSIONS = ("2012-08-10", "2013-04-04", "2013-10-17", "2015-10-15", "2016-06-30")


@pytest.fixture(name="compute", autouse=True)
def fixture_compute() -> Any:
    """Act as a nova-compute."""
    with acting_compute() as options:
        yield options


def drive(path: Path, **fields: Any) -> Path:
    """Write a drive for an instance."""
    told = InstanceMetadata(
        make_instance(**fields),
        content=[("/etc/motd", b"hello")],
        extra_md={"admin_pass": "secret"},
        network_info=make_network_info(),
    )
    configdrive.ConfigDriveBuilder(instance_md=told).make_drive(path)
    return path


def read(path: Path, name: str) -> bytes:
    """Read a file of the drive, with another program than ours."""
    done = subprocess.run(
        ["isoinfo", "-J", "-i", str(path), "-x", f"/{name}"],
        capture_output=True,
        check=True,
    )
    return done.stdout


@NEEDS_MKISOFS
def test_the_drive_is_a_cd_that_guests_find_by_its_label(tmp_path):
    """ISO 9660 with the volume label config-2, as cloud-init looks for it."""
    data = drive(tmp_path / "disk.config").read_bytes()
    descriptor = data[16 * 2048 :]
    assert descriptor[1:6] == b"CD001"
    assert descriptor[40:72].rstrip() == b"config-2"
    assert b"OpenStack Nova 14.1.0" in descriptor[318:446]


@NEEDS_MKISOFS
def test_the_drive_holds_nova_s_files(tmp_path):
    """Every version's metadata, the network, injected files; the latest is a copy."""
    path = drive(
        tmp_path / "disk.config", metadata={"role": "db"}, user_data="IyEvYmluL3NoCg=="
    )
    listed = subprocess.run(
        ["isoinfo", "-J", "-i", str(path), "-f"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split()
    for version in (*VERSIONS, "latest"):
        assert f"/openstack/{version}/meta_data.json" in listed
        assert f"/openstack/{version}/user_data" in listed
    assert "/ec2/latest/meta-data.json" in listed
    metadata = json.loads(read(path, "openstack/latest/meta_data.json"))
    assert metadata["meta"] == {"role": "db"}
    assert metadata["admin_pass"] == "secret"
    assert metadata["files"] == [{"path": "/etc/motd", "content_path": "/content/0000"}]
    assert read(path, "openstack/content/0000") == b"hello"
    assert read(path, "openstack/latest/user_data") == b"#!/bin/sh\n"
    assert json.loads(read(path, "openstack/latest/network_data.json"))["links"]


@NEEDS_MKISOFS
def test_the_span_shows_the_command_and_no_secret(tmp_path):
    """What is on the drive is the guest's own affair."""
    with recording() as trace:
        drive(tmp_path / "disk.config")
    assert trace.names() == ["libvirt.make_drive"]
    assert "secret" not in str(trace.spans)


def test_a_builder_names_its_files_and_hides_their_content():
    """Its repr may end up in a log."""
    builder = configdrive.ConfigDriveBuilder()
    builder.mdfiles.append(("ec2/latest/user-data", b"secret"))
    assert repr(builder) == "<ConfigDriveBuilder: ['ec2/latest/user-data']>"


def test_vfat_is_not_supported(compute, tmp_path):
    """It would need root to be written."""
    compute.set_override("config_drive_format", "vfat")
    with pytest.raises(exception.ConfigDriveUnsupportedFormat):
        configdrive.ConfigDriveBuilder().make_drive(tmp_path / "disk.config")


@pytest.mark.parametrize("command", ["/nonexistent/genisoimage", "false"])
def test_a_drive_that_cannot_be_made_is_an_error(compute, tmp_path, command):
    """The program is missing, or fails: the build goes to the next host."""
    compute.set_override("mkisofs_cmd", command)
    with pytest.raises((processutils.ProcessExecutionError, OSError)):
        configdrive.ConfigDriveBuilder().make_drive(tmp_path / "disk.config")


@pytest.mark.parametrize(
    ("wish", "forced", "image", "required"),
    [
        ("", False, "optional", False),
        ("True", False, "optional", True),
        ("", True, "optional", True),
        ("", False, "mandatory", True),
    ],
)
def test_user_configuration_or_image_may_want_a_drive(
    compute, wish, forced, image, required
):
    """And the instance remembers that it has one."""
    compute.set_override("force_config_drive", forced)
    instance = make_instance(
        config_drive=wish, image_meta=make_image_meta(img_config_drive=image)
    )
    assert configdrive.required_by(instance) is required
    configdrive.update_instance(instance)
    assert bool(instance.config_drive) is required
