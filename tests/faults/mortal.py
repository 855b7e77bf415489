"""``tracenova service`` in a process that kills itself when a certain message comes."""

import os
import signal
import sys
from typing import Any

from tracenova.cli import group
from tracenova.messaging.tracing import TracedDispatcher, TracedServer

TAKEN = "taken"
ACKNOWLEDGED = "acknowledged"


def main(when: str, method: str) -> int:
    """Be the service of the command line until the method's first message.

    Args:
        when: ``taken``: the bus has given the message away and has not been told that
            it arrived; ``acknowledged``: it has been told, and no work is done yet.
        method: of the message.
    """
    if when == TAKEN:
        _dies_in(TracedServer, "_process_incoming", method)
    else:
        _dies_in(TracedDispatcher, "dispatch", method)
    return group.run()


def _dies_in(owner: Any, name: str, method: str) -> None:
    works = getattr(owner, name)

    def works_or_dies(self: Any, incoming: Any) -> Any:
        message = incoming[0] if isinstance(incoming, list) else incoming
        if message.message.get("method") == method:
            os.kill(os.getpid(), signal.SIGKILL)
        return works(self, incoming)

    setattr(owner, name, works_or_dies)


if __name__ == "__main__":
    _, *given = sys.argv
    sys.argv = ["tracenova", *given[2:]]
    sys.exit(main(*given[:2]))
