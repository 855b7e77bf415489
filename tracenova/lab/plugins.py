"""Looks for the plug-ins that nova.conf names, before any service would miss one."""

import difflib
from collections.abc import Collection

from oslo_utils import importutils

from tracenova import exception
from tracenova.conf import CONF
from tracenova.lab.errors import SettingsError
from tracenova.scheduler import filters, weights
from tracenova.scheduler.manager import DRIVERS

_COMPUTE_DRIVERS = ("fake.FakeDriver", "libvirt.LibvirtDriver")
_STATS_CLASS = "tracenova.compute.stats.Stats"


def check(binary: str) -> None:
    """Make sure that the plug-ins of the acting service exist.

    Raises:
        SettingsError: naming the option, the plug-in, and what is meant perhaps.
    """
    if binary == "nova-scheduler":
        _check_scheduler()
    elif binary == "nova-compute":
        _check_compute()


def _check_scheduler() -> None:
    option = "scheduler_available_filters"
    try:
        found = filters.HostFilterHandler().get_matching_classes(getattr(CONF, option))
        option = "scheduler_weight_classes"
        weights.HostWeightHandler().get_matching_classes(getattr(CONF, option))
    except exception.ClassNotFound as error:
        raise SettingsError(str(error), "DEFAULT", option) from None
    _import("scheduler_driver", DRIVERS.get(CONF.scheduler_driver, ""), DRIVERS)
    known = {cls.__name__ for cls in found}
    for name in CONF.scheduler_default_filters:
        if name not in known:
            problem = f"no filter {name!r}; {_meant(name, known)}"
            raise SettingsError(problem, "DEFAULT", "scheduler_default_filters")


def _check_compute() -> None:
    name = CONF.compute_driver
    if name not in _COMPUTE_DRIVERS:
        _import("compute_driver", f"tracenova.virt.{name}", _COMPUTE_DRIVERS)
    if CONF.compute_stats_class != _STATS_CLASS:
        _import("compute_stats_class", CONF.compute_stats_class, (_STATS_CLASS,))


def _import(option: str, path: str, known: Collection[str]) -> None:
    try:
        importutils.import_class(path or getattr(CONF, option))
    except (ImportError, ValueError):
        name = getattr(CONF, option)
        kind = option.rpartition("_")[2]
        problem = f"no {kind} {name!r}; {_meant(name, known)}"
        raise SettingsError(problem, "DEFAULT", option) from None


def _meant(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.75)
    if close:
        return f"did you mean {close[0]}?"
    return f"there are: {', '.join(sorted(known))}"
