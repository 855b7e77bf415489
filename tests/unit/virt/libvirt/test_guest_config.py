"""The guest's definition: Nova's order of elements, and names of any kind."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.unit.compute import support
from tests.unit.virt.support import (
    PORT_ID,
    acting_compute,
    make_flavor,
    make_image_meta,
    make_instance,
    make_network_info,
    neighbourhood,
)
from tracenova import exception
from tracenova.virt.libvirt import blockinfo, config_meta, diskbus, host, imagebackend
from tracenova.virt.libvirt import utils as libvirt_utils
from tracenova.virt.libvirt.guest_config import GuestConfigBuilder
from tracenova.virt.libvirt.vif import LibvirtGenericVIFDriver

SCHEMA = Path("/usr/share/libvirt/schemas/domain.rng")
HOSTILE_NAMES = [
    "</nova:name><evil/>",
    "\"&<>'",
    "]]>",
    "a\x00b\x1b[31mc",
    "über \u202e \ud800",
    "x" * 255,
]


@pytest.fixture(autouse=True)
def compute(tmp_path: Any) -> Any:
    """Act as a nova-compute."""
    with acting_compute(instances_path=str(tmp_path)) as options:
        yield options


def define(
    virt_type: Any = "kvm",
    network_info: Any = (),
    image: Any = None,
    block_device_info: Any = None,
    controls_cpu: bool = True,
    **fields: Any,
) -> Any:
    """Return the definition of a guest as text."""
    instance = make_instance(**fields)
    image = image or make_image_meta(hw_architecture="x86_64")
    libvirt_utils.get_instance_path(instance).mkdir()
    disks = block_device_info or {}
    info = blockinfo.get_disk_info(virt_type, instance, image, disks)
    builder = GuestConfigBuilder(
        virt_type,
        "serial",
        imagebackend.Backend(),
        LibvirtGenericVIFDriver(),
        controls_cpu,
    )
    with neighbourhood(
        instances_path=str(libvirt_utils.get_base_path().parent)
    ) as around:
        context = around.context()
    definition = builder.build(context, instance, network_info, image, info, disks)
    return definition.to_xml()


def test_a_user_s_own_libvirt_gets_no_shares_of_the_processor():
    """qemu:///session refuses a guest with cputune."""
    for uri, capable in (
        ("qemu:///system", True),
        ("qemu:///session", False),
        ("qemu:///session?socket=/run/user/1000/libvirt/libvirt-sock", False),
        ("test:///default", True),
    ):
        assert host.Host(uri).is_cpu_control_policy_capable() is capable
    assert "<cputune>" not in define(controls_cpu=False)
    assert "<cputune>" in define()


def test_elements_stand_in_nova_s_order():
    """Boot path 8.7: basics, metadata, sysinfo, os, features, cputune, clock, cpu."""
    root = etree.fromstring(define(network_info=make_network_info()))
    assert [child.tag for child in root] == [
        "uuid",
        "name",
        "memory",
        "vcpu",
        "metadata",
        "sysinfo",
        "os",
        "features",
        "cputune",
        "clock",
        "cpu",
        "devices",
    ]
    assert [device.tag for device in root.find("devices")] == [
        "disk",
        "interface",
        "serial",
        "serial",
        "input",
        "graphics",
        "video",
        "memballoon",
    ]
    meta = root.find(f"metadata/{{{config_meta.NOVA_NS}}}instance")
    assert [etree.QName(child).localname for child in meta] == [
        "package",
        "name",
        "creationTime",
        "flavor",
        "owner",
        "root",
    ]


def test_sizes_and_shares_come_from_the_flavor():
    """Memory in KiB, 1024 shares a CPU, a socket a CPU."""
    root = etree.fromstring(define(flavor=make_flavor(memory_mb=2048, vcpus=3)))
    assert root.findtext("memory") == str(2048 * 1024)
    assert root.findtext("vcpu") == "3"
    assert root.findtext("cputune/shares") == "3072"
    assert dict(root.find("cpu/topology").attrib) == {
        "sockets": "3",
        "cores": "1",
        "threads": "1",
    }


def test_timers_are_kvm_s_alone():
    """Pit delay, rtc catchup, no hpet; qemu has a bare clock."""
    timers = etree.fromstring(define("kvm")).findall("clock/timer")
    assert [dict(timer.attrib) for timer in timers] == [
        {"name": "pit", "tickpolicy": "delay"},
        {"name": "rtc", "tickpolicy": "catchup"},
        {"name": "hpet", "present": "no"},
    ]
    assert not etree.fromstring(define("qemu")).findall("clock/timer")


def test_an_ovs_port_is_named_to_the_switch():
    """The virtual port's interface id is how OVS's agent finds the port."""
    card = etree.fromstring(define(network_info=make_network_info())).find(
        "devices/interface"
    )
    assert card.find("source").get("bridge") == "br-int"
    assert card.find("target").get("dev") == "tap11111111-22"
    assert card.find("virtualport/parameters").get("interfaceid") == PORT_ID


def test_a_hybrid_plug_stands_on_a_bridge_of_its_own():
    """ovs_hybrid_plug: qbr… and no virtual port."""
    network_info = make_network_info()
    network_info[0]["details"] = {"ovs_hybrid_plug": True}
    card = etree.fromstring(define(network_info=network_info)).find("devices/interface")
    assert card.find("source").get("bridge") == "qbr" + PORT_ID[:11]
    assert card.find("virtualport") is None


def test_the_image_s_wishes_win():
    """hw_disk_bus, hw_vif_model, hw_video_model, hw_qemu_guest_agent."""
    image = make_image_meta(
        hw_disk_bus="scsi",
        hw_vif_model="e1000",
        hw_video_model="qxl",
        hw_qemu_guest_agent=True,
        hw_machine_type="q35",
    )
    root = etree.fromstring(define(image=image, network_info=make_network_info()))
    assert root.find("devices/disk/target").get("dev") == "sda"
    assert root.find("devices/interface/model").get("type") == "e1000"
    assert root.find("devices/video/model").get("type") == "qxl"
    assert root.find("devices/channel/target").get("name") == "org.qemu.guest_agent.0"
    assert root.find("os/type").get("machine") == "q35"


def test_unknown_hardware_is_refused():
    """UnsupportedHardware for a bus or card that such guests do not have."""
    with pytest.raises(exception.UnsupportedHardware):
        define(image=make_image_meta(hw_disk_bus="carrier-pigeon"))
    with pytest.raises(exception.UnsupportedHardware):
        define(
            image=make_image_meta(hw_vif_model="ne1"), network_info=make_network_info()
        )


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_is_data_never_markup(name):
    """A server may have any name; the definition stays one element of text."""
    meta = etree.fromstring(define(display_name=name)).find(
        f"metadata/{{{config_meta.NOVA_NS}}}instance"
    )
    found = meta.findtext(f"{{{config_meta.NOVA_NS}}}name")
    harmless = name.replace("\x00", "\ufffd").replace("\x1b", "\ufffd")
    assert found == harmless.replace("\ud800", "\ufffd")
    assert len(meta) == 6


@pytest.mark.skipif(
    not SCHEMA.exists(), reason="libvirt's schemas (package libvirt0) are not installed"
)
@pytest.mark.parametrize("virt_type", ["kvm", "qemu", "test"])
def test_libvirt_s_own_schema_accepts_the_definition(virt_type):
    """Every element and attribute is one that libvirt documents."""
    flavor = make_flavor(ephemeral_gb=1, swap=64)
    image = make_image_meta(hw_qemu_guest_agent=True, hw_boot_menu=True)
    xml = define(virt_type, make_network_info(), image=image, flavor=flavor)
    schema = etree.RelaxNG(etree.parse(SCHEMA))
    schema.assertValid(etree.fromstring(xml))


@pytest.mark.skipif(
    not all(map(shutil.which, ("virt-xml-validate", "xmllint"))),
    reason="virt-xml-validate (libvirt-clients) or xmllint (libxml2-utils) is missing",
)
def test_virt_xml_validate_accepts_every_kind_of_definition(compute, tmp_path):
    """Disks of all kinds, bridges, QEMU's own network, the lab's mark, hostile names."""
    volume = {
        "mount_device": "/dev/vdc",
        "boot_index": -1,
        "connection_info": {
            "driver_volume_type": "local",
            "data": {"device_path": "/volumes/a"},
            "serial": "5c53dd8c-3f0b-4d32-9ad3-9d5c5a0bd001",
        },
    }
    iscsi = {
        **volume,
        "mount_device": "/dev/vdd",
        "connection_info": {
            "driver_volume_type": "iscsi",
            "data": {"device_path": "/dev/sdx"},
        },
    }
    disks = {"block_device_mapping": [volume, iscsi], "root_device_name": "/dev/vda"}
    network = support.make_network_info()  # with a subnet
    with_kernel: dict[str, Any] = {
        "kernel_id": "k",
        "ramdisk_id": "r",
        "config_drive": "True",
    }
    definitions = [
        define("kvm", make_network_info(), block_device_info=disks, **with_kernel)
    ]
    compute.set_override("mark", "lab:/tmp/a b:host", "libvirt")
    definitions += [define("qemu", display_name=name) for name in HOSTILE_NAMES]
    compute.set_override("user_mode_network", True, "libvirt")
    definitions.append(define("qemu", network))
    for bridge in ("br0", "network/blue"):
        compute.set_override("network_bridges", {"private": bridge}, "libvirt")
        definitions.append(define("qemu", network))
    for number, xml in enumerate(definitions):
        path = tmp_path / f"{number}.xml"
        path.write_text(xml, encoding="utf-8")
        done = subprocess.run(
            ["virt-xml-validate", str(path), "domain"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr + xml


def test_disks_are_named_in_order():
    """Root, ephemeral, swap: vda, vdb, vdc."""
    root = etree.fromstring(define(flavor=make_flavor(ephemeral_gb=1, swap=64)))
    assert [target.get("dev") for target in root.findall("devices/disk/target")] == [
        "vda",
        "vdb",
        "vdc",
    ]


def test_an_ide_bus_has_four_names():
    """The fifth disk on ide has no name left."""
    mapping = {letter: {"dev": f"hd{letter}"} for letter in "abcd"}
    with pytest.raises(exception.NovaException, match="No free disk device names"):
        diskbus.find_disk_dev_for_disk_bus(mapping, "ide")


def test_a_kernel_of_the_image_s_own_is_started_directly():
    """kernel_id and ramdisk_id: no boot device, but kernel, initrd, command line."""
    root = etree.fromstring(define(kernel_id="k", ramdisk_id="r"))
    assert root.findtext("os/kernel").endswith("/kernel")
    assert root.findtext("os/initrd").endswith("/ramdisk")
    assert "console=ttyS0" in root.findtext("os/cmdline")
    assert root.find("os/boot") is None
