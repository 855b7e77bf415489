"""Which words a server create may have, version by version, and hostile ones."""

from typing import Any

import pytest

from tests.unit.api.fakes import IMAGE, NETWORK, Client, FakeComputeAPI, server_body

BDM = {"boot_index": 0, "uuid": IMAGE, "source_type": "volume"}
TAGGED_BDM = {"block_device_mapping_v2": [{**BDM, "tag": "disk"}]}
TAGGED_NETWORK = {"networks": [{"uuid": NETWORK, "tag": "nic"}]}
NETWORKS = {"networks": [{"uuid": NETWORK}]}


@pytest.mark.parametrize(
    ("words", "accepted_in"),
    [
        ({}, {"2.1", "2.18", "2.19", "2.31", "2.32", "2.36"}),
        (NETWORKS, {"2.1", "2.18", "2.19", "2.31", "2.32", "2.36", "2.37", "2.38"}),
        ({"networks": "auto"}, {"2.37", "2.38"}),
        ({"networks": "none"}, {"2.37", "2.38"}),
        ({"networks": "some"}, set()),
        (TAGGED_NETWORK, {"2.32", "2.36"}),
        ({**NETWORKS, **TAGGED_BDM}, {"2.32", "2.36"}),
        (
            {**NETWORKS, "description": "d"},
            {"2.19", "2.31", "2.32", "2.36", "2.37", "2.38"},
        ),
        (
            {"networks": [{"uuid": f"br-{NETWORK}"}]},
            {"2.1", "2.18", "2.19", "2.31", "2.32", "2.36"},
        ),
        ({**NETWORKS, "tags": ["a"]}, set()),
        ({**NETWORKS, "unknown": 1}, set()),
    ],
)
def test_the_schema_of_each_version(
    user: Client, words: dict[str, Any], accepted_in: set[str]
) -> None:
    """2.19 description, 2.32 tags, 2.37 networks required and tags forgotten."""
    versions = ("2.1", "2.18", "2.19", "2.31", "2.32", "2.36", "2.37", "2.38")
    codes = {
        version: user("POST", "/servers", server_body(**words), version).status_int
        for version in versions
    }
    assert {version for version, code in codes.items() if code == 202} == accepted_in
    assert set(codes.values()) <= {202, 400}


@pytest.mark.parametrize("missing", ["name", "flavorRef"])
def test_name_and_flavor_are_required(user: Client, missing: str) -> None:
    """A missing word is named."""
    body = server_body()
    del body["server"][missing]
    answer = user("POST", "/servers", body)
    assert answer.status_int == 400
    message = answer.json["badRequest"]["message"]
    assert message == (
        f"Invalid input for field/attribute server. Value: {body['server']}. "
        f"{missing!r} is a required property"
    )


@pytest.mark.parametrize(
    ("word", "value", "text"),
    [
        ("name", "", "'' is too short"),
        ("name", "n" * 300, "is too long"),
        ("name", " one", "Can not start or end with whitespace."),
        ("name", "one ", "Can not start or end with whitespace."),
        ("name", "o\nne", "printable characters"),
        ("name", "one\n", "printable characters"),
        ("name", "o\x00ne", "printable characters"),
        ("name", "o\u2028ne", "printable characters"),
        ("name", "\U0001f600", "printable characters"),
        ("name", 7, "7 is not of type 'string'"),
        ("name", None, "None is not of type 'string'"),
        ("imageRef", "../../etc/passwd", "is not valid under any of the given schemas"),
        ("flavorRef", "", "'' is too short"),
        ("flavorRef", None, "is not of type 'string', 'integer'"),
        ("metadata", {"k" * 256: "v"}, "does not match any of the regexes"),
        ("metadata", {"k": "v" * 256}, "is too long"),
        ("metadata", {"k": 1}, "1 is not of type 'string'"),
        ("metadata", {"<script>": "v"}, "does not match any of the regexes"),
        ("user_data", "not base64!", "is not a 'base64'"),
        ("min_count", 0, "0 is less than the minimum of 1"),
        ("min_count", "0", "0 is less than the minimum of 1"),
        ("min_count", -1, "-1 is less than the minimum of 1"),
        ("max_count", "many", "'many' does not match '^[0-9]*$'"),
        ("config_drive", "maybe", "'maybe' is not one of"),
        ("accessIPv4", "fe80::1", "'fe80::1' is not a 'ipv4'"),
        ("accessIPv6", "10.0.0.1", "'10.0.0.1' is not a 'ipv6'"),
        ("accessIPv4", "1.2.3.4.5", "is not a 'ipv4'"),
        ("networks", [{"uuid": NETWORK, "fixed_ip": "x"}], "is not valid under any"),
        ("networks", [{"uuid": NETWORK, "bad": 1}], "'bad' was unexpected"),
        ("security_groups", [{"name": ""}], "'' is too short"),
        ("key_name", "k" * 256, "is too long"),
        ("OS-DCF:diskConfig", "auto", "'auto' is not one of ['AUTO', 'MANUAL']"),
        ("personality", [{"path": "/x", "contents": "YQ"}], "is not a 'base64'"),
        ("block_device_mapping_v2", [{"source_type": "tape"}], "'tape' is not one of"),
    ],
)
def test_hostile_words_are_refused(
    user: Client, compute_api: FakeComputeAPI, word: str, value: Any, text: str
) -> None:
    """Whatever breaks the schema is 400 with the reason, and reaches nobody."""
    answer = user("POST", "/servers", server_body(**{word: value}))
    assert answer.status_int == 400, answer.text
    assert text in answer.json["badRequest"]["message"]
    assert compute_api.calls == []


@pytest.mark.parametrize(
    "name",
    ["<script>alert(1)</script>", "'; DROP TABLE instances; --", "%(name)s", "ü 日本"],
)
def test_markup_in_a_name_is_just_a_name(
    user: Client, compute_api: FakeComputeAPI, name: str
) -> None:
    """Every printable text is a name, passed on as it is."""
    assert user("POST", "/servers", server_body(name=name)).status_int == 202
    assert compute_api.last("create")["display_name"] == name


@pytest.mark.parametrize(
    "hints",
    [
        {"group": "not-a-uuid"},
        {"same_host": ["not-a-uuid"]},
        {"different_host": "not-a-uuid"},
        {"build_near_host_ip": "nowhere"},
        {"cidr": "24"},
        [],
    ],
)
def test_known_hints_have_a_form(user: Client, hints: Any) -> None:
    """Unknown hints are free; those of Nova's own filters are checked."""
    answer = user("POST", "/servers", {**server_body(), "os:scheduler_hints": hints})
    assert answer.status_int == 400


def test_legacy_v2_drops_what_it_does_not_know(
    user: Client, compute_api: FakeComputeAPI
) -> None:
    """By /v2 unknown words are removed and blanks around names allowed."""
    body = server_body(name=" one ", unknown=1)
    assert user("POST", "/servers", body, prefix="/v2").status_int == 202
    assert compute_api.last("create")["display_name"] == "one"
    blank = user("POST", "/servers", server_body(name="  "), prefix="/v2")
    assert blank.status_int == 400
    markup = server_body(metadata={"<k>": "v"})
    assert user("POST", "/servers", markup, prefix="/v2").status_int == 400
