"""A small boot: three hosts, one refused, one chosen; enough for every view."""

# ruff: noqa: SIM117 - nested blocks show the tree of spans

from tests.unit.trace.builder import UUID, Builder
from tracenova.trace import names
from tracenova.trace.model import Span

HOSTS = ["compute2/n2", "compute1/n1", "compute3/n3"]


def small_boot(chosen: str = "compute2/n2") -> list[Span]:
    """Return the spans of a boot that ends on the chosen host."""
    b = Builder()
    with b.http("nova-api", "POST", "/v2.1/{project_id}/servers"):
        with b.span(
            "POST /v2.1/{project_id}/servers",
            "server",
            "nova-api",
            "api",
            attributes={names.HTTP_METHOD: "POST", names.HTTP_STATUS: 202},
        ):
            _saved(b, "create", "building", "scheduling", None)
            with b.send("cast", "conductor", "build_instances", "1.10"):
                with b.receive("nova-conductor", "cond", "build_instances"):
                    _conducted(b, chosen)
    with b.http("nova-api", "GET", "/v2.1/{project_id}/servers/{id}"):
        pass
    return b.spans


def _conducted(b: Builder, chosen: str) -> None:
    with b.send("call", "scheduler", "select_destinations", "4.3"):
        with b.receive("nova-scheduler", "sched", "select_destinations"):
            _scheduled(b, chosen)
    with b.send("cast", "compute", "build_and_run_instance", "4.0"):
        with b.receive("nova-compute", "compute2", "build_and_run_instance"):
            _claimed(b)
            args = f'{{"objinst": {{"Instance": {{"uuid": "{UUID}"}}}}, "objmethod": "save"}}'
            with b.send(
                "call", "conductor", "object_action", "3.0", "_build_resources", args
            ):
                with b.receive("nova-conductor", "cond", "object_action"):
                    _saved(b, "save", "active", "", "scheduling")


def _saved(b: Builder, operation: str, vm: str, task: str, old: str | None) -> None:
    with b.span(
        f"Instance.{operation}",
        "client",
        attributes={
            names.DB_SYSTEM: "sqlite",
            names.DB_NAMESPACE: "cell-db",
            names.INSTANCE_UUID: UUID,
            names.VM_STATE: vm,
            names.TASK_STATE: task,
            names.POWER_STATE: 0,
            **({} if old is None else {names.VM_STATE + names.OLD: "building"}),
            **({} if old is None else {names.TASK_STATE + names.OLD: old}),
        },
    ):
        pass


def _scheduled(b: Builder, chosen: str) -> None:
    with b.span(
        "FilterScheduler._schedule",
        attributes={
            names.HOSTS_TOTAL: 3,
            names.SUBSET_SIZE: 1,
            names.WEIGHED_HOSTS: tuple(HOSTS[:2]),
            names.WEIGHED_WEIGHTS: (1.83, 1.2),
            names.WEIGHED_INSTANCE: (0, 0),
            names.SELECTED: (chosen,),
            names.SINGLE_SURVIVOR: (False,),
            names.INSTANCE_UUID: UUID,
        },
    ):
        _filter(b, 0, "RamFilter", "requested 2048 MB, usable 512 MB", shadow=False)
        _filter(b, 1, "DiskFilter", "requested 20 GB, usable 8 GB", shadow=True)
        _weigher(b, "RAMWeigher", 1.0, (60416.0, 20480.0), (0.92, 0.45))
        _weigher(b, "DiskWeigher", 1.0, (400.0, 300.0), (0.91, 0.75))


def _filter(b: Builder, index: int, name: str, reason: str, *, shadow: bool) -> None:
    with b.span(
        f"filter {name}",
        attributes={
            names.FILTER_NAME: name,
            names.FILTER_INDEX: index,
            names.FILTER_HOSTS_IN: 2 if shadow else 3,
            names.FILTER_HOSTS_OUT: 2,
            names.FILTER_HOSTS: tuple(HOSTS),
            names.FILTER_PASSED: (True, True, False),
            names.FILTER_REASONS: ("", "", reason),
            names.FILTER_SHADOW: (False, False, shadow),
        },
    ):
        pass


def _weigher(
    b: Builder,
    name: str,
    multiplier: float,
    raw: tuple[float, float],
    normalized: tuple[float, float],
) -> None:
    with b.span(
        f"weigher {name}",
        attributes={
            names.WEIGHER_NAME: name,
            names.WEIGHER_MULTIPLIER: multiplier,
            names.WEIGHER_MINVAL: 0.0,
            names.WEIGHER_MAXVAL: 65536.0,
            names.WEIGHER_HOSTS: tuple(HOSTS[:2]),
            names.WEIGHER_RAW: raw,
            names.WEIGHER_NORMALIZED: normalized,
            names.WEIGHER_WEIGHTED: tuple(multiplier * n for n in normalized),
        },
    ):
        pass


def _claimed(b: Builder) -> None:
    with b.span(
        "Claim._claim_test",
        attributes={
            names.CLAIM_RESOURCES: ("memory",),
            names.CLAIM_TOTAL: (65536.0,),
            names.CLAIM_USED: (512.0,),
            names.CLAIM_REQUESTED: (2048.0,),
            names.CLAIM_LIMIT: (-1.0,),
            names.CLAIM_PASSED: (True,),
            names.CLAIM_REASONS: ("",),
            names.INSTANCE_UUID: UUID,
        },
    ):
        pass
