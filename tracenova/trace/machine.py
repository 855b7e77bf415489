"""The states of a server that is built: the machine, and the path a server took in it.

A state is a pair of ``vm_state`` and ``task_state``; "–" stands for none.

Nova: nova/compute/vm_states.py, nova/compute/task_states.py and the saves on the way of
a boot. Left out: what happens to a server after it is built; a path may go there.
"""

from collections.abc import Sequence
from typing import NamedTuple

from tracenova.trace.decisions import StateChange

State = tuple[str, str]
NONE = "–"

MACHINE: tuple[tuple[State, State], ...] = (
    (("building", "scheduling"), ("building", NONE)),
    (("building", NONE), ("building", "networking")),
    (("building", NONE), ("building", "scheduling")),
    (("building", "networking"), ("building", "block_device_mapping")),
    (("building", "block_device_mapping"), ("building", "spawning")),
    (("building", "spawning"), ("active", NONE)),
    (("building", "spawning"), ("building", "scheduling")),
    (("building", "scheduling"), ("error", NONE)),
    (("building", "spawning"), ("error", NONE)),
)


class Step(NamedTuple):
    """One step of the path.

    Attributes:
        number: counts from 1.
        before: None for the first: the server's record was made.
        power: the power state after it.
    """

    number: int
    before: State | None
    after: State
    power: str
    change: StateChange


def path(changes: Sequence[StateChange]) -> list[Step]:
    """Return the path that one server took."""
    steps: list[Step] = []
    here: State | None = None
    for number, change in enumerate(changes, 1):
        there = state_after(change)
        power = change.power_state[1] or NONE
        steps.append(Step(number, here, there, power, change))
        here = there
    return steps


def state_after(change: StateChange) -> State:
    """Return the state that a change led to."""
    return change.vm_state[1] or NONE, change.task_state[1] or NONE
