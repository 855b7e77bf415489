"""Tasks for a thread, one after the other, with an eye on what they depend on."""

import queue
from collections.abc import Callable, Iterator

Task = Callable[[], None]
_LOOK_S = 0.5
_MISSES = 3  # looks in a row that failed


class Errands:
    """A queue of tasks. Anybody may add one; one thread carries them out."""

    def __init__(self) -> None:
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()

    def add(self, task: Task) -> None:
        """Have a task done, after those that wait."""
        self._tasks.put(task)

    def end(self) -> None:
        """Do no more after the tasks that wait."""
        self._tasks.put(None)

    def each(self, check: Callable[[], None] = lambda: None) -> Iterator[Task]:
        """Yield the tasks as they come; while none does, check.

        Raises:
            Exception: what the check raised for the third time in a row.
        """
        missed = 0
        while True:
            try:
                task = self._tasks.get(timeout=_LOOK_S)
            except queue.Empty:
                missed = self._checked(check, missed)
                continue
            if task is None:
                return
            yield task

    @staticmethod
    def _checked(check: Callable[[], None], missed: int) -> int:
        try:
            check()
        except Exception:
            if missed + 1 >= _MISSES:
                raise
            return missed + 1
        return 0
