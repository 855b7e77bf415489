"""What-if: the same case, a little different.

``flavor.memory_mb=8192``, ``multiplier.RAMWeigher=-1``, ``host.compute1.free_ram_mb=0``,
``option.max_io_ops_per_host=1``, ``hint.query=…``, ``image.hw_vm_mode=xen``,
``request.num_instances=3``. What concerns the request changes every request; ``flavor[1]``
changes the second only.
"""

import copy
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from tracenova.scheduler.cases.document import CaseError, Json, checked
from tracenova.scheduler.weights import all_weighers

_PATH: Final = re.compile(
    r"(flavor|extra_spec|image|hint|request|multiplier|option|host)(?:\[(\d+)\])?\.(.+)"
)
_ROOTS: Final = (
    "flavor.NAME, extra_spec.KEY, image.PROPERTY, hint.KEY, request.NAME, "
    "multiplier.WEIGHER, option.NAME, host.HOST.NAME"
)


@dataclass(frozen=True, slots=True)
class Change:
    """One value of a case that is to be another.

    Attributes:
        path: as it was written.
        value: JSON, or the text itself where it is none.
    """

    path: str
    value: Any

    @classmethod
    def parsed(cls, text: str) -> "Change":
        """Return the change that ``PATH=VALUE`` asks for.

        Raises:
            ValueError: the text has no such form.
        """
        path, equals, value = text.partition("=")
        if not equals or not _PATH.fullmatch(path):
            msg = f"{text!r} is not PATH=VALUE with a path like {_ROOTS}"
            raise ValueError(msg)
        try:
            return cls(path, json.loads(value))
        except ValueError:
            return cls(path, value)

    def __str__(self) -> str:
        return f"{self.path}={json.dumps(self.value)}"


def changed(case: Json, changes: Iterable[Change], without: Iterable[str] = ()) -> Json:
    """Return the case with the changes, and with fewer filters.

    Raises:
        CaseError: the path leads nowhere, or the value does not fit there.
    """
    twin = copy.deepcopy(case)
    for change in changes:
        _apply(twin, change)
    gone = list(without)
    if gone:
        twin["filters"] = _fewer(twin, gone)
    return checked(twin, case["case"])


def filters_of(case: Json) -> list[str]:
    """Return the names of the case's filters; absent means the release's own list."""
    from tracenova.conf.scheduler import FILTER_OPTS

    if case.get("filters") is not None:
        return list(case["filters"])
    default = next(o for o in FILTER_OPTS if o.name == "scheduler_default_filters")
    return list(default.default)


def weighers_of(case: Json) -> Json:
    """Return the case's weighers with their multipliers; absent means all."""
    if case.get("weighers") is not None:
        return dict(case["weighers"])
    return {cls.__name__: None for cls in all_weighers()}


def _fewer(case: Json, gone: list[str]) -> list[str]:
    names = filters_of(case)
    for name in gone:
        if name not in names:
            problem = f"it is not among the filters: {', '.join(names)}"
            raise CaseError(case["case"], f"--without {name}", problem)
    return [name for name in names if name not in gone]


def _apply(case: Json, change: Change) -> None:
    match = _PATH.fullmatch(change.path)
    if match is None:
        raise CaseError(case["case"], change.path, f"not a path like {_ROOTS}")
    root, at, rest = match.groups()
    if root == "multiplier":
        weighers = weighers_of(case)
        if rest not in weighers:
            problem = f"it is not among the weighers: {', '.join(weighers)}"
            raise CaseError(case["case"], change.path, problem)
        case["weighers"] = {**weighers, rest: change.value}
    elif root == "option":
        case["options"] = {**(case.get("options") or {}), rest: change.value}
    elif root == "host":
        _change_host(case, change, rest)
    else:
        for request in _requests(case, change, at):
            _change_request(request, root, rest, change.value)


def _change_host(case: Json, change: Change, rest: str) -> None:
    """Set a member of a host; a host's name may hold dots."""
    for host in case["hosts"]:
        for name in (host["host"], host.get("nodename")):
            if name and rest.startswith(f"{name}."):
                _set(host, rest.removeprefix(f"{name}."), change.value)
                return
    raise CaseError(case["case"], change.path, "there is no such host")


def _requests(case: Json, change: Change, at: str | None) -> list[Json]:
    requests: list[Json] = case["requests"]
    if at is None:
        return requests
    if int(at) >= len(requests):
        problem = f"the case has {len(requests)} requests"
        raise CaseError(case["case"], change.path, problem)
    return [requests[int(at)]]


def _change_request(request: Json, root: str, rest: str, value: Any) -> None:
    if root == "flavor":
        _set(request["flavor"], rest, value)
    elif root == "extra_spec":
        _put(request["flavor"], "extra_specs", rest, value)
    elif root == "image":
        image = request["image"] = dict(request.get("image") or {})
        _put(image, "properties", rest, value)
    elif root == "hint":
        _put(request, "scheduler_hints", rest, value)
    else:
        _set(request, rest, value)


def _put(parent: Json, name: str, key: str, value: Any) -> None:
    members = dict(parent.get(name) or {})
    if value is None:
        members.pop(key, None)
    else:
        members[key] = value
    parent[name] = members


def _set(parent: Json, path: str, value: Any) -> None:
    *above, name = path.split(".")
    for step in above:
        inner = parent.get(step)
        parent[step] = dict(inner) if isinstance(inner, dict) else {}
        parent = parent[step]
    parent[name] = value
