"""What a virt driver may ask of the compute that owns it.

Nova: nova/virt/virtapi.py
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any

ErrorCallback = Callable[[str, Any], bool | None]


class VirtAPI:
    """The driver's only way back into the compute service.

    Nova: nova/virt/virtapi.py VirtAPI
    """

    def wait_for_instance_event(
        self,
        instance: Any,
        event_names: Iterable[str | tuple[str, str]],
        deadline: float = 300,
        error_callback: ErrorCallback | None = None,
    ) -> AbstractContextManager[None]:
        """Register for events, run the block, then wait until they have come.

        Args:
            instance: whose events.
            event_names: each a key, or a (name, tag) pair.
            deadline: seconds to wait for all of them together.
            error_callback: called with key and instance when an event has failed;
                False: wait for no more events.

        Raises:
            TimeoutError: they did not all come in time.
        """
        raise NotImplementedError
