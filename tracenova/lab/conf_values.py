"""Values of nova.conf that have their option's type, and still cannot work."""

import configparser
import re
from collections.abc import Mapping

from tracenova import exception, wsgi
from tracenova.compute.rpcapi import ComputeAPI
from tracenova.conductor.rpcapi import ConductorAPI
from tracenova.conf import CONF
from tracenova.lab import conf_compute
from tracenova.lab.errors import SettingsError
from tracenova.scheduler.rpcapi import SchedulerAPI

_CAPS: Mapping[str, tuple[Mapping[str, str], str]] = {
    "compute": ({**ComputeAPI.VERSION_ALIASES, "auto": "4.0"}, "4"),
    "conductor": (ConductorAPI.VERSION_ALIASES, "3"),
    "scheduler": (SchedulerAPI.VERSION_ALIASES, "4"),
}


def check(binary: str) -> None:
    """Look at the acting service's values.

    Raises:
        SettingsError: naming the option, and what is wrong with its value.
    """
    for service in _CAPS:
        _check_cap(service)
    conf_compute.check_instance_names()
    if binary == "nova-compute":
        conf_compute.check_libvirt()
    if binary == "nova-api":
        _check_project_id_regex()
        _check_paste_config()


def _check_cap(service: str) -> None:
    """A cap is a release's name, or a version that the callers can go down to."""
    level = CONF.upgrade_levels[service]
    aliases, major = _CAPS[service]
    usable = [name for name, cap in aliases.items() if cap.startswith(f"{major}.")]
    if level is None or level in usable or re.fullmatch(rf"{major}\.\d+", level):
        return
    problem = f"no version {level!r}; write {major}.N or one of {', '.join(usable)}"
    raise SettingsError(problem, "upgrade_levels", service)


def _check_project_id_regex() -> None:
    try:
        re.compile(CONF.osapi_v21.project_id_regex or "")
    except re.error as error:
        problem = f"is no regular expression: {error}"
        raise SettingsError(problem, "osapi_v21", "project_id_regex") from None


def _check_paste_config() -> None:
    path = ""
    try:
        path = wsgi.Loader().config_path
        configparser.RawConfigParser(strict=False).read(path, encoding="utf-8")
    except exception.ConfigNotFound as error:
        problem = str(error)
    except (configparser.Error, UnicodeDecodeError, OSError):
        problem = f"{path} is no file of sections and KEY = VALUE"
    else:
        return
    raise SettingsError(problem, "wsgi", "api_paste_config")
