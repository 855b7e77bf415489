"""A lab that is kept up after its boot, for other commands to talk to.

nova-api and keystone then listen on the loopback interface too, and a file in the user's
state folder says where. There is one kept lab per user.
"""

import contextlib
import json
import os
import socket
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from tracenova import http, http_server, identity, utils
from tracenova.lab.client import Client
from tracenova.lab.cloud import Cloud
from tracenova.lab.errors import PartMissing
from tracenova.lab.neighbourhood import ADMIN_PASSWORD
from tracenova.lab.settings import URLS


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a kept lab listens."""

    lab: str
    pid: int
    nova: str
    keystone: str


@contextlib.contextmanager
def kept(cloud: Cloud) -> Iterator[Kept]:
    """Let other processes reach the cloud within the block."""
    with contextlib.ExitStack() as closing:
        urls = {name: serve(closing, URLS[name]) for name in ("nova", "keystone")}
        found = Kept(cloud.lab.name, os.getpid(), urls["nova"], urls["keystone"])
        path = _file()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(found)), encoding="utf-8")
        closing.callback(_forget, path, found)
        yield found


def client() -> Client:
    """Return the kept lab's administrator, logged in.

    Raises:
        PartMissing: no lab is kept.
    """
    try:
        found = Kept(**json.loads(_file().read_text(encoding="utf-8")))
        os.kill(found.pid, 0)
    except (OSError, ValueError, TypeError):
        raise PartMissing(
            "no lab is kept running; mend: tracenova boot --keep, in another terminal"
        ) from None
    who = identity.ServiceIdentity("client", "localhost", f"lab-{found.lab}")
    user = Client(who, found.nova, found.keystone)
    user.log_in("admin", ADMIN_PASSWORD, "demo")
    return user


def serve(closing: contextlib.ExitStack, base_url: str) -> str:
    """Answer for the mounted application on a free port; return its URL."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = http_server.Server(http.mounted_app(base_url), listening, threads=2)
    utils.spawn_n(server.run)
    closing.callback(server.close)
    return f"http://127.0.0.1:{server.effective_port}"


def _file() -> Path:
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state")
    return state / "tracenova" / "kept.json"


def _forget(path: Path, found: Kept) -> None:
    with contextlib.suppress(OSError, ValueError):
        if json.loads(path.read_text(encoding="utf-8"))["pid"] == found.pid:
            path.unlink()
