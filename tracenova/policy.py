"""Who may do what: oslo.policy with Nova's rules, changed by a policy file if any.

Nova: nova/policy.py. Left out: warnings about user_id rules, the oslo.policy
command line tools. One enforcer per service, because services share this process.
"""

import logging
import threading
from collections.abc import Mapping
from typing import Any

from oslo_policy import policy

from tracenova import exception, identity, policies
from tracenova.conf import CONF

LOG = logging.getLogger(__name__)

_enforcers: dict[identity.ServiceIdentity | None, "OncePerRequest"] = {}
_lock = threading.Lock()


class OncePerRequest(policy.Enforcer):
    """Looks whether policy files have changed once a request, not at every question."""

    def __init__(self, conf: Any) -> None:
        super().__init__(conf)
        self._asking = threading.local()

    def ask_for(self, context: Any) -> "OncePerRequest":
        """Let this thread's questions from now on be of the context's request."""
        request_id = context.request_id
        asking = self._asking
        asking.again = request_id and request_id == getattr(asking, "request_id", None)
        asking.request_id = request_id
        return self

    def load_rules(self, force_reload: bool = False) -> None:
        """Read the policy files, if they have changed."""
        if force_reload or not getattr(self._asking, "again", False):
            super().load_rules(force_reload)


def reset() -> None:
    """Forget the enforcers; the policy files are read again when needed."""
    with _lock:
        _enforcers.clear()


def init() -> OncePerRequest:
    """Return the acting service's enforcer, with the rules of its policy file.

    Nova: nova/policy.py init
    """
    acting, conf = identity.current(), CONF.effective()
    with _lock:
        enforcer = _enforcers.get(acting)
        if enforcer is None or enforcer.conf is not conf:
            enforcer = OncePerRequest(conf)
            enforcer.register_defaults(policies.list_rules())
            enforcer.load_rules()
            _enforcers[acting] = enforcer
        return enforcer


def authorize(
    context: Any,
    action: str,
    target: Mapping[str, Any],
    do_raise: bool = True,
    exc: type[Exception] | None = None,
) -> bool:
    """Check the rule ``action`` for this user and target.

    Args:
        context: the request's RequestContext.
        action: name of the rule, ``os_compute_api:servers:create``.
        target: what the rule may compare with: project_id, user_id …
        do_raise: raise instead of returning False.
        exc: what to raise; PolicyNotAuthorized by default.

    Raises:
        exception.PolicyNotAuthorized: the rule says no.
        oslo_policy.policy.PolicyNotRegistered: there is no such rule.

    Nova: nova/policy.py authorize
    """
    enforcer = init().ask_for(context)
    allowed = enforcer.authorize(
        action,
        dict(target),
        context.to_dict(),
        do_raise=do_raise,
        exc=exc or exception.PolicyNotAuthorized,
        action=action,
    )
    return bool(allowed)


def check_is_admin(context: Any) -> bool:
    """Say whether the user's roles make an administrator, by rule context_is_admin.

    Nova: nova/policy.py check_is_admin
    """
    credentials = context.to_dict()
    enforcer = init().ask_for(context)
    return bool(enforcer.authorize("context_is_admin", credentials, credentials))


@policy.register("is_admin")
class IsAdminCheck(policy.Check):
    """The check ``is_admin:True`` (or False) of a rule.

    Nova: nova/policy.py IsAdminCheck
    """

    def __init__(self, kind: str, match: str) -> None:
        self.expected = match.lower() == "true"
        super().__init__(kind, str(self.expected))

    def __call__(
        self,
        target: Mapping[str, Any],
        creds: Mapping[str, Any],
        enforcer: policy.Enforcer,
        current_rule: str | None = None,
    ) -> bool:
        """Compare with the context's ``is_admin``."""
        return bool(creds["is_admin"]) == self.expected
