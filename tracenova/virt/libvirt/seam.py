"""The seam to libvirt: the module, imported late and once, and a span per call.

Nothing else of the project imports libvirt.

Nova: nova/virt/libvirt/host.py (the import of libvirt in driver.init_host there).
"""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from tracenova import exception, profiler
from tracenova.trace import names

LOG = logging.getLogger(__name__)

_libvirt: ModuleType | None = None
_open: Callable[[str], Any] | None = None
_import_lock = threading.Lock()


def libvirt() -> ModuleType:
    """Return the libvirt module, imported on first use.

    Raises:
        HypervisorUnavailable: libvirt-python is not installed.
    """
    global _libvirt  # noqa: PLW0603 - one module, imported late
    with _import_lock:
        if _libvirt is None:
            try:
                import libvirt as module
            except ImportError as error:
                LOG.error("libvirt-python is missing: pip install libvirt-python")
                raise exception.HypervisorUnavailable(host="localhost") from error
            # errors come as exceptions; the library would print them, too
            module.registerErrorHandler(lambda _context, _error: None, None)
            _libvirt = module
        return _libvirt


def open_connection(uri: str) -> Any:
    """Open libvirt's connection at the URI.

    Raises:
        libvirtError: nobody answers there.
    """
    return _open(uri) if _open is not None else libvirt().open(uri)


def replace_open(opener: Callable[[str], Any] | None) -> None:
    """Open connections by other means from now on, to let things go wrong; None: don't."""
    global _open  # noqa: PLW0603 - there is one way to libvirt
    _open = opener


@contextmanager
def traced(
    call: str, domain_xml: str | None = None, **arguments: Any
) -> Iterator[None]:
    """Record the block as a span ``libvirt.<call>``: one request to the hypervisor.

    Args:
        call: libvirt's name of the call.
        domain_xml: a guest's definition that is sent along.
        arguments: what else is sent.
    """
    attributes: dict[str, profiler.Attribute | None] = {
        names.PEER_SERVICE: "libvirt driver",
        names.DRIVER_ARGS: json.dumps(arguments, default=str),
        names.DOMAIN_XML: domain_xml,
    }
    with profiler.span(f"libvirt.{call}", "client", attributes):
        yield
