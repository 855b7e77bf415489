"""Database servers of a test's own: PostgreSQL and MariaDB, on free loopback ports."""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import sqlalchemy

from tests.functional.messaging.conftest import eventually
from tracenova.db.sqlalchemy import enginefacade
from tracenova.lab.ports import free_ports

START_WITHIN_S = 60


class DatabaseServer:
    """A server that a test may kill and start again; what it was told stays.

    Attributes:
        url: of an empty database.
    """

    def __init__(
        self, command: Sequence[str], url: str, at_first: str, stop: signal.Signals
    ) -> None:
        self.url = url
        self._command, self._at_first, self._stop = command, at_first, stop
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - until stop
        self.start()

    @property
    def pid(self) -> int:
        """The server's process; it leads a group of its own."""
        return self._process.pid

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._spawn()
        eventually(self._answers, START_WITHIN_S)

    def kill(self) -> None:
        """Kill it and its helpers, as a power cut would."""
        os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """Let it end."""
        self._process.send_signal(self._stop)
        self._process.wait(START_WITHIN_S)
        self._log.close()

    def _spawn(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            user=_user(),
            cwd="/tmp",
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _answers(self) -> bool:
        if self._process.poll() is not None:  # what was killed still holds its lock
            self._spawn()
        try:
            with connected(self._at_first):
                return True
        except sqlalchemy.exc.OperationalError:
            return False


@contextlib.contextmanager
def postgresql(*, durable: bool = False) -> Iterator[DatabaseServer]:
    """Run a PostgreSQL server within the block.

    Args:
        durable: what it was told outlives its death.
    """
    initdb, postgres = (
        _program("initdb", "postgresql"),
        _program("postgres", "postgresql"),
    )
    _driver("psycopg")
    with _folder() as folder:
        data, (port,) = str(folder / "data"), free_ports(1)
        _run(initdb, "-D", data, "-U", "nova", "-A", "trust", "--no-sync", "-E", "UTF8")
        command = [postgres, "-D", data, "-p", str(port), "-k", str(folder)]
        command += ["-h", "127.0.0.1", "-c", "max_connections=300"]
        url = f"postgresql://nova@127.0.0.1:{port}/postgres"
        sync = [] if durable else ["-F"]
        server = DatabaseServer([*command, *sync], url, url, signal.SIGINT)
        with _ending(server):
            yield server


@contextlib.contextmanager
def mariadb() -> Iterator[DatabaseServer]:
    """Run a MariaDB server within the block."""
    install = _program("mariadb-install-db", "mariadb-server-core")
    mariadbd = _program("mariadbd", "mariadb-server-core")
    _driver("pymysql")
    with _folder() as folder:
        data, (port,) = f"--datadir={folder / 'data'}", free_ports(1)
        _run(install, "--no-defaults", data, "--auth-root-authentication-method=normal")
        command = [mariadbd, "--no-defaults", data, f"--port={port}", "--skip-log-bin"]
        command += ["--bind-address=127.0.0.1", f"--socket={folder / 'socket'}"]
        command += ["--max-connections=500"]
        url = f"mysql://root@127.0.0.1:{port}/"
        server = DatabaseServer(command, url + "nova", url + "mysql", signal.SIGTERM)
        with _ending(server):
            with connected(url + "mysql") as connection:
                connection.exec_driver_sql("CREATE DATABASE nova CHARACTER SET utf8mb4")
            yield server


@contextlib.contextmanager
def _ending(server: DatabaseServer) -> Iterator[None]:
    try:
        yield
    finally:
        server.stop()


def create_database(url: str, name: str) -> str:
    """Create another database on the server of the URL; return its URL."""
    engine = sqlalchemy.create_engine(
        enginefacade.parsed(url), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return f"{url.rpartition('/')[0]}/{name}"


def _program(name: str, package: str) -> str:
    debian = sorted(str(each) for each in Path("/usr/lib/postgresql").glob("*/bin"))
    path = os.pathsep.join([os.environ["PATH"], "/usr/sbin", *debian])
    found = shutil.which(name, path=path)
    if found is None:
        pytest.skip(f"needs the program {name}: apt install {package}")
    return found


def _driver(module: str) -> None:
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"needs the Python module {module}: pip install 'tracenova[db]'")


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """Make a folder of the user that the server runs as: neither wants to be root."""
    folder = Path(tempfile.mkdtemp(prefix="tracenova-db-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user() -> int | None:
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def _run(*command: str) -> None:
    done = subprocess.run(
        command, user=_user(), capture_output=True, text=True, check=False, cwd="/tmp"
    )
    assert done.returncode == 0, done.stderr[-800:]


@contextlib.contextmanager
def connected(url: str) -> Iterator[sqlalchemy.Connection]:
    """Ask the database at the URL within the block."""
    engine = sqlalchemy.create_engine(enginefacade.parsed(url))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()
