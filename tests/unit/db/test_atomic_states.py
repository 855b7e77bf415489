"""Of several services that expect the same state, one wins."""

import threading
from typing import Any

from tests.fixtures_db import Cloud
from tests.unit.objects.factories import make_instance
from tracenova import exception, objects, utils
from tracenova.db import api as db


def test_one_of_eight_racing_saves_wins(cloud: Cloud):
    """The comparison is part of the UPDATE: all others see UnexpectedTaskStateError."""
    context = cloud.context()
    made = make_instance(context)
    made.create()
    start = threading.Barrier(8)

    def race(number: int) -> Any:
        mine = objects.Instance.get_by_uuid(context, made.uuid)
        mine.task_state = f"task-{number}"
        start.wait(timeout=20)
        try:
            mine.save(expected_task_state="scheduling")
        except exception.UnexpectedTaskStateError:
            return None
        return mine.task_state

    runs = [utils.spawn(race, number) for number in range(8)]
    results = [run.result(timeout=30) for run in runs]
    winners = [result for result in results if result is not None]
    assert len(winners) == 1
    made.refresh()
    assert made.task_state == winners[0]


def test_of_several_that_write_a_missing_cache_none_fails(cloud: Cloud):
    """The API heals a cache while the compute writes it: one row, and no error."""
    context = cloud.context()
    made = make_instance(context)
    start = threading.Barrier(4)

    def write(number: int) -> str:
        start.wait(timeout=20)
        text = f'["{number}"]'
        row = db.instance_info_cache_update(context, made.uuid, {"network_info": text})
        return str(row["instance_uuid"])

    runs = [utils.spawn(write, number) for number in range(4)]
    assert {run.result(timeout=30) for run in runs} == {made.uuid}
    assert db.instance_info_cache_get(context, made.uuid)
