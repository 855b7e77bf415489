"""POST /servers: from the words of the body to the arguments of the compute API."""

from typing import Any

import pytest

from tests.unit.api.fakes import (
    IMAGE,
    NETWORK,
    PORT,
    SERVER,
    Client,
    FakeComputeAPI,
    server_body,
)
from tracenova import exception, objects

BDM = {
    "boot_index": 0,
    "uuid": IMAGE,
    "source_type": "volume",
    "destination_type": "volume",
}


def message_of(answer: Any) -> str:
    """Return the text of a fault."""
    (fault,) = answer.json.values()
    text: str = fault["message"]
    return text


def test_a_plain_create_hands_on_novas_arguments(
    user: Client, compute_api: FakeComputeAPI
) -> None:
    """Names, defaults and empty lists are those that compute.API.create expects."""
    answer = user("POST", "/servers", server_body())
    assert answer.status_int == 202
    args = compute_api.last("create")
    password = args.pop("admin_password")
    assert len(password) == 12
    assert args.pop("flavor").flavorid == "1"
    assert args == {
        "image": IMAGE,
        "display_name": "one",
        "display_description": "one",
        "availability_zone": None,
        "forced_host": None,
        "forced_node": None,
        "metadata": {},
        "requested_networks": None,
        "check_server_group_quota": True,
        "config_drive": None,
        "key_name": None,
        "min_count": 1,
        "max_count": 1,
        "scheduler_hints": {},
        "user_data": None,
        "injected_files": [],
    }


def test_the_answer_shows_the_first_server_and_where_it_is(user: Client) -> None:
    """202, Location, id, links, disk config, password, security groups."""
    answer = user("POST", "/servers", server_body(adminPass="hunter2"))
    server = answer.json["server"]
    assert server["id"] == SERVER
    assert server["adminPass"] == "hunter2"
    assert server["OS-DCF:diskConfig"] == "MANUAL"
    assert server["security_groups"] == [{"name": "default"}]
    self_link, bookmark = server["links"]
    assert answer.headers["Location"] == self_link["href"]
    assert self_link["href"].endswith(f"/v2.1/{user.project}/servers/{SERVER}")
    assert bookmark["href"].endswith(f"localhost/{user.project}/servers/{SERVER}")


def test_the_password_is_shown_only_if_configured(user: Client, settings: Any) -> None:
    """enable_instance_password = False: no adminPass in the answer."""
    settings.set_override("enable_instance_password", False)
    answer = user("POST", "/servers", server_body())
    assert "adminPass" not in answer.json["server"]


@pytest.mark.parametrize(
    ("words", "argument", "value"),
    [
        ({"name": "  one  "}, "display_name", "one"),
        ({"metadata": {"a": "b"}}, "metadata", {"a": "b"}),
        ({"key_name": "mine"}, "key_name", "mine"),
        ({"config_drive": "true"}, "config_drive", "true"),
        ({"user_data": "YQ=="}, "user_data", "YQ=="),
        ({"OS-DCF:diskConfig": "AUTO"}, "auto_disk_config", True),
        ({"OS-DCF:diskConfig": "MANUAL"}, "auto_disk_config", False),
        ({"accessIPv4": "10.1.2.3"}, "access_ip_v4", "10.1.2.3"),
        ({"accessIPv6": "fe80::1"}, "access_ip_v6", "fe80::1"),
        (
            {"personality": [{"path": "/etc/motd", "contents": "YQ=="}]},
            "injected_files",
            [("/etc/motd", "YQ==")],
        ),
        ({"min_count": "2"}, "max_count", 2),
        ({"min_count": 2, "max_count": 5}, "max_count", 5),
        (
            {"security_groups": [{"name": "b"}, {"name": "a"}, {"name": "b"}]},
            "security_group",
            ["b", "a"],
        ),
        ({"block_device_mapping": [{"volume_id": IMAGE}]}, "legacy_bdm", True),
        ({"block_device_mapping_v2": [BDM], "imageRef": ""}, "legacy_bdm", False),
        ({"block_device_mapping_v2": [BDM], "imageRef": ""}, "image", ""),
        ({"flavorRef": "http://nova/v2.1/flavors/42"}, "flavor", "42"),
        ({"flavorRef": 42}, "flavor", "42"),
    ],
)
def test_each_word_becomes_its_argument(
    user: Client,
    compute_api: FakeComputeAPI,
    words: dict[str, Any],
    argument: str,
    value: Any,
) -> None:
    """The create plug-ins and translate_attributes, word by word."""
    prefix = "/v2" if words.get("name", "").startswith(" ") else "/v2.1"
    answer = user("POST", "/servers", server_body(**words), prefix=prefix)
    assert answer.status_int == 202, answer.text
    passed = compute_api.last("create")[argument]
    assert getattr(passed, "flavorid", passed) == value


@pytest.mark.parametrize(
    ("version", "words", "description"),
    [
        ("2.18", {}, "one"),
        ("2.19", {}, None),
        ("2.19", {"description": "mine"}, "mine"),
        ("2.19", {"description": None}, None),
    ],
)
def test_the_description_is_the_name_until_it_has_a_word_of_its_own(
    user: Client,
    compute_api: FakeComputeAPI,
    version: str,
    words: dict[str, Any],
    description: str | None,
) -> None:
    """Before 2.19 the name; from then on what is said, or nothing."""
    user("POST", "/servers", server_body(**words), version=version)
    assert compute_api.last("create")["display_description"] == description


@pytest.mark.parametrize("key", ["os:scheduler_hints", "OS-SCH-HNT:scheduler_hints"])
def test_hints_stand_beside_the_server(
    user: Client, compute_api: FakeComputeAPI, key: str
) -> None:
    """Two spellings; unknown hints are welcome."""
    body = {**server_body(), key: {"group": SERVER, "my_filter": "yes"}}
    assert user("POST", "/servers", body).status_int == 202
    hints = compute_api.last("create")["scheduler_hints"]
    assert hints == {"group": SERVER, "my_filter": "yes"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, (None, None, None)),
        ("zone1", ("zone1", None, None)),
        ("zone1:compute1", ("zone1", "compute1", None)),
        ("zone1:compute1:node1", ("zone1", "compute1", "node1")),
        ("zone1::node1", ("zone1", None, "node1")),
    ],
)
def test_the_zone_may_name_host_and_node(
    admin: Client,
    compute_api: FakeComputeAPI,
    text: str | None,
    expected: tuple[str | None, ...],
) -> None:
    """``zone:host:node``; a host or node needs an administrator."""
    words = {} if text is None else {"availability_zone": text}
    assert admin("POST", "/servers", server_body(**words)).status_int == 202
    args = compute_api.last("create")
    found = (args["availability_zone"], args["forced_host"], args["forced_node"])
    assert found == expected


def test_a_user_may_not_force_a_host(user: Client, compute_api: FakeComputeAPI) -> None:
    """servers:create:forced_host is admin_api: 403, and nothing is created."""
    answer = user("POST", "/servers", server_body(availability_zone="nova:compute1"))
    assert answer.status_int == 403
    assert "create:forced_host" in message_of(answer)
    assert compute_api.calls == []


def test_too_many_colons_are_refused(admin: Client) -> None:
    """More than two colons: InvalidInput, 400."""
    answer = admin("POST", "/servers", server_body(availability_zone="a:b:c:d"))
    assert answer.status_int == 400
    assert "Unable to parse availability_zone" in message_of(answer)


@pytest.mark.parametrize(
    ("networks", "expected"),
    [
        ([{"uuid": NETWORK}], [(NETWORK, None, None)]),
        ([{"uuid": NETWORK, "fixed_ip": "10.0.0.9"}], [(NETWORK, "10.0.0.9", None)]),
        ([{"port": PORT}], [(None, None, PORT)]),
        ([{"uuid": NETWORK, "port": PORT}], [(None, None, PORT)]),
        ([{"uuid": f"br-{NETWORK}"}], [(f"br-{NETWORK}", None, None)]),
        ([], []),
    ],
)
def test_networks_become_network_requests(
    user: Client, compute_api: FakeComputeAPI, networks: Any, expected: Any
) -> None:
    """uuid, fixed_ip and port; a port makes the network's id superfluous."""
    answer = user("POST", "/servers", server_body(networks=networks))
    assert answer.status_int == 202, answer.text
    requests = compute_api.last("create")["requested_networks"]
    found = [
        (r.network_id, None if r.address is None else str(r.address), r.port_id)
        for r in requests
    ]
    assert found == expected


@pytest.mark.parametrize("word", ["auto", "none"])
def test_auto_and_none_need_computes_that_know_them(
    user: Client,
    compute_api: FakeComputeAPI,
    monkeypatch: pytest.MonkeyPatch,
    word: str,
) -> None:
    """From 2.37; with a nova-compute older than version 12 as if nothing was asked."""
    body = server_body(networks=word)
    assert user("POST", "/servers", body, version="2.37").status_int == 202
    (request,) = compute_api.last("create")["requested_networks"]
    assert request.network_id == word
    monkeypatch.setattr(objects.Service, "get_minimum_version", lambda *_: 11)
    assert user("POST", "/servers", body, version="2.37").status_int == 202
    assert compute_api.last("create")["requested_networks"] is None


def test_device_tags_need_computes_that_know_them(
    user: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tags of networks and block devices: 400 below nova-compute version 14."""
    monkeypatch.setattr(objects.Service, "get_minimum_version", lambda *_: 13)
    network = server_body(networks=[{"uuid": NETWORK, "tag": "nic"}])
    device = server_body(block_device_mapping_v2=[{**BDM, "tag": "disk"}], imageRef="")
    texts = [
        message_of(user("POST", "/servers", body, version="2.32"))
        for body in (network, device)
    ]
    assert texts == [
        "Network interface tags are not yet supported.",
        "Block device tags are not yet supported.",
    ]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({"imageRef": ""}, "Missing imageRef attribute"),
        ({"networks": [{"uuid": "x"}]}, "network uuid is not in proper format (x)"),
        ({"networks": [{}]}, "Bad network format: missing 'uuid'"),
        (
            {"networks": [{"port": PORT, "fixed_ip": "10.0.0.9"}]},
            "the two cannot be specified together",
        ),
        ({"min_count": 3, "max_count": 2}, "min_count must be <= max_count"),
        (
            {
                "block_device_mapping": [{"volume_id": IMAGE}],
                "block_device_mapping_v2": [BDM],
            },
            "Using different block_device_mapping syntaxes",
        ),
    ],
)
def test_contradictions_are_bad_requests(
    user: Client, compute_api: FakeComputeAPI, words: dict[str, Any], text: str
) -> None:
    """What no schema can say is checked by the controller: 400."""
    answer = user("POST", "/servers", server_body(**words))
    assert answer.status_int == 400
    assert text in message_of(answer)
    assert compute_api.calls == []


def test_a_reservation_id_instead_of_the_server(user: Client) -> None:
    """return_reservation_id: the answer is the id of the whole lot."""
    body = server_body(min_count=2, return_reservation_id=True)
    answer = user("POST", "/servers", body)
    assert answer.status_int == 202
    assert answer.json == {"reservation_id": "r-abcdefgh"}


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (exception.TooManyInstances(overs="ram", req=1, used=1, allowed=1), 403, None),
        (exception.PortLimitExceeded(), 403, None),
        (exception.ExternalNetworkAttachForbidden(network_uuid="x"), 403, None),
        (exception.ImageNotFound(image_id="x"), 400, "Can not find requested image"),
        (
            exception.KeypairNotFound(name="x", user_id="y"),
            400,
            "Invalid key_name provided.",
        ),
        (
            exception.ConfigDriveInvalidValue(option="x"),
            400,
            "Invalid config_drive provided.",
        ),
        (exception.FlavorNotFound(flavor_id="x"), 400, None),
        (exception.ImageNotActive(image_id="x"), 400, None),
        (exception.InstanceUserDataTooLarge(length=1, maxsize=1), 400, None),
        (exception.InstanceGroupNotFound(group_uuid="x"), 400, None),
        (exception.NetworkNotFound(network_id="x"), 400, None),
        (exception.InvalidRequest("no such zone"), 400, "no such zone"),
        (exception.PortInUse(port_id="x"), 409, None),
        (exception.NetworkAmbiguous(), 409, None),
        (exception.NoUniqueMatch(), 409, None),
        (exception.InstanceExists(name="x"), 409, None),
        (exception.InvalidImageConfigDrive(config_drive="x"), 500, None),
        (exception.CinderConnectionFailed(reason="x"), 500, None),
        (exception.NovaException("x"), 500, None),
    ],
)
def test_errors_of_the_compute_api_have_their_codes(
    user: Client,
    compute_api: FakeComputeAPI,
    error: exception.NovaException,
    code: int,
    text: str | None,
) -> None:
    """The table of the create method; what is not in it is 500."""
    compute_api.error = error
    answer = user("POST", "/servers", server_body())
    assert answer.status_int == code
    if code == 500:
        assert message_of(answer).startswith("Unexpected API Error")
    else:
        assert message_of(answer) == (text or error.format_message())
