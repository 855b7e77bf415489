"""Storms over clouds of many processes: nothing that was accepted is lost."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.faults import storms
from tests.functional.cli.database_servers import DatabaseServer, mariadb, postgresql
from tests.functional.served.test_many_processes import SMALL
from tracenova.lab.libvirtd import PrivateLibvirtd

pytestmark = [pytest.mark.faults, pytest.mark.redis, pytest.mark.timeout(1800)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_that_was_accepted_is_lost(seed: int, tmp_path: Path) -> None:
    """Every server is ACTIVE, in ERROR with a fault, or gone; and nothing stays behind."""
    with storms.cloud(tmp_path, conductors=2) as parts:
        storms.over(parts, seed, boots=60, callers=12, faults=10)


@pytest.mark.parametrize("seed", [11, 12])
@pytest.mark.parametrize("server", [postgresql, mariadb])
def test_nothing_is_lost_when_the_database_goes(
    server: Callable[[], AbstractContextManager[DatabaseServer]],
    seed: int,
    tmp_path: Path,
) -> None:
    """It is killed and paused, too; what it was told stays."""
    durable = {"durable": True} if server is postgresql else {}
    with (
        server(**durable) as database,
        storms.cloud(tmp_path, conductors=2, database=database) as parts,
    ):
        storms.over(parts, seed, boots=60, callers=12, faults=10)


@pytest.mark.qemu
@pytest.mark.parametrize("seed", [21, 22])
def test_nothing_is_lost_when_libvirtd_goes(
    seed: int, tmp_path: Path, private: PrivateLibvirtd
) -> None:
    """Real guests: once their servers are deleted libvirtd knows none any more."""
    with storms.cloud(
        tmp_path, conductors=1, libvirtd=private, lab_text=SMALL
    ) as parts:
        storms.over(parts, seed, boots=12, callers=4, faults=10)
