"""A hand-built trace that takes every step of the reference list of a successful boot."""

# ruff: noqa: SIM117 - nested blocks show the tree of spans

import json
import re
from collections.abc import Mapping
from typing import Any

from tests.functional.fidelity.compare import reference
from tests.unit.trace.builder import UUID, Builder
from tracenova.trace import names, vocabulary
from tracenova.trace.model import Span

_OPERATION = re.compile(r"([A-Z]\w+)\.(\w+)")
Row = Mapping[str, Any]


class ReferenceBoot:
    """Builds spans for rows of the reference, each where it belongs in the tree."""

    def __init__(self, name: str) -> None:
        self.b = Builder()
        self._rows = {row["seq"]: row for row in reference(name)}

    def steps(self, first: int, last: int) -> None:
        """Take the steps that begin and end by themselves."""
        for seq in range(first, last + 1):
            self.step(self._rows[seq])

    def step(self, row: Row) -> None:
        """Take one step."""
        entry = _entry(row)
        function = min(entry.functions, default="f") if entry else "f"
        if row["kind"] == "db":
            for operation in _operations(row["method"]):
                self.b.db(operation, row["to"], function)
        elif row["kind"] == "http":
            verb, _, target = row["method"].partition(" ")
            with self.b.http(row["to"], verb, target.partition(" ")[0], function):
                pass
        elif row["to"] == "notification bus":
            self.b.notify(row["method"], function)
        elif row["kind"] == "call":
            self._object_call(row, entry, function)
        elif entry is not None:
            kind = "client" if entry.span.startswith("libvirt.") else "internal"
            with self.b.span(
                entry.span,
                kind,  # type: ignore[arg-type]  # one of the two
                attributes={names.CODE_FUNCTION: f"x.{function}"},
            ):
                pass

    def _object_call(
        self, row: Row, entry: vocabulary.Entry | None, function: str
    ) -> None:
        found = _OPERATION.search(row["note"])
        assert found is not None
        args: dict[str, Any] = {
            "objname": found[1],
            "objmethod": found[2],
            "kwargs": {},
        }
        if entry and entry.when:
            args["kwargs"] = {entry.when: "expected_task_state"}
        said = json.dumps(args)
        more = {names.CODE_VIA: entry.via} if entry and entry.via else {}
        with self.b.send(
            "call", "conductor", row["method"], "3.0", function, said, more
        ):
            with self.b.receive("nova-conductor", "cond", row["method"]):
                self.b.db(f"{found[1]}.{found[2]}")


def _operations(method: str) -> list[str]:
    found = _OPERATION.search(method)
    assert found is not None
    more = [f"{found[1]}.destroy"] if method.endswith("+ destroy") else []
    return [f"{found[1]}.{found[2]}", *more]


def _entry(row: Row) -> vocabulary.Entry | None:
    """Return the vocabulary's entry for a row: the same line of Nova, the same name."""
    subjects = [row["method"], f"{row['topic']}.{row['method']}"]
    if row["kind"] == "http":
        subjects.append(row["method"].partition("?")[0])
    for text in (row["method"], row["note"]):
        subjects += [".".join(found) for found in _OPERATION.findall(text)[:1]]
    entries = [entry for group in vocabulary._table().values() for entry in group]
    same = [e for e in entries if row["source"] in (e.source, e.failed_source)]
    named = [e for e in same if e.span in subjects]
    return next(iter(named or [e for e in same if not e.fold]), None)


def successful_boot() -> list[Span]:
    """Return the spans of the whole reference list ``success``."""
    boot = ReferenceBoot("success")
    b = boot.b
    with b.http("nova-api", "POST", "/v2.1/{project_id}/servers"):
        with b.span(
            "POST /v2.1/{project_id}/servers",
            "server",
            "nova-api",
            "api",
            attributes={names.HTTP_METHOD: "POST", names.HTTP_STATUS: 202},
        ):
            boot.steps(2, 15)
            boot.steps(17, 18)
            with b.send(
                "cast",
                "conductor",
                "build_instances",
                "1.10",
                more={names.RPC_NAMESPACE: "compute_task"},
            ):
                with b.receive("nova-conductor", "cond", "build_instances"):
                    _conduct(boot)
    with b.http("nova-api", "GET", "/v2.1/{project_id}/servers/{id}"):
        with b.span(
            "GET /servers",
            "server",
            "nova-api",
            "api",
            attributes={names.HTTP_METHOD: "GET"},
        ):
            b.db("Instance.get_by_uuid")
    return b.spans


def _conduct(boot: ReferenceBoot) -> None:
    b = boot.b
    for name in ("populate_retry", "build_request_spec"):
        with b.span(name):
            pass
    boot.steps(22, 22)
    with b.send("call", "scheduler", "select_destinations", "4.3"):
        with b.receive("nova-scheduler", "sched", "select_destinations"):
            boot.steps(24, 24)
            with b.span("FilterScheduler._schedule"):
                boot.steps(25, 27)
            boot.steps(29, 29)
    boot.steps(31, 36)
    with b.send("cast", "compute", "build_and_run_instance", "4.0"):
        with b.receive("nova-compute", "compute1", "build_and_run_instance"):
            with b.span(
                "ComputeManager.build_and_run_instance._locked_do_build_and_run_instance",
                attributes={names.INSTANCE_UUID: UUID},
            ):
                _build(boot)


def _build(boot: ReferenceBoot) -> None:
    b = boot.b
    boot.steps(39, 51)
    with b.span("_allocate_network_async"):
        boot.steps(53, 63)
    boot.steps(64, 66)
    with b.span("LibvirtDriver.spawn"):
        boot.steps(68, 74)
        with b.span("agent", service="neutron", host="net"):
            target = "/v2.1/{project_id}/os-server-external-events"
            with b.http("nova-api", "POST", target):
                with b.span(
                    "POST events",
                    "server",
                    "nova-api",
                    "api",
                    attributes={names.HTTP_METHOD: "POST", names.HTTP_STATUS: 200},
                ):
                    boot.steps(76, 77)
                    with b.send("cast", "compute", "external_instance_event", "4.0"):
                        with b.receive(
                            "nova-compute", "compute1", "external_instance_event"
                        ):
                            pass
        boot.steps(79, 80)
    boot.steps(81, 82)
    with b.send("fanout", "scheduler", "update_instance_info", "4.2"):
        with b.receive("nova-scheduler", "sched", "update_instance_info"):
            pass
    boot.steps(84, 85)
