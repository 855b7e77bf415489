"""Who is acting: which service, on which host, runs the current thread.

In a real cloud each service is a process, and its configuration, its database
access and its tracer are process-wide. Here all services may share one process,
so the answer to "who am I?" travels with the thread instead: the message
dispatcher, the WSGI server and ``utils.spawn`` set it, and configuration, object
indirection and telemetry ask for it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServiceIdentity:
    """One running service.

    Attributes:
        name: binary name: ``nova-api``, ``nova-conductor``, ``nova-scheduler``,
            ``nova-compute``, ``keystone``, ``glance``, ``neutron``, ``cinder``,
            ``placement`` or ``client``.
        host: the host name it runs on; for a compute, the hypervisor's host.
        cloud: which cloud it belongs to, so that two labs can share a process.
    """

    name: str
    host: str
    cloud: str = "tracenova"


_acting: ContextVar[ServiceIdentity | None] = ContextVar(
    "tracenova_identity", default=None
)


def current() -> ServiceIdentity | None:
    """Return the service that runs this thread, or None outside of any service."""
    return _acting.get()


@contextmanager
def acting_as(identity: ServiceIdentity) -> Iterator[None]:
    """Run the block as the given service."""
    token = _acting.set(identity)
    try:
        yield
    finally:
        _acting.reset(token)
