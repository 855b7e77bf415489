"""Configuration: Nova's option names, groups and defaults, one file a topic.

``CONF`` is used as in Nova: ``CONF.scheduler_max_attempts``, ``CONF.libvirt.virt_type``.
Behind it stands one ``ConfigOpts`` per service, because services that share this
process still have a ``nova.conf`` of their own (see :mod:`tracenova.identity`).

Each module of this package has one function, ``register_opts(conf)``.

Nova: nova/conf/__init__.py
"""

import importlib
import pkgutil
from collections.abc import Sequence
from typing import Any

from oslo_config import cfg

from tracenova import identity

_by_service: dict[identity.ServiceIdentity, cfg.ConfigOpts] = {}
_released: set[identity.ServiceIdentity] = set()


class ServiceHasStopped(Exception):
    """A thread that outlived its service asks for the service's configuration."""


def new_config(config_files: Sequence[str] = ()) -> cfg.ConfigOpts:
    """Return a fresh ConfigOpts that knows every option and has read the files.

    Raises:
        oslo_config.cfg.Error: a file cannot be read or holds a bad value.
    """
    conf = cfg.ConfigOpts()
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}").register_opts(conf)
    conf(args=[], project="nova", default_config_files=list(config_files))
    return conf


def assign(service: identity.ServiceIdentity, conf: cfg.ConfigOpts) -> None:
    """Make ``CONF`` mean ``conf`` wherever the given service acts."""
    _by_service[service] = conf
    _released.discard(service)


def release(service: identity.ServiceIdentity) -> None:
    """Forget the service's configuration.

    From now on there is none: not the defaults either, under which a thread that still
    runs would make a database where there never was one.
    """
    _by_service.pop(service, None)
    _released.add(service)


class _ServiceConf:
    """The configuration of whichever service is acting."""

    def __init__(self) -> None:
        self._outside: cfg.ConfigOpts | None = None

    def _effective(self) -> cfg.ConfigOpts:
        acting = identity.current()
        if acting is not None:
            own = _by_service.get(acting)
            if own is not None:
                return own
        if acting in _released:
            raise ServiceHasStopped(f"{acting} has stopped")
        if self._outside is None:
            self._outside = new_config()
        return self._outside

    def effective(self) -> cfg.ConfigOpts:
        """Return the acting service's ConfigOpts, for libraries that insist on one."""
        return self._effective()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._effective(), name)


CONF = _ServiceConf()
