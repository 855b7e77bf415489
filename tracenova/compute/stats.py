"""How many instances of each state, project and system the host has.

The counts travel in ``compute_nodes.stats``; the scheduler's IoOpsFilter reads
``io_workload`` from them.

Nova: nova/compute/stats.py
"""

from collections.abc import Mapping
from typing import Any

from tracenova.compute import task_states, vm_states

State = dict[str, Any]

_IO_HEAVY = (
    ("vm", vm_states.BUILDING),
    ("task", task_states.RESIZE_MIGRATING),
    ("task", task_states.REBUILDING),
    ("task", task_states.RESIZE_PREP),
    ("task", task_states.IMAGE_SNAPSHOT),
    ("task", task_states.IMAGE_BACKUP),
    ("task", task_states.RESCUING),
    ("task", task_states.UNSHELVING),
)


class Stats(dict[str, Any]):
    """The counts, and the last known state of every instance behind them.

    Nova: nova/compute/stats.py Stats
    """

    def __init__(self) -> None:
        super().__init__()
        self.states: dict[str, State] = {}

    def clear(self) -> None:
        """Forget every count."""
        super().clear()
        self.states.clear()

    def digest_stats(self, stats: Mapping[str, Any] | None) -> None:
        """Take over what the driver counts itself.

        Raises:
            ValueError: the driver gave something else than a mapping.
        """
        if stats is None:
            return
        if not isinstance(stats, Mapping):
            raise ValueError(  # noqa: TRY004 - Nova's choice
                f"Unexpected type adding stats: {type(stats).__name__}"
            )
        self.update(stats)

    @property
    def io_workload(self) -> int:
        """How many operations that load the disks are going on."""
        return sum(self.get(f"num_{kind}_{state}", 0) for kind, state in _IO_HEAVY)

    def calculate_workload(self) -> int:
        """Return how many instances have a task going on."""
        return sum(
            count
            for key, count in self.items()
            if key.startswith("num_task") and not key.endswith("None")
        )

    @property
    def num_instances(self) -> int:
        """How many instances the host has."""
        return int(self.get("num_instances", 0))

    def num_instances_for_project(self, project_id: str) -> int:
        """Return how many instances of the project the host has."""
        return int(self.get(f"num_proj_{project_id}", 0))

    def num_os_type(self, os_type: str | None) -> int:
        """Return how many instances run the operating system."""
        return int(self.get(f"num_os_type_{os_type}", 0))

    def update_stats_for_instance(
        self, instance: Any, is_removed: bool = False
    ) -> None:
        """Count the instance in its new state, and no longer in its old one."""
        if old_state := self.states.get(instance.uuid):
            self._count(old_state, -1)
        else:
            self._change("num_instances", 1)
        new_state = {
            "vm": instance.vm_state,
            "task": instance.task_state,
            "os_type": instance.os_type,
            "proj": instance.project_id,
        }
        if is_removed or instance.vm_state in vm_states.ALLOW_RESOURCE_REMOVAL:
            self._change("num_instances", -1)
            self.states.pop(instance.uuid, None)
        else:
            self.states[instance.uuid] = new_state
            self._count(new_state, 1)
        self["io_workload"] = self.io_workload

    def _count(self, state: State, step: int) -> None:
        for kind, value in state.items():
            self._change(f"num_{kind}_{value}", step)

    def _change(self, key: str, step: int) -> None:
        self[key] = self.get(key, 0) + step
