"""What a stranger, a guest or a forger may not do: refused, and nothing changed."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.functional.served.clients import Person, UpCloud, start
from tests.functional.served.forbidden_calls import FORBIDDEN

pytestmark = pytest.mark.timeout(240)  # a hundred calls, on a busy machine
_PATIENCE_S = 50.0


@pytest.fixture(scope="module")
def owner(cloud: UpCloud) -> Person:
    """Who owns things."""
    return cloud.person("demo", "demo")


@pytest.fixture(scope="module")
def stranger(cloud: UpCloud) -> Person:
    """A plain user of another project."""
    return cloud.person("alt_demo", "alt_demo")


@pytest.fixture(scope="module")
def things(owner: Person, stranger: Person) -> Iterator[dict[str, str]]:
    """One of each of the owner's belongings, by name."""
    nova, cinder = f"/v2.1/{owner.project}", f"/v2/{owner.project}"
    flavors = owner.told("nova", nova + "/flavors")["flavors"]
    flavor = next(each["id"] for each in flavors if each["name"] == "m1.tiny")
    public = owner.told("glance", "/v2/images")["images"][0]["id"]
    networks = owner.told("neutron", "/v2.0/networks")["networks"]
    private = next(each["id"] for each in networks if each["name"] == "private")
    about = {
        "name": "theirs",
        "flavorRef": flavor,
        "imageRef": public,
        "networks": [{"uuid": private}],
    }
    server = owner.made("nova", nova + "/servers", "server", about)["id"]
    _wait_while(owner, "nova", f"{nova}/servers/{server}", "BUILD")
    volume = owner.made("cinder", cinder + "/volumes", "volume", {"size": 1})
    _wait_while(owner, "cinder", f"{cinder}/volumes/{volume['id']}", "creating")
    copy = {"volume_id": volume["id"], "name": "theirs"}
    group = {"name": "theirs", "policies": ["affinity"]}
    image = {"name": "theirs", "disk_format": "raw", "container_format": "bare"}
    ports = owner.told("neutron", f"/v2.0/ports?device_id={server}")["ports"]
    owner.made("nova", nova + "/os-keypairs", "keypair", {"name": "theirs"})
    made = {
        "group": owner.made("nova", nova + "/os-server-groups", "server_group", group),
        "image": owner.made("glance", "/v2/images", "", image),
        "volume": volume,
        "snapshot": owner.made("cinder", cinder + "/snapshots", "snapshot", copy),
        "network": owner.made(
            "neutron", "/v2.0/networks", "network", {"name": "theirs"}
        ),
        "security_group": owner.made(
            "neutron", "/v2.0/security-groups", "security_group", {"name": "theirs"}
        ),
    }
    yield {
        **{name: thing["id"] for name, thing in made.items()},
        "mine": stranger.project,
        "theirs": owner.project,
        "server": server,
        "flavor": flavor,
        "port": ports[0]["id"],
        "public_image": public,
    }
    for service, path in (
        ("nova", f"{nova}/servers/{server}"),
        ("nova", f"{nova}/os-server-groups/{made['group']['id']}"),
        ("nova", f"{nova}/os-keypairs/theirs"),
        ("glance", f"/v2/images/{made['image']['id']}"),
        ("cinder", f"{cinder}/snapshots/{made['snapshot']['id']}"),
        ("cinder", f"{cinder}/volumes/{made['volume']['id']}"),
        ("neutron", f"/v2.0/networks/{made['network']['id']}"),
        ("neutron", f"/v2.0/security-groups/{made['security_group']['id']}"),
    ):
        assert owner.ask(service, "DELETE", path).status_code < 300, path


@pytest.fixture
def own_server(stranger: Person, things: dict[str, str]) -> Iterator[str]:
    """A server of the stranger's own, without a network: he sees none."""
    servers = f"/v2.1/{stranger.project}/servers"
    about = {
        "name": "own",
        "flavorRef": things["flavor"],
        "imageRef": things["public_image"],
    }
    server: str = stranger.made("nova", servers, "server", about)["id"]
    _wait_while(stranger, "nova", f"{servers}/{server}", "BUILD")
    yield server
    assert stranger.ask("nova", "DELETE", f"{servers}/{server}").status_code == 204
    deadline = time.monotonic() + _PATIENCE_S
    while stranger.told("nova", servers)["servers"]:
        assert time.monotonic() < deadline, "the server does not go away"
        time.sleep(0.05)


def _wait_while(person: Person, service: str, path: str, status: str) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while next(iter(person.told(service, path).values()))["status"] == status:
        assert time.monotonic() < deadline, f"it stays in {status}"
        time.sleep(0.05)


def _filled(part: Any, things: dict[str, str]) -> Any:
    """Put the things' ids where the table has their names in braces."""
    if isinstance(part, str):
        return part.format(**things) if "{" in part else part
    if isinstance(part, dict):
        return {key: _filled(value, things) for key, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, things) for value in part]
    return part


def _belongings(owner: Person, things: dict[str, str]) -> list[Any]:
    """Everything that a stranger might have changed, as its owner sees it."""
    nova, cinder = f"/v2.1/{owner.project}", f"/v2/{owner.project}"
    return [
        owner.told("nova", f"{nova}/servers/{things['server']}"),
        owner.told("nova", f"{nova}/servers"),
        owner.told("nova", f"{nova}/flavors"),
        owner.told("nova", f"{nova}/os-server-groups"),
        owner.told("nova", f"{nova}/os-keypairs"),
        owner.told("nova", f"{nova}/os-availability-zone"),
        owner.told("glance", "/v2/images"),
        owner.told("neutron", "/v2.0/networks"),
        owner.told("neutron", "/v2.0/subnets"),
        owner.told("neutron", "/v2.0/ports"),
        owner.told("neutron", "/v2.0/security-groups"),
        owner.told("cinder", cinder + "/volumes/detail"),
        owner.told("cinder", cinder + "/snapshots/detail"),
        owner.told("nova", f"{nova}/servers/{things['server']}/os-interface"),
        owner.told("nova", f"{nova}/servers/{things['server']}/os-instance-actions"),
    ]


def test_a_stranger_is_refused_and_nothing_changes(
    owner: Person, stranger: Person, things: dict[str, str], own_server: str
) -> None:
    """Each forbidden call has its code, and its owner finds everything as it was."""
    things = {**things, "own_server": own_server}
    before = _belongings(owner, things)
    said = []
    for service, method, path, body, _ in FORBIDDEN:
        answer = stranger.ask(
            service, method, _filled(path, things), _filled(body, things)
        )
        said.append((service, method, path, body, answer.status_code))
    assert said == FORBIDDEN
    assert _belongings(owner, things) == before


def test_strangers_lists_are_empty(stranger: Person, things: dict[str, str]) -> None:
    """One project does not see another's servers, ports, networks, images."""
    nova, cinder = f"/v2.1/{stranger.project}", f"/v2/{stranger.project}"
    seen = [
        stranger.told("nova", nova + "/servers")["servers"],
        stranger.told("nova", nova + "/os-server-groups")["server_groups"],
        stranger.told("nova", nova + "/os-keypairs")["keypairs"],
        stranger.told("neutron", "/v2.0/networks")["networks"],
        stranger.told("neutron", "/v2.0/ports")["ports"],
        stranger.told("cinder", cinder + "/volumes")["volumes"],
    ]
    assert seen == [[]] * len(seen)
    images = stranger.told("glance", "/v2/images")["images"]
    assert things["image"] not in {image["id"] for image in images}


@pytest.mark.parametrize(
    ("service", "path"),
    [
        ("nova", "/v2.1/{theirs}/servers"),
        ("glance", "/v2/images"),
        ("neutron", "/v2.0/ports"),
        ("cinder", "/v2/{theirs}/volumes"),
        ("placement", "/resource_providers"),
        ("keystone", "/v3/users"),
    ],
)
def test_nobody_without_a_token_is_let_in(
    cloud: UpCloud, things: dict[str, str], service: str, path: str
) -> None:
    """No token, a token of nobody's, or a claim to be somebody: 401."""
    url = cloud.urls[service] + path.format(**things)
    forged = {
        "X-Identity-Status": "Confirmed",
        "X-User-Id": "admin",
        "X-Project-Id": things["theirs"],
        "X-Roles": "admin",
    }
    said = [
        httpx.get(url, headers=headers).status_code
        for headers in ({}, {"X-Auth-Token": "nobody"}, forged)
    ]
    assert said == [401, 401, 401]


def test_roles_of_ones_own_making_do_not_count(stranger: Person) -> None:
    """Only keystone says who is an administrator."""
    path = f"/v2.1/{stranger.project}/os-hypervisors"
    forged = {"X-Roles": "admin", "X-Is-Admin-Project": "True"}
    assert stranger.ask("nova", "GET", path, **forged).status_code == 403


def test_a_revoked_token_is_worthless(cloud: UpCloud) -> None:
    """Whoever logs out is out; only nova remembers tokens, for 300 s, as Newton's does."""
    leaving = cloud.person("demo", "demo")
    assert leaving.ask("neutron", "GET", "/v2.0/ports").status_code == 200
    said = leaving.ask(
        "keystone", "DELETE", "/v3/auth/tokens", **{"X-Subject-Token": leaving.token}
    )
    assert said.status_code == 204
    assert leaving.ask("neutron", "GET", "/v2.0/ports").status_code == 401
    assert leaving.ask("glance", "GET", "/v2/images").status_code == 401
    nova = f"/v2.1/{leaving.project}/servers"
    assert leaving.ask("nova", "GET", nova).status_code == 401


def test_a_body_that_is_too_long_is_not_read(owner: Person) -> None:
    """More than 114688 bytes: 413."""
    about = {"server": {"name": "x" * 120_000}}
    answer = owner.ask("nova", "POST", f"/v2.1/{owner.project}/servers", about)
    assert answer.status_code == 413


def test_secrets_are_not_in_the_trace(
    cloud: UpCloud, owner: Person, stranger: Person, things: dict[str, str]
) -> None:
    """Neither tokens nor passwords are written down."""
    assert things["server"] in cloud.trace.read_text(encoding="utf-8")
    text = cloud.trace.read_text(encoding="utf-8")
    assert [p.token for p in (owner, stranger) if p.token in text] == []
    assert '\\"password\\": \\"demo\\"' not in text


def test_a_policy_file_is_honoured(tmp_path_factory: pytest.TempPathFactory) -> None:
    """An operator's rule under Nova's name takes the place of the default."""
    folder = tmp_path_factory.mktemp("policy")
    policy = folder / "policy.json"
    policy.write_text('{"os_compute_api:os-keypairs:create": "role:admin"}')
    conf = folder / "nova.conf"
    conf.write_text(f"[oslo_policy]\npolicy_file = {policy}\n")
    cloud = start(folder, "--config-file", str(conf))
    try:
        said = [
            plain.ask(
                *("nova", "POST", f"/v2.1/{plain.project}/os-keypairs"),
                {"keypair": {"name": "k"}},
            ).status_code
            for plain in (cloud.person("demo", "demo"), cloud.person("admin", "demo"))
        ]
    finally:
        cloud.close()
    assert said == [403, 200]
