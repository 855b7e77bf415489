"""What real clients do to a server, over every other bus and database: make faults.

One server after the other, over Redis and SQLite, is part of ``test_many_processes``.
"""

import concurrent.futures
import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.functional.cli import database_servers
from tests.functional.messaging.conftest import RedisServer
from tests.functional.served.changes import Changes
from tests.functional.served.clients import start
from tests.functional.served.rabbit import RabbitServer

pytestmark = [
    pytest.mark.faults,
    pytest.mark.redis,
    pytest.mark.filterwarnings("ignore"),  # the clients' own, not ours
    pytest.mark.timeout(600),  # a dozen interpreters start, perhaps on a busy machine
]
Options = tuple[str, ...]
_PEOPLE = 4
SetUp = Callable[[Path], contextlib.AbstractContextManager[Options]]


@contextlib.contextmanager
def rabbit(folder: Path) -> Iterator[Options]:
    """RabbitMQ and SQLite."""
    server = RabbitServer(folder)
    try:
        yield ("--transport-url", server.url)
    finally:
        server.stop()


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[Options]:
    """Redis and SQLite."""
    server = RedisServer(folder, dead_after_s=10)
    try:
        yield ("--transport-url", server.url)
    finally:
        server.kill()


def _over(
    database: Callable[
        [], contextlib.AbstractContextManager[database_servers.DatabaseServer]
    ],
) -> SetUp:
    @contextlib.contextmanager
    def set_up(folder: Path) -> Iterator[Options]:
        with redis(folder) as options, database() as server:
            api = database_servers.create_database(server.url, "nova_api")
            yield (*options, "--db", server.url, "--api-db", api)

    return set_up


@pytest.mark.parametrize(
    "set_up",
    [
        pytest.param(redis, id="redis"),
        pytest.param(rabbit, id="rabbit"),
        pytest.param(_over(database_servers.postgresql), id="postgresql"),
        pytest.param(_over(database_servers.mariadb), id="mariadb"),
    ],
)
def test_several_servers_are_changed_in_every_way_at_once(
    set_up: SetUp, tmp_path: Path
) -> None:
    """Three hosts, two conductors and schedulers; whoever is asked, it is done."""
    with set_up(tmp_path) as options:
        cloud = start(tmp_path, *options, "--conductors", "2", "--schedulers", "2")
        connections = [cloud.connect() for _ in range(_PEOPLE)]
        stories = [Changes(each) for each in connections]
        with concurrent.futures.ThreadPoolExecutor(_PEOPLE) as people:
            for _ in range(2):
                for done in [people.submit(story.tell) for story in stories]:
                    done.result()
        for connection in connections:
            connection.close()
        cloud.close()
