"""The audit of a cloud that runs in other processes, by what it left in its state folder.

The databases are those that its nova.conf names, the neighbours' memory is their file,
and each nova-compute is asked for its host over the cloud's own bus.
"""

import contextlib
import sqlite3
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Final

import oslo_messaging as messaging

from tracenova import conf as nova_conf
from tracenova import context as nova_context
from tracenova import identity, objects, rpc
from tracenova.context import RequestContext
from tracenova.db.sqlalchemy import enginefacade
from tracenova.lab import audit_host, conf_files, connections
from tracenova.lab.audit import Finding, compare, on_host, servers_of
from tracenova.lab.audit_host import HostView
from tracenova.lab.cloud import CONTROLLER
from tracenova.lab.errors import SettingsError
from tracenova.lab.neighbourhood import Neighbourhood
from tracenova.neighbours.shelf import Shelf

SHELF: Final = "neighbours.sqlite"
_CONF: Final = "etc/neutron.conf"  # is where the neighbours are


class CloudApart:
    """A cloud of many processes, as somebody sees it who is none of them.

    Attributes:
        around: what the neighbours know, as their file has it.
    """

    def __init__(self, state: Path) -> None:
        self._state = state
        self._who = identity.ServiceIdentity("nova-manage", CONTROLLER, str(state))
        self._closing = contextlib.ExitStack()
        self.around = self._neighbours()

    def audit(self) -> list[Finding]:
        """Compare everything the cloud remembers now; return what does not fit."""
        with connections.database_errors():
            self.around = self._neighbours()
            servers = servers_of(self)
            views, silent = self._asked(servers)
            return silent + compare(self, servers, views)

    @contextlib.contextmanager
    def as_admin(self) -> Iterator[RequestContext]:
        """Act as nova-manage does: with direct access to the databases."""
        with identity.acting_as(self._who):
            yield nova_context.get_admin_context()

    def open(self) -> None:
        """Connect to the cloud's bus, as its nova.conf says.

        Raises:
            SettingsError: it is no folder of a cloud of many processes.
            BusUnreachable: its Redis has gone.
        """
        conf = conf_files.read([str(self._state / _CONF)])
        nova_conf.assign(self._who, conf)
        self._closing.callback(nova_conf.release, self._who)
        objects.register_all()
        for url in (conf.database.connection, conf.api_database.connection):
            self._closing.callback(enginefacade.dispose, url)
        with identity.acting_as(self._who):
            connections.open_bus(str(conf.transport_url))
        self._closing.callback(rpc.cleanup, self._who.cloud)

    def close(self) -> None:
        """Close the connections to bus and databases."""
        self._closing.close()

    def _neighbours(self) -> Neighbourhood:
        volumes = self._state / "volumes"
        around = Neighbourhood(self._who.cloud, volumes=volumes, service_password="")
        try:
            shelf = Shelf(self._state / SHELF, read_only=True)
            with contextlib.closing(shelf):
                around.recall(shelf)
        except sqlite3.Error as error:
            raise SettingsError(
                f"{self._state / SHELF}: {error}; the state folder of a cloud of many "
                "processes, on the machine of its neighbours, has what they know"
            ) from None
        return around

    def _asked(self, servers: Collection[Any]) -> tuple[list[HostView], list[Finding]]:
        """Ask every nova-compute that is not disabled for its host."""
        views, silent = [], []
        with self.as_admin() as context:
            for service in objects.ServiceList.get_by_binary(context, "nova-compute"):
                try:
                    here = on_host(servers, service.host)
                    views.append(audit_host.ask(context, service.host, here))
                except messaging.MessagingTimeout:
                    problem = (
                        "its nova-compute does not answer: what is there nobody knows"
                    )
                    silent.append(Finding("libvirt", service.host, problem))
        return views, silent


@contextlib.contextmanager
def looking_at(state: Path) -> Iterator[CloudApart]:
    """Look at the cloud with that state folder within the block.

    Raises:
        SettingsError, PartMissing, BusUnreachable: why one cannot.
    """
    cloud = CloudApart(state.resolve())
    try:
        cloud.open()
        yield cloud
    finally:
        cloud.close()
