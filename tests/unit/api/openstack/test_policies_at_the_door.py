"""Every controller asks the policy before it does anything."""

from typing import Any

import pytest

from tests.unit.api.fakes import Client, FakeComputeAPI

HOST = {"host": "compute1"}
SERVICE = {"host": "compute1", "binary": "nova-compute"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/os-services", None),
        ("PUT", "/os-services/disable", SERVICE),
        ("GET", "/os-hypervisors", None),
        ("GET", "/os-hypervisors/detail", None),
        ("GET", "/os-hypervisors/statistics", None),
        ("GET", "/os-hypervisors/1", None),
        ("GET", "/os-hypervisors/x/search", None),
        ("GET", "/os-hypervisors/x/servers", None),
        ("GET", "/os-aggregates", None),
        ("GET", "/os-aggregates/1", None),
        ("DELETE", "/os-aggregates/1", None),
        ("POST", "/os-aggregates", {"aggregate": {"name": "a"}}),
        ("POST", "/os-aggregates/1/action", {"add_host": HOST}),
        ("POST", "/os-aggregates/1/action", {"remove_host": HOST}),
        ("POST", "/os-aggregates/1/action", {"set_metadata": {"metadata": {}}}),
        ("GET", "/os-availability-zone/detail", None),
        ("GET", "/os-quota-sets/deadbeef/detail", None),
        ("GET", "/os-quota-sets/deadbeef", None),
        ("GET", "/os-keypairs?user_id=other", None),
        ("DELETE", "/os-keypairs/mine?user_id=other", None),
        ("POST", "/os-keypairs", {"keypair": {"name": "k", "user_id": "other"}}),
    ],
)
@pytest.mark.parametrize("version", ["2.10", "2.38"])
def test_what_is_not_for_users_is_forbidden(
    user: Client,
    compute_api: FakeComputeAPI,
    method: str,
    path: str,
    body: Any,
    version: str,
) -> None:
    """PolicyNotAuthorized: 403 with the rule's name, and nothing was asked behind."""
    answer = user(method, path, body, version=version)
    assert answer.status_int == 403, answer.text
    message = answer.json["forbidden"]["message"]
    assert message.startswith("Policy doesn't allow os_compute_api:")
    assert compute_api.calls == []
