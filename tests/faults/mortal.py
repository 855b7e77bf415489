"""``tracenova service`` in a process that kills itself when it is told to.

Told by a file, which says at which message and when.
"""

import json
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tracenova.cli import group
from tracenova.messaging.tracing import TracedDispatcher, TracedServer

TAKEN = "taken"
ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True)
class Doom:
    """The message at which a service dies.

    Attributes:
        when: ``taken``: the bus has given the message away and has not been told that
            it arrived; ``acknowledged``: it has been told, and no work is done yet.
        method: of the message.
        about: of a call to the conductor the object and its method: ``Instance.save``.
    """

    when: str
    method: str
    about: str = ""

    def write(self, path: Path) -> None:
        """Let the service that looks at the file know."""
        partial = path.with_name(path.name + ".part")
        partial.write_text(json.dumps(asdict(self)))
        partial.rename(path)

    def comes_with(self, message: Mapping[str, Any]) -> bool:
        """Say whether this is the message."""
        return message.get("method") == self.method and self.about in ("", _of(message))


def _of(message: Mapping[str, Any]) -> str:
    given = message.get("args") or {}
    name = given.get("objname") or given.get("objinst", {}).get("nova_object.name")
    return f"{name}.{given.get('objmethod')}"


def main(orders: Path) -> int:
    """Be the service of the command line until the file names a message that comes."""
    _listens(TracedServer, "_process_incoming", TAKEN, orders)
    _listens(TracedDispatcher, "dispatch", ACKNOWLEDGED, orders)
    return group.run()


def _listens(owner: Any, name: str, when: str, orders: Path) -> None:
    works = getattr(owner, name)

    def works_or_dies(self: Any, incoming: Any) -> Any:
        if orders.exists():
            doom = Doom(**json.loads(orders.read_text()))
            received = incoming[0] if isinstance(incoming, list) else incoming
            if doom.when == when and doom.comes_with(received.message):
                orders.unlink()
                os.kill(os.getpid(), signal.SIGKILL)
        return works(self, incoming)

    setattr(owner, name, works_or_dies)


if __name__ == "__main__":
    _, path, *words = sys.argv
    sys.argv = ["tracenova", *words]
    sys.exit(main(Path(path)))
