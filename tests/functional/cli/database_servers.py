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


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL server within the block; give the URL of an empty database."""
    initdb, postgres = (
        _program("initdb", "postgresql"),
        _program("postgres", "postgresql"),
    )
    _driver("psycopg")
    with _folder() as folder:
        data, (port,) = str(folder / "data"), free_ports(1)
        _run(initdb, "-D", data, "-U", "nova", "-A", "trust", "--no-sync", "-E", "UTF8")
        server = [postgres, "-D", data, "-p", str(port), "-k", str(folder), "-F"]
        url = f"postgresql://nova@127.0.0.1:{port}/postgres"
        with _running([*server, "-h", "127.0.0.1"], url, signal.SIGINT):
            yield url


@contextlib.contextmanager
def mariadb() -> Iterator[str]:
    """Run a MariaDB server within the block; give the URL of an empty database."""
    install = _program("mariadb-install-db", "mariadb-server")
    mariadbd = _program("mariadbd", "mariadb-server")
    _driver("pymysql")
    with _folder() as folder:
        data, (port,) = f"--datadir={folder / 'data'}", free_ports(1)
        _run(install, "--no-defaults", data, "--auth-root-authentication-method=normal")
        server = [mariadbd, "--no-defaults", data, f"--port={port}", "--skip-log-bin"]
        server += ["--bind-address=127.0.0.1", f"--socket={folder / 'socket'}"]
        url = f"mysql://root@127.0.0.1:{port}/"
        with _running(server, url + "mysql", signal.SIGTERM):
            with connected(url + "mysql") as connection:
                connection.exec_driver_sql("CREATE DATABASE nova CHARACTER SET utf8mb4")
            yield url + "nova"


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
def _running(command: Sequence[str], url: str, stop: signal.Signals) -> Iterator[None]:
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen(
            command, user=_user(), cwd="/tmp", stdout=log, stderr=subprocess.STDOUT
        ) as server,
    ):
        try:
            eventually(lambda: _answers(server, url), START_WITHIN_S)
            yield
        finally:
            server.send_signal(stop)
            server.wait(START_WITHIN_S)


def _answers(server: "subprocess.Popen[bytes]", url: str) -> bool:
    assert server.poll() is None, f"{server.args!r} ended"
    try:
        with connected(url):
            return True
    except sqlalchemy.exc.OperationalError:
        return False


@contextlib.contextmanager
def connected(url: str) -> Iterator[sqlalchemy.Connection]:
    """Ask the database at the URL within the block."""
    engine = sqlalchemy.create_engine(enginefacade.parsed(url))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()
