"""One service of a cloud, or a few, in a process of its own; the others are elsewhere.

What they share is what Nova's own processes share: a message bus, databases, the
neighbours' URLs. Whatever the lab file lists is put there once, by the installer.
"""

import contextlib
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from tracenova import context as nova_context
from tracenova import exception, http, identity, wsgi
from tracenova.db import exception as db_exc
from tracenova.lab import (
    connections,
    faults,
    guest,
    hypervisors,
    population,
    spec,
)
from tracenova.lab.cloud import CONTROLLER, Cloud
from tracenova.lab.errors import SettingsError
from tracenova.lab.front_door import FrontDoor
from tracenova.lab.neighbourhood import endpoints
from tracenova.lab.settings import Settings
from tracenova.neighbours.neutron import plugin_rpc
from tracenova.neighbours.neutron.agent import L2Agent
from tracenova.neighbours.shelf import Shelf
from tracenova.network.neutronv2 import auth as neutron_auth
from tracenova.service import Service, sign_in

ROLES: Final = ("manage", "neighbours", "api", "conductor", "scheduler", "compute")
NEIGHBOURS: Final = ("keystone", "glance", "neutron", "cinder", "placement")
_BINARIES: Final[Mapping[str, tuple[str, ...]]] = {
    "manage": ("nova-manage",),
    "neighbours": ("neutron",),
    "api": ("nova-api",),
    "conductor": ("nova-conductor",),
    "scheduler": ("nova-scheduler",),
    "compute": (),
}
_STARTS: Final = {"compute": "computes"}
_LOOK_AGAIN_S: Final = 0.2
_SOON_S: Final = 10.0  # they start at the same time


class PartApart(Cloud):
    """Services of a lab that share a process, started and stopped as a cloud is.

    Args:
        lab: the cloud that the services are of.
        settings: where the other parts are.
        roles: some of ROLES.
        hosts: with ``compute``, the lab's hosts that are meant; another name is that of
            the host on which the other services are.
        doors: where ``neighbours`` and ``api`` answer.
        virt: overrides the kind of each compute's host.
        narrate: told one line when something is not as wished.

    Raises:
        SettingsError: the lab has no such host, or the bus ends with the process.
    """

    def __init__(
        self,
        lab: spec.Lab,
        settings: Settings,
        roles: Sequence[str],
        *,
        hosts: Sequence[str] = (),
        doors: Mapping[str, FrontDoor] | None = None,
        virt: str | None = None,
        narrate: Callable[[str], None],
    ) -> None:
        super().__init__(lab, settings, virt=virt, narrate=narrate)
        if settings.transport_url.startswith("fakeredis:"):
            raise SettingsError(
                "the embedded bus ends with its process; write --transport-url "
                "redis://HOST:PORT/DB"
            )
        self.roles = tuple(role for role in ROLES if role in roles)
        self._doors = doors or {}
        self._binaries = [name for role in self.roles for name in _BINARIES[role]]
        self._hosts = ()
        if "compute" in self.roles:
            self._hosts = tuple(host for host in lab.hosts if host.name in hosts)
        computes = {host.name for host in self._hosts}
        named = [host for host in hosts if host not in computes]
        self.host = named[0] if named else CONTROLLER
        wrong = self.host if self.roles == ("compute",) and named else None
        if "compute" in self.roles and not computes:
            wrong = self.host
        if wrong is not None or len(named) > 1:
            known = ", ".join(each.name for each in lab.hosts)
            raise SettingsError(
                f"no host {wrong or named[-1]!r} in this lab; there are: {known}"
            )

    def start(self) -> None:
        """Start the services, each once those it needs at its start answer.

        Raises:
            LabError, SettingsError, PartMissing, BusUnreachable: see ``prepare``.
        """
        try:
            self.prepare()
            with self.bus_blamed():
                where = [host.name for host in self._hosts] or [self.host]
                random.seed(" ".join((str(self.lab.seed), *self.roles, *where)))
                for role in self.roles:
                    getattr(self, f"_start_{_STARTS.get(role, role)}")()
                self._let_things_go_wrong()
        except BaseException:
            self.stop()
            raise

    def service_identity(
        self, binary: str, host: str = CONTROLLER
    ) -> identity.ServiceIdentity:
        """Return who the service is in the trace."""
        return super().service_identity(
            binary, self.host if host == CONTROLLER else host
        )

    def _own_guests(self) -> None:
        """Let guests run on when their nova-compute stops, as Nova does."""

    def _make_tables(self) -> None:
        if not {"manage", "api", "conductor", "scheduler"}.isdisjoint(self.roles):
            connections.check_database(self.settings.database)
        if "manage" in self.roles:
            super()._make_tables()

    def _let_things_go_wrong(self) -> None:
        """Arrange what goes wrong at these services; each process knows what is its own.

        Of messages each process counts its own ``times``.
        """
        own = {host.name for host in self._hosts}
        for fault in self.lab.faults:
            if fault.kind == "message" and fault.action != "gather":
                if self.settings.transport_url.startswith("redis"):
                    self.tap.add(faults.message_rule(fault))
            elif fault.host in own:
                self._let_host_go_wrong(fault.host, fault)
        for host in self._hosts:
            if host.disabled:
                with self._as_compute(host.name) as context:
                    faults.disable(context, host.name)

    def _let_host_go_wrong(self, host: str, fault: spec.Fault) -> None:
        service = self.services[f"nova-compute@{host}"]
        if fault.kind == "resources-taken":
            faults.take_resources(service.manager, fault.memory_mb)
        elif fault.kind == "dead":
            service.stop()
            with self._as_compute(host) as context:
                faults.age_heartbeat(context, host, fault.age_s)

    @contextlib.contextmanager
    def _as_compute(self, host: str) -> Iterator[nova_context.RequestContext]:
        """Act as a host's nova-compute, which asks a conductor about the database."""
        with identity.acting_as(self.service_identity("nova-compute", host)):
            yield nova_context.get_admin_context()

    # --- one method a role ---------------------------------------------------------

    def _start_manage(self) -> None:
        """Write what the lab lists into the databases, unless it is there."""
        with self.as_admin() as context, connections.database_errors():
            try:
                cell = population.create_cell(context, self.settings)
            except db_exc.DBDuplicateEntry:
                return
            population.create_flavors(context, self.lab)
            population.set_quotas(context, self.lab)
            population.create_aggregates(context, self.lab)
            for host in self.lab.hosts:
                population.map_host(context, cell, host.name)

    def _start_neighbours(self) -> None:
        door = self._doors["neighbours"]
        self._remember_neighbours()
        urls = {name: door.url_of(name) for name in NEIGHBOURS}
        self.around.keystone.endpoints = endpoints({**self.settings.urls, **urls})
        for name in NEIGHBOURS:
            app: Any = getattr(self.around, name)
            self._open(door, name, app, self.around.identity_of(name))
        self.around.send_events_to(self.settings.urls["nova"])
        with identity.acting_as(self.service_identity("neutron")):
            server = plugin_rpc.server(self.around.neutron, self.host)
            server.start()
        self._closing.callback(server.wait)
        self._closing.callback(server.stop)

    def _open(
        self, door: FrontDoor, name: str, app: Any, who: identity.ServiceIdentity
    ) -> None:
        """Answer for a service from now on; those beside it ask it without a socket."""
        door.open(name, http.ServiceEntrance(app, who))
        if len(self.roles) > 1:
            http.mount_door(self.settings.urls[name], door)
            self._closing.callback(http.unmount, self.settings.urls[name])

    def _remember_neighbours(self) -> None:
        """Let them know what they have known; the first time, what the lab lists."""
        shelf = Shelf(self.settings.state_path / "neighbours.sqlite")
        self._closing.callback(shelf.close)
        self.around.keep_on(shelf)
        if not shelf.is_complete:
            guest_ = self._guest_of_real_hosts()
            population.create_images(self.around, self.lab, guest_)
            population.create_networks(self.around, self.lab)
            self.around.write_down()
            shelf.complete()

    def _guest_of_real_hosts(self) -> guest.Guest | None:
        """Return what boots there; None: the lab asks for no real host by name."""
        real = hypervisors.real_ones(self.lab.hosts, self._virt)
        return guest.build() if real else None

    def _start_api(self) -> None:
        who = self.service_identity("nova-api")
        with identity.acting_as(who):
            self._wait_for_neighbours()
            context = nova_context.get_admin_context()
            sign_in(context, self.host, "nova-osapi_compute")
            app = wsgi.Loader().load_app("osapi_compute")
            self._open(self._doors["api"], "nova", app, who)

    def _start_conductor(self) -> None:
        self._start("nova-conductor", self.host)

    def _start_scheduler(self) -> None:
        self._start("nova-scheduler", self.host)

    def _start_computes(self) -> None:
        for host in self._hosts:
            self._start_compute(host)

    def _start_compute(self, host: spec.Host) -> Service:
        with self._as_compute(host.name):
            self._wait_for_neighbours()
        return super()._start_compute(host)

    def _start_agent(self, service: Service) -> None:
        who = super().service_identity("neutron", service.host)
        with identity.acting_as(who):
            reports = plugin_rpc.PluginApi(service.host)
        mood = faults.plug_mood(self.lab, service.host)
        agent = L2Agent(reports, who, mood)
        service.manager.driver.taps.subscribe(agent.tap_changed)

    def _wait_for_neighbours(self) -> None:
        """Log in to keystone; wait for it as long as it does not answer."""
        keystone, told = self.settings.urls["keystone"], ""
        began_s = time.monotonic()
        while True:
            try:
                neutron_auth.warm()
                return
            except exception.NeutronAdminCredentialConfigurationInvalid:
                problem = (
                    f"{keystone} refuses the service password; on several machines the "
                    "lab file names it: [lab] service_password"
                )
            except (exception.NeighbourUnavailable, exception.ServiceUnavailable):
                problem = f"waiting for {keystone}"
            late = time.monotonic() - began_s > _SOON_S
            if problem != told and (late or not problem.startswith("waiting")):
                self._narrate(problem)
                told = problem
            time.sleep(_LOOK_AGAIN_S)
