"""From any answer of the cloud to its trace, and from the client's trace into it."""

import json
import secrets
import time
from typing import Any

import httpx
import pytest

from tests.functional.cli.runner import here
from tests.functional.served.clients import UpCloud
from tests.functional.served.test_openstacksdk import create, delete, wait

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # the clients' own, not ours
    pytest.mark.timeout(240),
]


def find(cloud: UpCloud, wanted: str) -> list[dict[str, Any]]:
    """Ask ``tracenova find`` until spans that have just ended are in the file."""
    deadline = time.monotonic() + 50
    while True:
        result = here("find", wanted, str(cloud.folder), "--json")
        if result.code == 0 or time.monotonic() > deadline:
            found: list[dict[str, Any]] = json.loads(result.out)
            return found
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("service", "path", "code"),
    [
        ("nova", "/", 200),
        ("nova", "/v2.1/servers", 401),
        ("nova", "/nowhere", 300),
        ("keystone", "/v3", 200),
        ("keystone", "/v3/nowhere", 404),
        ("glance", "/", 300),
        ("glance", "/v2/images", 401),
        ("neutron", "/v2.0/networks", 401),
        ("cinder", "/", 300),
        ("placement", "/resource_providers", 401),
    ],
)
def test_every_answer_leads_to_its_trace(
    cloud: UpCloud, service: str, path: str, code: int
) -> None:
    """x-openstack-request-id is in every answer, refusals and versions too."""
    answer = httpx.get(cloud.urls[service] + path, timeout=50)
    assert answer.status_code == code
    (found,) = find(cloud, answer.headers["x-openstack-request-id"])
    wanted = {"nova": "nova-api"}.get(service, service)
    assert wanted in found["services"]


def test_the_trace_begins_at_the_client(cloud: UpCloud) -> None:
    """A client that sends ``traceparent`` finds all services in its own trace."""
    trace_id = secrets.token_hex(16)
    headers = {
        "X-Auth-Token": cloud.token(),
        "traceparent": f"00-{trace_id}-{secrets.token_hex(8)}-01",
    }
    answer = httpx.get(
        cloud.urls["nova"] + "/v2.1/servers/detail", headers=headers, timeout=50
    )
    assert answer.status_code == 200
    (found,) = find(cloud, answer.headers["x-openstack-request-id"])
    assert found["trace_id"] == trace_id
    assert "nova-api" in found["services"]


def test_a_server_is_found_by_id_and_by_name(cloud: UpCloud, sdk: Any, tmp_path):
    """Its create is one of its traces, with every service on the way in it."""
    server = wait(sdk, create(sdk, "find-me"))
    by_name = find(cloud, "find-me")
    by_id = find(cloud, server.id)
    assert {each["trace_id"] for each in by_name} <= {
        each["trace_id"] for each in by_id
    }
    (made,) = (each for each in by_id if each["name"].startswith("POST"))
    assert made["name"] == "POST /v2.1/{project_id}/servers"
    assert {"nova-api", "nova-conductor", "nova-scheduler"} <= set(made["services"])
    request = made["requests"][0]
    kept = tmp_path / "kept.otlp.jsonl"
    told = here("find", request, str(cloud.folder), "-o", str(kept))
    assert "build_instances" in told.out
    assert "select_destinations" in here("hops", str(kept)).out
    delete(sdk, server)


def test_what_is_nowhere_is_not_found(cloud: UpCloud) -> None:
    """Exit 1 and one line; a folder that is not there is a usage error."""
    nowhere = here("find", "req-nowhere", str(cloud.folder))
    assert (nowhere.code, nowhere.error_line) == (1, "no trace of req-nowhere")
    missing = here("find", "x", str(cloud.folder / "missing"))
    assert missing.code == 2
    assert "is not there" in missing.error_line
