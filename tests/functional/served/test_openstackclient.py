"""The unmodified ``openstack`` command: what a class types."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.functional.served.clients import UpCloud

pytestmark = pytest.mark.timeout(240)  # a busy machine takes its time

LISTS = [
    "flavor",
    "image",
    "network",
    "subnet",
    "port",
    "security group",
    "hypervisor",
    "compute service",
    "availability zone",
    "aggregate",
    "server group",
    "keypair",
    "server",
    "volume",
    "project",
    "user",
    "catalog",
    "endpoint",
    "service",
]


def test_a_process_of_its_own_finds_the_cloud_by_openrc(cloud: UpCloud) -> None:
    """``. openrc; openstack token issue``: nothing but the file is needed."""
    program = Path(sys.executable).with_name("openstack")
    kept = {key: value for key, value in os.environ.items() if key[:3] != "OS_"}
    done = subprocess.run(
        [
            *("bash", "-c", '. "$1/openrc" && "$2" token issue -f value -c project_id'),
            *("-", str(cloud.folder), str(program)),
        ],
        capture_output=True,
        text=True,
        env={**kept, "PYTHONWARNINGS": "ignore"},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.strip()) == 32


@pytest.mark.parametrize("resource", LISTS)
def test_everything_can_be_listed(cloud: UpCloud, resource: str) -> None:
    """Each list answers, with the same names that a show takes."""
    found = cloud.ask(*resource.split(), "list")
    assert isinstance(found, list)


@pytest.mark.parametrize(
    ("resource", "name", "expected"),
    [
        ("flavor", "m1.tiny", {"ram": 128, "vcpus": 1, "disk": 1}),
        ("image", "guest", {"status": "active", "visibility": "public"}),
        ("network", "private", {"status": "ACTIVE", "mtu": 1450}),
        ("hypervisor", "compute1", {"state": "up", "status": "enabled"}),
        ("project", "demo", {"enabled": True, "domain_id": "default"}),
        ("security group", "default", {"description": "Default security group"}),
    ],
)
def test_a_resource_is_shown_by_its_name(
    cloud: UpCloud, resource: str, name: str, expected: dict[str, object]
) -> None:
    """The client looks the name up, then shows it by id."""
    cloud.ask("security", "group", "list")  # neutron makes the default one now
    shown = cloud.ask(*resource.split(), "show", name)
    assert {key: shown[key] for key in expected} == expected


def test_limits_and_quotas_are_shown_and_changed(cloud: UpCloud) -> None:
    """Nova's, cinder's and neutron's quotas in one table."""
    limits = {row["Name"] for row in cloud.ask("limits", "show", "--absolute")}
    assert {"max_total_cores", "instances_used"} <= limits
    cloud.do("quota", "set", "--key-pairs", "77", "admin")
    quotas = {
        row["Resource"]: row["Limit"] for row in cloud.ask("quota", "show", "admin")
    }
    assert quotas["key-pairs"] == 77
    assert {"ports", "gigabytes", "cores"} <= quotas.keys()


def test_a_server_is_created_watched_and_deleted(cloud: UpCloud, tmp_path) -> None:
    """Port, hint, user data, key, group, property and --wait in one command."""
    (tmp_path / "user-data").write_text("#!/bin/sh\n")
    cloud.do("keypair", "create", "--private-key", str(tmp_path / "key"), "osc-key")
    cloud.do("security", "group", "create", "osc-group")
    group = cloud.ask("server", "group", "create", "--policy", "affinity", "osc-aff")
    cloud.do("port", "create", "--network", "private", "osc-port")
    made = cloud.ask(
        *("server", "create", "--flavor", "m1.tiny", "--image", "guest", "--wait"),
        *("--port", "osc-port", "--hint", f"group={group['id']}"),
        *("--user-data", str(tmp_path / "user-data"), "--key-name", "osc-key"),
        *("--property", "of=osc", "--availability-zone", "nova", "osc-1"),
    )
    assert made["status"] == "ACTIVE"
    assert made["key_name"] == "osc-key"
    shown = cloud.ask("server", "show", "osc-1")
    assert shown["properties"] == {"of": "osc"}
    assert list(shown["addresses"]) == ["private"]
    events = cloud.ask("server", "event", "list", "osc-1")
    assert [event["Action"] for event in events] == ["create"]
    console = cloud.openstack("console", "log", "show", "osc-1")
    assert "FAKE CONSOLE OUTPUT" in console["out"]
    cloud.do("server", "delete", "--wait", "osc-1")
    assert "osc-1" not in {row["Name"] for row in cloud.ask("server", "list")}
    for words in (
        ("port", "delete", "osc-port"),
        ("server", "group", "delete", "osc-aff"),
        ("security", "group", "delete", "osc-group"),
        ("keypair", "delete", "osc-key"),
    ):
        cloud.do(*words)


def test_flavors_are_made_for_all_or_for_one_project(cloud: UpCloud) -> None:
    """Properties become extra specs; a private flavor names its projects."""
    cloud.do(
        *("flavor", "create", "--ram", "64", "--disk", "1", "--vcpus", "1"),
        *("--private", "--project", "demo", "--property", "hw:x=y", "osc-flavor"),
    )
    shown = cloud.ask("flavor", "show", "osc-flavor")
    assert shown["properties"] == {"hw:x": "y"}
    assert len(shown["access_project_ids"]) == 1
    cloud.do("flavor", "unset", "--property", "hw:x", "osc-flavor")
    assert cloud.ask("flavor", "show", "osc-flavor")["properties"] == {}
    cloud.do("flavor", "delete", "osc-flavor")
    assert cloud.openstack("flavor", "show", "osc-flavor")["code"] == 1


def test_networks_subnets_and_rules_are_made_and_deleted(cloud: UpCloud) -> None:
    """What a tenant needs around a server; a network in use stays."""
    cloud.do("network", "create", "osc-net")
    cloud.do(
        *("subnet", "create", "--network", "osc-net"),
        *("--subnet-range", "10.77.0.0/24", "osc-sub"),
    )
    port = cloud.ask(
        *("port", "create", "--network", "osc-net"),
        *("--fixed-ip", "ip-address=10.77.0.9", "osc-net-port"),
    )
    assert port["fixed_ips"][0]["ip_address"] == "10.77.0.9"
    refused = cloud.openstack("network", "delete", "osc-net")
    assert (refused["code"], "409" in refused["err"]) == (1, True), refused
    cloud.do("security", "group", "create", "osc-sg")
    rule = ("security", "group", "rule", "create", "--dst-port", "22", "osc-sg")
    cloud.do(*rule)
    assert cloud.openstack(*rule)["code"] == 1  # it is there already
    for words in (
        ("security", "group", "delete", "osc-sg"),
        ("port", "delete", "osc-net-port"),
        ("subnet", "delete", "osc-sub"),
        ("network", "delete", "osc-net"),
    ):
        cloud.do(*words)


def test_an_aggregate_gets_a_host_and_a_zone(cloud: UpCloud) -> None:
    """compute3 moves to another zone, and back."""
    cloud.do("aggregate", "create", "--zone", "osc-zone", "osc-agg")
    cloud.do("aggregate", "add", "host", "osc-agg", "compute3")
    cloud.do("aggregate", "set", "--property", "ssd=true", "osc-agg")
    shown = cloud.ask("aggregate", "show", "osc-agg")
    assert (shown["hosts"], shown["properties"]) == (["compute3"], {"ssd": "true"})
    zones = cloud.ask("availability", "zone", "list", "--compute")
    assert "osc-zone" in {zone["Zone Name"] for zone in zones}
    cloud.do("aggregate", "remove", "host", "osc-agg", "compute3")
    cloud.do("aggregate", "delete", "osc-agg")


def test_images_are_uploaded_changed_saved_and_deleted(cloud: UpCloud, tmp_path):
    """The data come back as they went."""
    (tmp_path / "data").write_bytes(b"an image")
    image = ("--disk-format", "raw", "--container-format", "bare")
    file = ("--file", str(tmp_path / "data"))
    cloud.do("image", "create", *image, *file, "--property", "a=b", "osc-image")
    cloud.do("image", "set", "--protected", "osc-image")
    assert cloud.openstack("image", "delete", "osc-image")["code"] == 1
    cloud.do("image", "set", "--unprotected", "--property", "a=c", "osc-image")
    shown = cloud.ask("image", "show", "osc-image")
    assert (shown["size"], shown["properties"]["a"]) == (8, "c")
    cloud.do("image", "save", "--file", str(tmp_path / "saved"), "osc-image")
    assert (tmp_path / "saved").read_bytes() == b"an image"
    cloud.do("image", "delete", "osc-image")


def test_a_user_without_the_role_is_refused(cloud: UpCloud) -> None:
    """The second cloud of clouds.yaml is a plain user's."""
    refused = cloud.openstack("hypervisor", "list", cloud="tracenova-demo")
    assert refused["code"] == 1
    assert "os-hypervisors" in refused["err"]
