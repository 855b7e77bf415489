"""Tries the bus and the databases before anything starts; never shows a password."""

import contextlib
from collections.abc import Iterator

import oslo_messaging as messaging
from sqlalchemy import exc
from sqlalchemy.engine import URL

from tracenova import rpc
from tracenova.conf import CONF
from tracenova.db import exception as db_exc
from tracenova.db.sqlalchemy import enginefacade
from tracenova.lab.errors import PartMissing, SettingsError
from tracenova.lab.settings import Settings
from tracenova.messaging.errors import BusUnreachable

_DRIVERS = {
    "psycopg": "psycopg[binary]",
    "psycopg2": "psycopg2-binary",
    "pymysql": "PyMySQL",
    "MySQLdb": "mysqlclient",
}
_DATABASES = (
    "sqlite:////tmp/nova.db, postgresql://USER:PASSWORD@HOST/DATABASE, mysql://…"
)
_BUSES = "redis://HOST:PORT/DB or fakeredis://NAME/"


def open_bus(url: str) -> None:
    """Connect the acting service's cloud to its bus.

    Raises:
        SettingsError: it is no transport URL, or of a kind that is not here.
        BusUnreachable: there is no Redis.
    """
    try:
        rpc.init(CONF, url)
    except BusUnreachable:
        raise
    except messaging.DriverLoadFailure:
        kind = url.partition(":")[0]
        raise SettingsError(
            f"no kind of message bus {kind!r}; write {_BUSES}"
        ) from None
    except (messaging.InvalidTransportURL, ValueError):
        raise SettingsError(f"the transport URL is not one; write {_BUSES}") from None


def check_database(url: str | None) -> None:
    """Make sure that the URL is one, of a kind of database that can be used here.

    Raises:
        SettingsError: it is no URL, or of a kind that SQLAlchemy does not know.
        PartMissing: the Python driver of that kind is not installed.
    """
    if url is None:
        return
    try:
        enginefacade.parsed(url).get_dialect().import_dbapi()
    except exc.NoSuchModuleError:
        kind = url.partition(":")[0]
        raise SettingsError(
            f"no kind of database {kind!r}; write {_DATABASES}"
        ) from None
    except (exc.ArgumentError, ValueError):
        raise SettingsError(
            f"the database URL is not one; write {_DATABASES}"
        ) from None
    except ImportError as error:
        raise PartMissing(_driver_missing(enginefacade.parsed(url), error)) from None


def close_databases(settings: Settings) -> None:
    """Close this process's connections to the databases of a cloud."""
    options = settings.base_options()
    for group in ("database", "api_database"):
        enginefacade.dispose(options[group]["connection"])


@contextlib.contextmanager
def database_errors() -> Iterator[None]:
    """Tell, of what the block does to a database, why it cannot be used.

    Raises:
        PartMissing: it does not answer.
        SettingsError: what is there is no database of Nova's.
    """
    try:
        yield
    except db_exc.DBConnectionError as error:
        raise PartMissing(f"{error}; mend: start it, or name another") from None
    except db_exc.DBError as error:
        raise SettingsError(f"the database cannot be used: {error}") from None


def _driver_missing(url: URL, error: ImportError) -> str:
    module = error.name or "its driver"
    package = _DRIVERS.get(module, module)
    return (
        f"database {url.render_as_string(hide_password=True)} needs the Python module "
        f"{module}, which is not installed; mend: pip install '{package}'"
    )
