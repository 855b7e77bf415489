"""How long typical database operations take; prints medians, asserts no time."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures_db import database
from tests.unit.objects.factories import (
    make_compute_node,
    make_flavor,
    make_instance,
)
from tracenova import objects


def _median_ms(operation: Callable[[], Any], times: int = 60) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        operation()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


@pytest.mark.bench
def test_typical_operations(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """The aim is one millisecond for a simple operation on SQLite."""
    unlimited = {f"quota_{name}": -1 for name in ("instances", "cores", "ram")}
    with database(tmp_path, unlimited) as cloud:
        context = cloud.admin()
        make_flavor(context).create()
        for number in range(3):
            make_compute_node(context, host=f"compute{number}").create()
        saved = make_instance(context)
        saved.create()
        states = iter(range(1_000_000))

        def save() -> None:
            saved.task_state = f"task{next(states)}"
            saved.save()

        node = objects.ComputeNodeList.get_all(context)[0]

        def save_node() -> None:
            node.memory_mb_used = next(states)
            node.save()

        def reserve_and_commit() -> None:
            quotas = objects.Quotas(context)
            quotas.reserve(instances=0, cores=0, ram=0)
            quotas.commit()

        operations: dict[str, Callable[[], Any]] = {
            "Flavor.get_by_flavor_id": lambda: objects.Flavor.get_by_flavor_id(
                context, "2"
            ),
            "Instance.create": lambda: make_instance(context).create(),
            "Instance.get_by_uuid": lambda: objects.Instance.get_by_uuid(
                context, saved.uuid
            ),
            "Instance.save": save,
            "Instance.refresh": saved.refresh,
            "ComputeNode.save": save_node,
            "ComputeNodeList.get_all (3)": lambda: objects.ComputeNodeList.get_all(
                context
            ),
            "Quotas.reserve + commit": reserve_and_commit,
            "InstanceAction.action_start": lambda: objects.InstanceAction.action_start(
                context, saved.uuid, "create"
            ),
            "ServiceList.get_by_binary": lambda: objects.ServiceList.get_by_binary(
                context, "nova-compute", include_disabled=True
            ),
        }
        lines = [
            f"{name:32} {_median_ms(run):6.2f} ms" for name, run in operations.items()
        ]
    with capsys.disabled():
        print("", *lines, sep="\n")
