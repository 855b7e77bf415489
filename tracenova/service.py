"""A running service: a manager that can be reached by RPC and shows signs of life.

Nova: nova/service.py. Left out: WSGIService but for its row in the services table
(nova-api is mounted by the lab), workers, the back door, signals. A lab runs services
by their identity, so ``create`` takes one.
"""

import logging
import random
from typing import Any, Self

import oslo_messaging as messaging
from oslo_utils import importutils

from tracenova import (
    baserpc,
    conductor,
    exception,
    identity,
    objects,
    rpc,
    servicegroup,
)
from tracenova import context as nova_context
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.objects import base as objects_base
from tracenova.objects import service as service_obj
from tracenova.timers import Timers

LOG = logging.getLogger(__name__)

_CONDUCTOR_PATIENCE_S = 1


class Service:
    """A service with an RPC server.

    Attributes:
        host: host it runs on; with the topic, its address.
        binary: ``nova-compute``, ``nova-conductor``, ``nova-scheduler``.
        topic: what its queue is called.
        manager: does the work.
        service_ref: its row in the services table.
        timers: heartbeat and periodic tasks.
        model_disconnected: the last sign of life could not be left.

    Nova: nova/service.py Service
    """

    def __init__(
        self,
        host: str,
        binary: str,
        topic: str,
        manager: str,
        report_interval: int | None = None,
        periodic_enable: bool = True,
        periodic_fuzzy_delay: int | None = None,
        periodic_interval_max: int | None = None,
        db_allowed: bool = True,
        **manager_args: Any,
    ) -> None:
        self.identity = identity.current() or identity.ServiceIdentity(binary, host)
        self.host = host
        self.binary = binary
        self.topic = topic
        self.manager_class_name = manager
        self.report_interval = report_interval
        self.periodic_enable = periodic_enable
        self.periodic_fuzzy_delay = periodic_fuzzy_delay
        self.periodic_interval_max = periodic_interval_max
        self.model_disconnected = False
        self.rpcserver: Any = None
        self.service_ref: Any = None
        self.timers = Timers()
        self.servicegroup_api = servicegroup.API()
        self.manager: Any = importutils.import_class(manager)(host=host, **manager_args)
        self.conductor_api = conductor.API(use_local=db_allowed)
        self.conductor_api.wait_until_ready(
            nova_context.get_admin_context(), early_timeout=_CONDUCTOR_PATIENCE_S
        )

    @classmethod
    def create(
        cls,
        who: identity.ServiceIdentity,
        topic: str | None = None,
        manager: str | None = None,
        db_allowed: bool | None = None,
        **manager_args: Any,
    ) -> Self:
        """Return the service of that identity, with what its nova.conf says.

        Args:
            who: binary, host and cloud; ``CONF`` must have been assigned to it.
            topic: by default the configured topic of the binary.
            manager: class path; by default the configured manager of the binary.
            db_allowed: by default False for nova-compute, True for the others.
            manager_args: further arguments of the manager's class.

        Nova: nova/service.py Service.create
        """
        short_name = who.name.rpartition("nova-")[2]
        with identity.acting_as(who):
            return cls(
                host=who.host,
                binary=who.name,
                topic=topic or _topic(short_name),
                manager=_twin(manager or getattr(CONF, f"{short_name}_manager")),
                report_interval=CONF.report_interval,
                periodic_enable=CONF.periodic_enable,
                periodic_fuzzy_delay=CONF.periodic_fuzzy_delay,
                db_allowed=short_name != "compute"
                if db_allowed is None
                else db_allowed,
                **manager_args,
            )

    def start(self) -> None:
        """Get ready, sign in, listen, and show signs of life: in that order."""
        with identity.acting_as(self.identity):
            LOG.info("Starting %s node", self.topic)
            self.manager.init_host()
            self.service_ref = sign_in(
                nova_context.get_admin_context(), self.host, self.binary, self.topic
            )
            self.manager.pre_start_hook()
            self._listen()
            self.manager.post_start_hook()
            self.servicegroup_api.join(self.host, self.topic, self)
            self._start_periodic_tasks()

    def stop(self) -> None:
        """Stop listening and reporting; work in progress gets a short grace."""
        with identity.acting_as(self.identity):
            if self.rpcserver is not None:
                self.rpcserver.stop()
            self.timers.stop()
            if self.rpcserver is not None:
                self.rpcserver.wait()
            try:
                self.manager.cleanup_host()
            except Exception:
                LOG.exception("Service error occurred during cleanup_host")

    def kill(self) -> None:
        """Stop, and take the service's row out of the database."""
        self.stop()
        with identity.acting_as(self.identity):
            try:
                self.service_ref.destroy()
            except exception.NotFound:
                LOG.warning("Service killed that has no database entry")

    def periodic_tasks(self, raise_on_error: bool = False) -> float:
        """Run the manager's tasks that are due; return seconds until the next."""
        context = nova_context.get_admin_context()
        return float(
            self.manager.periodic_tasks(context, raise_on_error=raise_on_error)
        )

    def reset(self) -> None:
        """Let the manager read anew what depends on the configuration."""
        self.manager.reset()

    def _listen(self) -> None:
        target = messaging.Target(topic=self.topic, server=self.host)
        endpoints = [
            self.manager,
            baserpc.BaseRPCAPI(self.manager.service_name),
            *self.manager.additional_endpoints,
        ]
        serializer = objects_base.NovaObjectSerializer()
        self.rpcserver = rpc.get_server(target, endpoints, serializer)
        self.rpcserver.start()

    def _start_periodic_tasks(self) -> None:
        if not self.periodic_enable:
            return
        # A generator of its own: the scheduler's random choices stay reproducible.
        fuzz = random.Random(self.host)
        delay_s = fuzz.randint(0, self.periodic_fuzzy_delay or 0)
        self.timers.add_dynamic_timer(
            self.periodic_tasks, delay_s, self.periodic_interval_max
        )


def sign_in(
    context: RequestContext, host: str, binary: str, topic: str | None = None
) -> Any:
    """Find or create a service's row in the services table; return it.

    nova-api signs in too, as ``nova-osapi_compute``, although it has no queue: its
    row tells the others of which version it is.

    Nova: nova/service.py [Service.start, WSGIService.start]
    """
    known = objects.Service.get_by_host_and_binary(context, host, binary)
    if known:
        _update_service_ref(known)
        return known
    try:
        return _create_service_ref(context, host, binary, topic)
    except (exception.ServiceTopicExists, exception.ServiceBinaryExists):
        return objects.Service.get_by_host_and_binary(context, host, binary)


def _create_service_ref(
    context: RequestContext, host: str, binary: str, topic: str | None
) -> Any:
    service_ref: Any = objects.Service(context)
    service_ref.host = host
    service_ref.binary = binary
    service_ref.topic = topic
    service_ref.report_count = 0
    service_ref.create()
    return service_ref


def _update_service_ref(service_ref: Any) -> None:
    if service_ref.version == service_obj.SERVICE_VERSION:
        return
    LOG.info(
        "Updating service version for %s on %s from %d to %d",
        service_ref.binary,
        service_ref.host,
        service_ref.version,
        service_obj.SERVICE_VERSION,
    )
    service_ref.version = service_obj.SERVICE_VERSION
    service_ref.save()


def _topic(short_name: str) -> str:
    if short_name == "conductor":
        return str(CONF.conductor.topic)
    return str(getattr(CONF, f"{short_name}_topic"))


def _twin(class_path: str) -> str:
    """Read Nova's own class paths as those of their twins here."""
    return f"trace{class_path}" if class_path.startswith("nova.") else class_path
