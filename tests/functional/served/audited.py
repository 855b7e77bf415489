"""The audit of a cloud of many processes, by the command."""

import json
from pathlib import Path

from tests.functional.cli.runner import here
from tests.functional.served.clients import UpCloud

Found = list[dict[str, str]]
"""What does not fit: ``where``, ``about``, ``problem``."""


def audited(cloud: UpCloud) -> Found:
    """Return what ``tracenova lab audit`` finds in a cloud that ``up`` serves."""
    return audited_state(state_of(cloud))


def audited_state(state: Path) -> Found:
    """Return what it finds in the cloud with that state folder."""
    result = here("lab", "audit", "--state", str(state), "--json")
    assert result.out, result.err
    document = json.loads(result.out)
    assert (result.code == 0) == document["clean"] == (not document["found"])
    found: Found = document["found"]
    return found


def state_of(cloud: UpCloud) -> Path:
    """Return the folder that the cloud's processes share, as ``up`` said it."""
    words = [line.split() for line in cloud.process.err]
    return next(Path(two[1]) for two in words if two[:1] == ["state"])
