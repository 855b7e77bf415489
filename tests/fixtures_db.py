"""A fresh pair of databases for a test.

Use it in a test or fixture::

    from tests.fixtures_db import database

    def test_something(tmp_path):
        with database(tmp_path) as cloud:      # every service of one cloud is configured
            context = cloud.context()          # an ordinary user's RequestContext
            admin = cloud.admin()              # an administrator's
            with cloud.acting("nova-api"):     # CONF and identity of that service
                objects.Flavor(admin, ...).create()

Outside ``acting`` the test itself acts as ``nova-conductor``, so objects may be used at
once. Options are set by ``overrides={"quota_instances": 2}`` (group: ``"database.x"``).
The tables are made, and no indirection is registered: nova-compute too speaks to the
database unless the test calls ``base.set_indirection``.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracenova import conf, identity
from tracenova.context import RequestContext
from tracenova.db import migration
from tracenova.db.sqlalchemy import enginefacade
from tracenova.objects.service import Service

SERVICES = ("nova-api", "nova-conductor", "nova-scheduler", "nova-compute")
_clouds = iter(range(1_000_000))


@dataclass(frozen=True)
class Cloud:
    """The services of one test, sharing one pair of databases.

    Attributes:
        services: the identities by binary name.
        cell_url: the cell database.
        api_url: the API database.
    """

    services: Mapping[str, identity.ServiceIdentity]
    cell_url: str
    api_url: str
    project_id: str = field(default="demo-project")

    def acting(self, binary: str) -> AbstractContextManager[None]:
        """Run the block as this service."""
        return identity.acting_as(self.services[binary])

    def context(self, **kwargs: Any) -> RequestContext:
        """Return an ordinary user's context."""
        defaults: dict[str, Any] = {
            "user_id": "demo-user",
            "project_id": self.project_id,
            "is_admin": False,
        }
        return RequestContext(**{**defaults, **kwargs})

    def admin(self, **kwargs: Any) -> RequestContext:
        """Return an administrator's context."""
        return self.context(**{"is_admin": True, **kwargs})


@contextmanager
def database(
    tmp_path: Path, overrides: Mapping[str, Any] | None = None
) -> Iterator[Cloud]:
    """Configure every service for two new SQLite files in ``tmp_path``."""
    name = f"cloud{next(_clouds)}"
    cell_url = f"sqlite:///{tmp_path / (name + '_cell.sqlite')}"
    api_url = f"sqlite:///{tmp_path / (name + '_api.sqlite')}"
    services = {
        binary: identity.ServiceIdentity(binary, host=f"{binary}-host", cloud=name)
        for binary in SERVICES
    }
    for service in services.values():
        options = conf.new_config()
        options.set_override("connection", cell_url, group="database")
        options.set_override("connection", api_url, group="api_database")
        for option, value in (overrides or {}).items():
            group, _, plain = option.rpartition(".")
            options.set_override(plain, value, group=group or None)
        conf.assign(service, options)
    cloud = Cloud(services, cell_url, api_url)
    try:
        with cloud.acting("nova-conductor"):
            migration.db_sync()
            yield cloud
    finally:
        Service.clear_min_version_cache()
        for url in (cell_url, api_url):
            enginefacade.dispose(url)
        for service in services.values():
            conf.release(service)
