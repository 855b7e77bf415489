"""Sends the student's request to a real nova-api."""

from collections.abc import Iterator

from tracenova.lab.ids import uuid_of
from tracenova.lesson.attempt import Attempt
from tracenova.lesson.findings import Finding

_NEEDED = ("method", "path", "headers", "body")


def check(attempt: Attempt) -> Iterator[Finding]:
    """Yield whether nova-api accepts it, and whether it got what was wanted."""
    request = attempt.call("exercise.py", "request", "2", uuid_of("image", "guest"))
    whole = (
        isinstance(request, dict)
        and set(_NEEDED) <= set(request)
        and isinstance(request["headers"], dict)
    )
    yield attempt.holds("whole", whole)
    if not whole:
        return
    said = attempt.helper("nova.py", "answer", request)
    accepted = said["status"] == 202
    code = f"{said['status']} {said.get('fault', '')}".strip()
    told = f"{code}: {said.get('message', '').replace('<br />', ' ').strip()}"
    yield attempt.holds("accepted", accepted, told=told)
    server = said["server"]
    if not accepted or server is None:
        return
    yield attempt.holds("name", server["name"] == "quiet", name=server["name"])
    yield attempt.holds("active", server["status"] == "ACTIVE", **server)
    networks = ", ".join(server["addresses"])
    yield attempt.holds("no_network", not server["addresses"], networks=networks)
