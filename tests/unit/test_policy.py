"""Who may do what, by Nova's rules and by an operator's file."""

import itertools
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from oslo_policy import policy as oslo_policy

from tracenova import conf, exception, identity, policies, policy
from tracenova.context import RequestContext

OWNER = RequestContext("u", "p", roles=["Member"], is_admin=False, overwrite=False)
STRANGER = RequestContext("v", "q", roles=["Member"], is_admin=False, overwrite=False)
ADMIN = RequestContext("a", "z", roles=["admin"], is_admin=True, overwrite=False)
TARGET = {"project_id": "p", "user_id": "u"}


@pytest.fixture
def settings() -> Iterator[Any]:
    """Act as a service with a configuration of its own."""
    service = identity.ServiceIdentity("nova-api", "controller", "test-policy")
    options = conf.new_config()
    conf.assign(service, options)
    with identity.acting_as(service):
        yield options
    conf.release(service)
    policy.reset()


ADMIN_ONLY = [
    "os_compute_api:servers:create:forced_host",
    "os_compute_api:servers:detail:get_all_tenants",
    "os_compute_api:servers:index:get_all_tenants",
    "os_compute_api:servers:show:host_status",
    "os_compute_api:os-server-external-events:create",
    "os_compute_api:os-services",
    "os_compute_api:os-hypervisors",
    "os_compute_api:os-aggregates:create",
    "os_compute_api:os-aggregates:add_host",
    "os_compute_api:os-availability-zone:detail",
    "os_compute_api:os-extended-server-attributes",
    "os_compute_api:os-instance-actions:events",
    "os_compute_api:os-quota-sets:detail",
    "os_compute_api:os-used-limits",
    "network:attach_external_network",
]
ADMIN_OR_OWNER = [
    "os_compute_api:servers:create",
    "os_compute_api:servers:create:attach_network",
    "os_compute_api:servers:create:attach_volume",
    "os_compute_api:servers:show",
    "os_compute_api:servers:delete",
    "os_compute_api:os-server-groups",
    "os_compute_api:os-instance-actions",
    "os_compute_api:os-keypairs:create",
    "os_compute_api:os-quota-sets:show",
    "os_compute_api:limits",
]


@pytest.mark.parametrize("rule", ADMIN_ONLY)
def test_some_things_are_for_administrators(settings: Any, rule: str) -> None:
    """rule:admin_api: neither owner nor stranger."""
    assert ADMIN.can(rule, TARGET)
    for context in (OWNER, STRANGER):
        with pytest.raises(exception.PolicyNotAuthorized, match=rule):
            context.can(rule, TARGET)
        assert not context.can(rule, TARGET, fatal=False)


@pytest.mark.parametrize("rule", ADMIN_OR_OWNER)
def test_some_things_are_for_the_owner_too(settings: Any, rule: str) -> None:
    """rule:admin_or_owner compares the project; key pairs compare the user."""
    assert ADMIN.can(rule, TARGET)
    assert OWNER.can(rule, TARGET)
    assert not STRANGER.can(rule, TARGET, fatal=False)


def test_by_default_the_target_is_the_users_own_project(settings: Any) -> None:
    """context.can without a target."""
    assert STRANGER.can("os_compute_api:servers:index")


def test_users_do_not_see_addresses_but_administrators_do(settings: Any) -> None:
    """os-hide-server-addresses is ``is_admin:False``."""
    rule = "os_compute_api:os-hide-server-addresses"
    assert OWNER.can(rule, TARGET)
    assert not ADMIN.can(rule, TARGET, fatal=False)


def test_a_rule_that_nobody_registered_is_a_mistake(settings: Any) -> None:
    """PolicyNotRegistered, not a silent no."""
    with pytest.raises(oslo_policy.PolicyNotRegistered):
        policy.authorize(ADMIN, "os_compute_api:servers:fly", TARGET)


def test_an_operators_file_changes_rules(settings: Any, tmp_path: Path) -> None:
    """[oslo_policy] policy_file: the file's rules win over the defaults."""
    path = tmp_path / "policy.yaml"
    path.write_text('"os_compute_api:servers:create": "role:builder"\n')
    policy.init()
    settings.set_override("policy_file", str(path), group="oslo_policy")
    policy.reset()
    builder = RequestContext("b", "p", roles=["builder"], is_admin=False)
    assert builder.can("os_compute_api:servers:create", TARGET)
    assert not OWNER.can("os_compute_api:servers:create", TARGET, fatal=False)


@pytest.fixture
def rules(settings: Any, tmp_path: Path) -> Callable[[str], None]:
    """An operator who lets only one role create servers, and changes their mind."""
    path = tmp_path / "policy.yaml"
    times = itertools.count(1_000_000_000, 60)

    def write(role: str) -> None:
        path.write_text(f'"os_compute_api:servers:create": "role:{role}"\n')
        now = next(times)
        os.utime(path, (now, now))

    write("builder")
    policy.init()  # registers the option
    settings.set_override("policy_file", str(path), group="oslo_policy")
    policy.reset()
    return write


def builds(role: str, request_id: str) -> bool:
    """Say whether somebody of the role may create a server, in that request."""
    context = RequestContext(
        "b", "p", roles=[role], is_admin=False, request_id=request_id
    )
    return context.can("os_compute_api:servers:create", TARGET, fatal=False)


def test_a_request_is_judged_by_one_set_of_rules(rules: Callable[[str], None]) -> None:
    """The file changed meanwhile: the next request notices, and so does whoever is next."""
    assert builds("builder", "req-1")
    rules("mason")
    assert builds("builder", "req-1")
    assert not builds("mason", "req-1")
    assert builds("mason", "req-2")
    assert not builds("builder", "req-2")
    rules("builder")
    assert builds("builder", "req-1")  # the same request again, after another one


def test_the_file_is_looked_at_once_a_request(
    rules: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many questions it asks; one without an id each time."""
    looked = []
    looks = oslo_policy.Enforcer.load_rules

    def counting(self: Any, force_reload: bool = False) -> None:
        looked.append(force_reload)
        looks(self, force_reload)

    policy.init()
    monkeypatch.setattr(oslo_policy.Enforcer, "load_rules", counting)
    for request_id, questions, looks_then in (("req-1", 5, 1), ("req-2", 3, 2)):
        for _ in range(questions):
            assert builds("builder", request_id)
        assert len(looked) == looks_then
    for _ in range(2):
        context = RequestContext("b", "p", roles=["builder"], is_admin=False)
        context.request_id = ""
        assert context.can("os_compute_api:servers:create", TARGET)
    assert len(looked) == 4


def test_each_thread_answers_a_request_of_its_own(
    rules: Callable[[str], None],
) -> None:
    """That one thread has looked for its request tells another one nothing."""
    assert builds("builder", "req-1")
    rules("mason")
    acting = identity.current()
    assert acting is not None

    def ask() -> bool:
        with identity.acting_as(acting):
            return builds("mason", "req-1")

    with ThreadPoolExecutor(1) as other:
        assert other.submit(ask).result()


def test_a_role_makes_the_administrator(settings: Any) -> None:
    """context_is_admin: role:admin."""
    assert RequestContext("u", "p", roles=["Admin"]).is_admin
    assert not RequestContext("u", "p", roles=["Member"]).is_admin


def test_every_rule_says_what_it_guards() -> None:
    """Names are unique, and descriptions there."""
    rules = policies.list_rules()
    assert len({rule.name for rule in rules}) == len(rules)
    assert all(rule.description for rule in rules)
