"""Ids of the lab's own things: the same in every run, so that runs can be compared."""

import uuid

_NAMESPACE = uuid.UUID("2b1f8f4e-54a4-4f0b-9b5b-0f5c7d3f0a10")


def uuid_of(kind: str, name: str) -> str:
    """Return the id of a named image, network, subnet or cell."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind}:{name}"))
