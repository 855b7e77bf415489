"""Writes each service's nova.conf, as an administrator would, and reads it back."""

import contextlib
import dataclasses
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from oslo_config import cfg

from tracenova.lab import conf_files
from tracenova.lab.errors import SettingsError

Options = Mapping[str, Mapping[str, Any]]

URLS = {
    "keystone": "http://keystone:5000",
    "glance": "http://glance:9292",
    "neutron": "http://neutron:9696",
    "cinder": "http://cinder:8776",
    "placement": "http://placement:8778",
    "nova": "http://nova-api:8774",
}
_REPEATED = ("scheduler_available_filters", "available_filters", "pci_alias", "alias")
"""Options of several values, each on a line of its own."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where a cloud's parts are, before any service starts.

    Attributes:
        state_path: folder for databases, images and instances.
        transport_url: ``fakeredis://…``, ``redis://…`` or whatever oslo.messaging takes.
        database: URL of the cell database; None: SQLite in the state folder.
        api_database: URL of the API database; None: SQLite in the state folder.
        config_files: the user's own nova.conf files, read first.
        urls: where each service answers; those of this process by default.
        service_password: of the users nova and neutron; another one in every cloud.
    """

    state_path: Path
    transport_url: str
    database: str | None = None
    api_database: str | None = None
    config_files: Sequence[str] = field(default_factory=tuple)
    urls: Mapping[str, str] = field(default_factory=lambda: URLS)
    service_password: str = field(
        default_factory=lambda: new_password(),  # noqa: PLW0108 - it stands below
        repr=False,
    )

    def with_password(self, named: str | None) -> "Settings":
        """Return these, with the service password that the lab names, if it does."""
        return dataclasses.replace(self, service_password=named) if named else self

    def base_options(self) -> dict[str, dict[str, Any]]:
        """Return the options that make the services find one another."""
        in_state = f"sqlite:///{self.state_path}"
        login = {
            "username": "nova",
            "password": self.service_password,
            "project_name": "service",
        }
        urls = self.urls
        keystone = {"auth_url": urls["keystone"], **login}
        return {
            "DEFAULT": {
                "state_path": self.state_path,
                "transport_url": self.transport_url,
                "use_neutron": True,
            },
            "database": {"connection": self.database or f"{in_state}/nova.sqlite"},
            "api_database": {
                "connection": self.api_database or f"{in_state}/nova_api.sqlite"
            },
            "keystone_authtoken": {"auth_uri": urls["keystone"], **keystone},
            "glance": {"api_servers": urls["glance"]},
            "neutron": {"url": urls["neutron"], **keystone},
            "cinder": {"endpoint_template": urls["cinder"] + "/v2/%(project_id)s"},
            "placement": {"url": urls["placement"], **keystone},
        }

    def configuration(self, service: str, *layers: Options) -> cfg.ConfigOpts:
        """Write ``etc/<service>.conf`` and return the configuration read from it.

        Args:
            service: file name; a service or a host.
            layers: further options, group → option → value; later ones win.

        Raises:
            SettingsError: an option is unknown or has a bad value.
        """
        options = _merged([self.base_options(), *layers])
        path = self.state_path / "etc" / f"{service}.conf"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_ini(options), encoding="utf-8")
        path.chmod(0o600)
        conf = conf_files.read([*self.config_files, str(path)])
        known = conf_files.known_names(conf)
        for group, name in _named(layers):
            if (group, name) not in known:
                raise SettingsError(f"[{group}] has no option {name!r}", group, name)
        conf_files.read_everything(conf)
        return conf

    def ignored_options(self) -> list[str]:
        """Return a sentence per file of the user's with options nobody here reads."""
        if not self.config_files:
            return []
        conf = conf_files.read(self.config_files)
        said = [conf_files.ignored(path, conf) for path in self.config_files]
        return [sentence for sentence in said if sentence]

    def place_of(self, group: str, option: str) -> str | None:
        """Return ``file:line`` of an option in the user's own files, if it is there."""
        names = conf_files.aliases(conf_files.read([]), group, option)
        places = (conf_files.place_of(path, names) for path in self.config_files)
        return next((place for place in places if place), None)


def new_password() -> str:
    """Return a password that nobody guesses."""
    return secrets.token_urlsafe(24)


def password_kept_in(state: Path) -> str:
    """Return the service password of the cloud whose state folder this is.

    The first of its processes makes one, in a file that only its owner can read; the
    others find it there.
    """
    path = state / "service-password"
    made = path.with_name(f"{path.name}.{os.getpid()}")
    if not path.exists():
        made.touch(mode=0o600)
        made.write_text(new_password(), encoding="utf-8")
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(made)  # whole, or not at all; the first one stays
        made.unlink()
    return path.read_text(encoding="utf-8")


def _merged(layers: Iterable[Options]) -> dict[str, dict[str, Any]]:
    merged: dict[str, dict[str, Any]] = {}
    for layer in layers:
        for group, options in layer.items():
            merged.setdefault(group, {}).update(options)
    return merged


def _ini(options: Options) -> str:
    lines: list[str] = []
    for group, values in options.items():
        lines.append(f"[{group}]")
        for name, value in values.items():
            several = (
                value if name in _REPEATED and not isinstance(value, str) else [value]
            )
            lines.extend(f"{name} = {_value(each)}" for each in several)
        lines.append("")
    return "\n".join(lines)


def _value(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ",".join(str(item) for item in value)
    return value.replace("$", "$$") if isinstance(value, str) else str(value)


def _named(layers: Iterable[Options]) -> Iterable[tuple[str, str]]:
    for layer in layers:
        for group, options in layer.items():
            for name in options:
                yield group, name
