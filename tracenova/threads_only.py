"""Keep eventlet out of this process: services here are plain threads.

Two libraries would bring it in unasked. oslo.utils and oslo.messaging import it just
to see whether it has patched the process, and oslo.service takes it as the default
backend although oslo.messaging needs one abstract class of it. Importing eventlet
costs a quarter of a second and warns that eventlet is deprecated.

So the name ``eventlet`` is marked as not installed, and oslo.service finds a backend
of the default's name that holds only what oslo.messaging uses. (Its own threading
backend needs cotyledon, a supervisor of processes, which a lab has no use for.)
"""

import importlib
import sys
from types import ModuleType
from typing import Any

_BACKEND_MODULE = "oslo_service.backend._eventlet"
_UNUSED = (
    "Launcher",
    "ProcessLauncher",
    "Service",
    "ServiceLauncher",
    "ServiceWrapper",
    "Services",
    "SignalExit",
    "SignalHandler",
    "Singleton",
    "_is_daemon",
    "_is_sighup_and_daemon",
    "launch",
)


class ThreadsBackend:
    """What oslo.service offers here: the abstract service, and no launcher."""

    def get_service_components(self) -> dict[str, Any]:
        """Return oslo.service's parts by name; those that nobody uses are None."""
        base = importlib.import_module("oslo_service.backend.base")
        parts: dict[str, Any] = dict.fromkeys(_UNUSED)
        parts["ServiceBase"] = base.ServiceBase
        return parts


def install() -> None:
    """Do so, unless eventlet is loaded already: then it is the host program's choice."""
    if "eventlet" in sys.modules or _BACKEND_MODULE in sys.modules:
        return
    sys.modules["eventlet"] = None  # type: ignore[assignment]  # import's own sign for "absent"
    backend = ModuleType(_BACKEND_MODULE)
    backend.EventletBackend = ThreadsBackend  # type: ignore[attr-defined]  # the name it looks for
    sys.modules[_BACKEND_MODULE] = backend
