"""The composition root: a lab file becomes running services.

The only place that decides which part is embedded and which is real.
"""

import contextlib
import logging
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Any, Self

from tracenova import conf as nova_conf
from tracenova import context as nova_context
from tracenova import http, http_network, identity, objects, rpc, wsgi
from tracenova.conductor.rpcapi import ConductorAPI
from tracenova.db import migration
from tracenova.lab import (
    audit_host,
    bus_guard,
    conf_values,
    connections,
    faults,
    guest,
    hypervisors,
    kills,
    leftovers,
    places,
    plugins,
    population,
    spec,
    versions,
)
from tracenova.lab.client import Client
from tracenova.lab.errors import SettingsError
from tracenova.lab.hypervisors import (
    Options,
    driver_options,
    kind_of,
    resources_of,
)
from tracenova.lab.neighbourhood import ADMIN_PASSWORD, DEMO_PASSWORD, Neighbourhood
from tracenova.lab.order import Order
from tracenova.lab.settings import URLS, Settings
from tracenova.messaging.tap import BusTap
from tracenova.neighbours.neutron.agent import L2Agent
from tracenova.network.neutronv2 import auth as neutron_auth
from tracenova.objects import base as objects_base
from tracenova.service import Service, sign_in

LOG = logging.getLogger(__name__)
CONTROLLER = "controller"
CONTROLLERS = ("nova-manage", "nova-api", "nova-conductor", "nova-scheduler")
_TURN_S = 0.001  # of a thread; with Python's 5 ms a brief service waits for a busy one


class Cloud:
    """One running lab; a context manager.

    Args:
        lab: what to build.
        settings: where its parts are.
        virt: overrides every host's kind: ``fake``, ``test`` or a libvirt URI.
        narrate: told one line when something is not as the lab wished it.
    """

    def __init__(
        self,
        lab: spec.Lab,
        settings: Settings,
        *,
        virt: str | None = None,
        narrate: Callable[[str], None] = LOG.info,
    ) -> None:
        self.lab = lab
        self.settings = settings.with_password(lab.service_password)
        self.name = f"lab-{lab.name}"
        self._virt = virt
        self._binaries: Sequence[str] = CONTROLLERS
        self._hosts = lab.hosts
        more = range(2, lab.services.schedulers + 1)
        self._scheduler_hosts = (CONTROLLER, *(f"{CONTROLLER}{at}" for at in more))
        self._narrate = narrate
        self._closing = contextlib.ExitStack()
        self._kinds: dict[str, str] = {}
        self._guest: guest.Guest | None = None
        self.around = Neighbourhood(
            self.name,
            CONTROLLER,
            settings.state_path / "volumes",
            service_password=self.settings.service_password,
        )
        self.services: dict[str, Service] = {}
        self._identities: list[identity.ServiceIdentity] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Build everything in the order in which an installer would.

        Raises:
            LabError, SettingsError, PartMissing, BusUnreachable: see :meth:`prepare`.
        """
        self._closing.callback(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(_TURN_S)
        try:
            self.prepare()
            with self.bus_blamed():
                random.seed(self.lab.seed)
                self._create_databases()
                self._populate_neighbours()
                self._start_controllers()
                self._start_computes()
                self._start_api()
                self._warm_tokens()
                self._let_things_go_wrong()
        except BaseException:
            self.stop()
            raise

    def prepare(self) -> None:
        """Find out what is wrong before anything is started or recorded.

        Raises:
            LabError: the lab's nova.conf holds an unknown option or a bad value.
            SettingsError: the user's own nova.conf does, or a URL cannot be used.
            PartMissing: a hypervisor, a database or a driver of it is not here.
            BusUnreachable: there is no Redis at the transport URL.
        """
        if self._identities:
            return
        try:
            population.check_image_files(self.lab)
            self._configure()
            self._make_tables()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop every service and forget the cloud. Safe to call twice."""
        self._closing.close()
        self._identities.clear()

    def service_identity(
        self, binary: str, host: str = CONTROLLER
    ) -> identity.ServiceIdentity:
        """Return who a service of this cloud is in the trace."""
        return identity.ServiceIdentity(binary, host, self.name)

    @contextlib.contextmanager
    def as_admin(self) -> Iterator[nova_context.RequestContext]:
        """Act as nova-manage does: with direct access to the databases."""
        with identity.acting_as(self.service_identity("nova-manage")):
            yield nova_context.get_admin_context()

    def kind_of(self, host: str) -> str:
        """Return what runs a host's guests: ``fake``, ``test`` or a libvirt URI."""
        return self._kinds[host]

    @property
    def tap(self) -> BusTap:
        """Where this cloud's messages can be watched and interfered with."""
        return rpc.get_tap(self.name)

    def check_bus(self) -> None:
        """Make sure that messages still get through.

        Raises:
            BusUnreachable: Redis has gone.
        """
        rpc.check(self.name)

    @contextlib.contextmanager
    def bus_blamed(self) -> Iterator[None]:
        """Tell, when the block fails because Redis has gone, that this is why.

        Raises:
            BusUnreachable: instead of what the block raised.
        """
        try:
            yield
        except Exception:
            self.check_bus()
            raise

    def client(self, *, admin: bool = False) -> Client:
        """Return a user of this cloud, logged in; only an admin may name a host."""
        who = self.service_identity("client", "localhost")
        client = Client(who, URLS["nova"], URLS["keystone"])
        user, password = ("admin", ADMIN_PASSWORD) if admin else ("demo", DEMO_PASSWORD)
        client.log_in(user, password, "demo")
        return client

    def create_group(self, client: Client, order: Order) -> str | None:
        """Create the order's server group, if it asks for one; return its id."""
        if order.group_policy is None:
            return None
        body = {"server_group": {"name": order.name, "policies": [order.group_policy]}}
        made = client.call("POST", "/os-server-groups", json=body)
        return str(made["server_group"]["id"])

    # --- in order of start --------------------------------------------------------

    def _configure(self) -> None:
        self._closing.callback(http_network.close_idle)
        self._closing.callback(connections.close_databases, self.settings)
        shared = self._choose_hypervisors()
        for binary in self._binaries:
            who = self.service_identity(binary)
            self._assign(who, ({"DEFAULT": {"host": who.host}}, shared, self.lab.conf))
        for name in self._scheduler_hosts[1:]:
            who = self.service_identity("nova-scheduler", name)
            self._assign(who, ({"DEFAULT": {"host": name}}, shared, self.lab.conf))
        for host in self._hosts:
            kind = self._kinds[host.name]
            options = driver_options(host, kind, self.settings, self.lab)
            named = {"DEFAULT": {"host": host.name}}
            who = self.service_identity("nova-compute", host.name)
            self._assign(who, (named, shared, options, self.lab.conf, host.conf))
        for line in self.settings.ignored_options():
            self._narrate(line)
        objects.register_all()
        objects_base.set_indirection("nova-compute", ConductorAPI, self.name)
        self._closing.callback(
            objects_base.clear_indirection, "nova-compute", self.name
        )
        with identity.acting_as(self._identities[0]):
            connections.open_bus(self.settings.transport_url)
        self._closing.callback(rpc.cleanup, self.name)
        if not self.settings.transport_url.startswith("fakeredis:"):
            self._closing.enter_context(bus_guard.guarded(self.name))

    def _choose_hypervisors(self) -> Options:
        """Choose each host's kind; return the options that all services then share."""
        for host in self._hosts:
            self._kinds[host.name] = kind_of(host, self._virt, self._narrate)
        kinds = set(self._kinds.values())
        if any(hypervisors.is_real(kind) for kind in kinds):
            self._closing.enter_context(leftovers.held(self.settings.state_path))
            hypervisors.prepare(kinds, self._narrate)
            self._guest = guest.build()
            self._own_guests()
        return hypervisors.shared_options(kinds, self.settings)

    def _own_guests(self) -> None:
        """See that no guest outlives the lab."""
        state = self.settings.state_path
        for uri in set(filter(hypervisors.is_real, self._kinds.values())):
            self._closing.callback(leftovers.remove_guests_of, uri, state)

    def _assign(self, who: identity.ServiceIdentity, layers: Sequence[Options]) -> None:
        name = who.name if who.host == CONTROLLER else who.host
        try:
            conf = self.settings.configuration(name, *layers)
            nova_conf.assign(who, conf)
            self._identities.append(who)
            self._closing.callback(nova_conf.release, who)
            with identity.acting_as(who):
                plugins.check(who.name)
                conf_values.check(who.name)
        except SettingsError as error:
            raise places.placed(error, self.lab, self.settings) from None

    def _make_tables(self) -> None:
        connections.check_database(self.settings.database)
        with self.as_admin(), connections.database_errors():
            migration.db_sync()

    def _create_databases(self) -> None:
        with self.as_admin() as context:
            population.create_flavors(context, self.lab)
            population.set_quotas(context, self.lab)

    def _populate_neighbours(self) -> None:
        self.around.mount()
        self._closing.callback(self.around.unmount)
        population.create_images(self.around, self.lab, self._guest)
        population.create_networks(self.around, self.lab)

    def _start_controllers(self) -> None:
        self._start("nova-conductor", CONTROLLER)
        with self.as_admin() as context:
            population.create_aggregates(context, self.lab)
        for host in self._scheduler_hosts:
            self._start("nova-scheduler", host)

    def _start_computes(self) -> None:
        with self.as_admin() as context:
            cell = population.create_cell(context, self.settings)
            for host in self.lab.hosts:
                population.map_host(context, cell, host.name)
        for host in self.lab.hosts:
            self._start_compute(host)

    def _start_compute(self, host: spec.Host) -> Service:
        size = resources_of(host, self._kinds[host.name])
        service = self._start("nova-compute", host.name, resources=size)
        self._start_agent(service)
        return service

    def _start_agent(self, service: Service) -> None:
        agent = L2Agent(
            self.around.neutron,
            self.around.identity_of("neutron"),
            faults.plug_mood(self.lab, service.host),
        )
        service.manager.driver.taps.subscribe(agent.tap_changed)

    def restart_compute(self, name: str) -> Service:
        """Stop a host's nova-compute if it runs, and start it."""
        before = self.services.pop(f"nova-compute@{name}", None)
        if before is not None:
            before.stop()
        (host,) = (host for host in self.lab.hosts if host.name == name)
        return self._start_compute(host)

    def tidy_host(self, name: str) -> list[str]:
        """Remove what no server of the host owns, as its administrator would.

        A build that fails while libvirt is away leaves a guest or files behind; Nova
        does not look for them again.

        Returns:
            Names of guests and paths of files that were removed.
        """
        service = self.services[f"nova-compute@{name}"]
        with identity.acting_as(service.identity):
            return leftovers.remove_strays(service.manager)

    def _let_things_go_wrong(self) -> None:
        for fault in self.lab.faults:
            if fault.kind == "message" and fault.action == "gather":
                faults.Gathering(self.tap, fault)
            elif fault.kind == "message":
                self.tap.add(faults.message_rule(fault))
            elif fault.kind == "killed":
                self._arrange_killing(fault)
            elif fault.kind == "resources-taken":
                manager = self.services[f"nova-compute@{fault.host}"].manager
                faults.take_resources(manager, fault.memory_mb)
            elif fault.kind == "dead":
                self.services.pop(f"nova-compute@{fault.host}").stop()
                with self.as_admin() as context:
                    faults.age_heartbeat(context, str(fault.host), fault.age_s)
        for host in self.lab.hosts:
            if host.disabled:
                with self.as_admin() as context:
                    faults.disable(context, host.name)

    def _arrange_killing(self, fault: spec.Fault) -> None:
        killing = kills.Killing(
            self.services[f"{fault.service}@{CONTROLLER}"],
            fault,
            lambda: self._start(fault.service, CONTROLLER),
            self._narrate,
        )
        self._closing.callback(killing.end)
        killing.arrange(self.tap)

    def _warm_tokens(self) -> None:
        """Log every service in to its neighbours, as on a cloud that has been in use."""
        for who in self._identities:
            with identity.acting_as(who):
                neutron_auth.warm()

    def _start_api(self) -> None:
        api = self.service_identity("nova-api")
        with identity.acting_as(api):
            context = nova_context.get_admin_context()
            sign_in(context, CONTROLLER, "nova-osapi_compute")
            app = wsgi.Loader().load_app("osapi_compute")
        http.mount(URLS["nova"], app, api)
        self.around.connect_neutron_to_nova()

    def _start(self, binary: str, host: str, **manager_args: Any) -> Service:
        service = Service.create(self.service_identity(binary, host), **manager_args)
        if binary == "nova-compute":
            endpoint = audit_host.HostEndpoint(service.manager)
            service.manager.additional_endpoints.append(endpoint)
        versions.make_old(service, self.lab.services.versions)
        service.start()
        self._closing.callback(service.stop)
        self.services[f"{binary}@{host}"] = service
        return service
