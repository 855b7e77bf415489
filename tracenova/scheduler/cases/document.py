"""Case documents: reading them, and saying what in them is wrong.

What only Nova can judge (a flavor that contradicts its image, a filter that stumbles
over a null) is let through: Nova has an answer to it.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

Json = dict[str, Any]

MOST_BYTES: Final = 128 * 1024 * 1024
MOST_HOSTS: Final = 200_000  # about 1.5 GB and a minute
_NUMBER: Final = (int, float)
_NULL: Final = type(None)
_HOST_NUMBERS: Final = (
    *("total_usable_ram_mb", "free_ram_mb", "total_usable_disk_gb", "free_disk_mb"),
    *("disk_mb_used", "vcpus_total", "vcpus_used", "num_instances", "num_io_ops"),
    *("ram_allocation_ratio", "cpu_allocation_ratio", "disk_allocation_ratio"),
)
_HOST: Final[Mapping[str, tuple[type, ...]]] = {
    "host": (str,),
    "nodename": (str,),
    "compute_node": (dict,),
    "aggregates": (list, _NULL),
    "instances": (list, _NULL),
    "service": (dict, _NULL),
    "stats": (dict, _NULL),
    "metrics": (list, _NULL),
    "supported_instances": (list, _NULL),
    "numa_topology": (dict, _NULL),
    "pci_pools": (list, _NULL),
    **dict.fromkeys(_HOST_NUMBERS, (*_NUMBER, _NULL)),
}
_REQUEST: Final[Mapping[str, tuple[type, ...]]] = {
    "flavor": (dict,),
    "image": (dict, _NULL),
    "num_instances": (int,),
    "instance_uuid": (str, _NULL),
    "project_id": (str, _NULL),
    "availability_zone": (str, _NULL),
    "force_hosts": (list, _NULL),
    "force_nodes": (list, _NULL),
    "ignore_hosts": (list, _NULL),
    "requested_destination": (dict, _NULL),
    "retry": (dict, _NULL),
    "instance_group": (dict, _NULL),
    "scheduler_hints": (dict, _NULL),
    "pci_requests": (list, _NULL),
}
_FLAVOR: Final[Mapping[str, tuple[type, ...]]] = {
    "id": (int, str, _NULL),
    "name": (str,),
    "memory_mb": (int,),
    "vcpus": (int,),
    "root_gb": (int,),
    "ephemeral_gb": (int,),
    "swap": (int,),
    "extra_specs": (dict, _NULL),
}
_CASE: Final[Mapping[str, tuple[type, ...]]] = {
    "case": (str,),
    "kind": (str,),
    "now": (str, _NULL),
    "filters": (list, _NULL),
    "weighers": (dict, _NULL),
    "options": (dict, _NULL),
    "hosts": (list,),
    "requests": (list,),
    "extremes": (dict, _NULL),
}
_NAMES: Final[Mapping[type, str]] = {
    dict: "an object",
    list: "a list",
    str: "a text",
    int: "a whole number",
    float: "a number",
    _NULL: "null",
}


class CaseError(Exception):
    """A document that cannot be asked; case and field are named.

    Attributes:
        case: its name, else the file's.
        field: where, ``hosts[3].free_ram_mb``; "" for the whole document.
        kind: the class of Nova's exception where Nova has one.
    """

    def __init__(
        self, case: str, field: str, problem: str, kind: str = "CaseError"
    ) -> None:
        super().__init__(f"{case}: {field + ': ' if field else ''}{problem}")
        self.case = case
        self.field = field
        self.problem = problem
        self.kind = kind


def load(path: Path) -> Json:
    """Return the document of a file, checked.

    Raises:
        CaseError: it is no case document.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise CaseError(
                path.stem, "", f"{size} bytes; at most {MOST_BYTES} are read"
            )
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CaseError(str(path), "", error.strerror or str(error)) from error
    except RecursionError as error:
        raise CaseError(path.stem, "", "nested too deeply to be read") from error
    except ValueError as error:
        raise CaseError(path.stem, "", f"not JSON: {error}") from error
    return checked(document, path.stem)


def checked(document: Any, name: str) -> Json:
    """Return the document, having looked at all fields whose type matters.

    Raises:
        CaseError: the first field that cannot be used.
    """
    if not isinstance(document, dict):
        raise CaseError(name, "", f"must be an object, not {_shown(document)}")
    case = document.get("case") if isinstance(document.get("case"), str) else name
    check = _Check(str(case))
    check.members(document, _CASE, "")
    check.present(document, ("hosts", "requests"), "")
    if len(document["hosts"]) > MOST_HOSTS:
        number = len(document["hosts"])
        check.fail("hosts", f"{number} hosts; at most {MOST_HOSTS} are asked at once")
    check.all_of(document.get("filters") or (), str, "filters")
    for weigher, multiplier in (document.get("weighers") or {}).items():
        check.one(multiplier, (*_NUMBER, _NULL), f"weighers.{weigher}")
    for at, host in enumerate(document["hosts"]):
        check.host(host, f"hosts[{at}]")
    for at, request in enumerate(document["requests"]):
        check.request(request, f"requests[{at}]")
    return {"case": str(case), "kind": "", **document}


class _Check:
    def __init__(self, case: str) -> None:
        self._case = case

    def fail(self, field: str, problem: str) -> None:
        raise CaseError(self._case, field, problem)

    def one(self, value: Any, types: tuple[type, ...], field: str) -> None:
        is_bool = isinstance(value, bool) and bool not in types
        if is_bool or not isinstance(value, types):
            wanted = " or ".join(dict.fromkeys(_NAMES[each] for each in types))
            self.fail(field, f"must be {wanted}, not {_shown(value)}")

    def all_of(self, values: Iterable[Any], each: type, field: str) -> None:
        for at, value in enumerate(values):
            self.one(value, (each,), f"{field}[{at}]")

    def members(
        self, given: Json, types: Mapping[str, tuple[type, ...]], field: str
    ) -> None:
        prefix = f"{field}." if field else ""
        for name, allowed in types.items():
            if name in given:
                self.one(given[name], allowed, prefix + name)

    def present(self, given: Json, names: Iterable[str], field: str) -> None:
        for name in names:
            if name not in given:
                self.fail(f"{field}.{name}" if field else name, "is missing")

    def host(self, host: Any, field: str) -> None:
        self.one(host, (dict,), field)
        self.members(host, _HOST, field)
        self.present(host, ("host",), field)
        for at, aggregate in enumerate(host.get("aggregates") or ()):
            self.one(aggregate, (dict,), f"{field}.aggregates[{at}]")
            metadata = aggregate.get("metadata") or {}
            self.one(metadata, (dict,), f"{field}.aggregates[{at}].metadata")
            for key, value in metadata.items():
                self.one(value, (str,), f"{field}.aggregates[{at}].metadata.{key}")
        for name, needed in (("instances", "uuid"), ("metrics", "name")):
            for at, each in enumerate(host.get(name) or ()):
                self.one(each, (dict,), f"{field}.{name}[{at}]")
                self.present(each, (needed,), f"{field}.{name}[{at}]")

    def request(self, request: Any, field: str) -> None:
        self.one(request, (dict,), field)
        self.present(request, ("flavor",), field)
        self.members(request, _REQUEST, field)
        flavor = request["flavor"]
        self.members(flavor, _FLAVOR, f"{field}.flavor")
        self.present(flavor, ("memory_mb", "vcpus"), f"{field}.flavor")
        if request.get("num_instances", 1) < 0:
            self.fail(f"{field}.num_instances", "must not be negative")
        retry = request.get("retry") or {}
        for at, pair in enumerate(retry.get("hosts") or ()):
            place = f"{field}.retry.hosts[{at}]"
            self.one(pair, (list,), place)
            if len(pair) != 2:
                self.fail(place, "must be [host, node]")
        for at, wanted in enumerate(request.get("pci_requests") or ()):
            place = f"{field}.pci_requests[{at}]"
            self.one(wanted, (dict,), place)
            self.present(wanted, ("count", "spec"), place)


def _shown(value: Any) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"
