"""Reads nova.conf files; what is wrong in one is told with its place."""

import contextlib
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from oslo_config import cfg

from tracenova import conf as nova_conf
from tracenova.lab.errors import SettingsError

Name = tuple[str, str]  # group, option
_SECTION = re.compile(r"^\[([^\]]+)\]")
_OPTION = re.compile(r"^([^\s=:#;\[][^=:]*?)\s*[=:]")
_SHOWN = 5


def read(paths: Sequence[str]) -> cfg.ConfigOpts:
    """Return the configuration that the files give together; later ones win.

    Raises:
        SettingsError: a file cannot be read, or is no nova.conf.
    """
    for path in paths:
        try:
            Path(path).read_text(encoding="utf-8")
        except OSError as error:
            raise SettingsError(f"{path}: cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise SettingsError(f"{path}: is not text, so no nova.conf") from None
    told = io.StringIO()
    try:
        with contextlib.redirect_stderr(told):
            return nova_conf.new_config(paths)
    except SystemExit:  # oslo.config's own end for options of its command line
        said = " ".join(told.getvalue().split()).removeprefix("argument --")
        raise SettingsError(f"nova.conf: {said}") from None
    except cfg.ConfigFileParseError as error:
        place = str(error.msg).removeprefix("at ").partition(",")[0]  # not the line
        raise SettingsError(f"{place}: is neither [GROUP] nor OPTION = VALUE") from None
    except (cfg.Error, ValueError) as error:
        raise SettingsError(f"nova.conf: {error}") from None


def read_everything(conf: cfg.ConfigOpts) -> None:
    """Read every option once, so that a bad value is found before it is needed.

    Raises:
        SettingsError: a value is not of its option's type.
    """
    for name in conf:
        if name in conf._groups:
            for option in conf._groups[name]._opts:
                _read(conf, name, option)
        else:
            _read(conf, "DEFAULT", name)


def _read(conf: cfg.ConfigOpts, group: str, option: str) -> None:
    try:
        _ = conf[option] if group == "DEFAULT" else conf[group][option]
    except (cfg.Error, ValueError) as error:
        reason = str(error).partition(" is not valid: ")[2] or str(error)
        raise SettingsError(f"[{group}] {option}: {reason}", group, option) from None


def ignored(path: str, conf: cfg.ConfigOpts) -> str | None:
    """Return a sentence about the file's options that nobody here reads, if any."""
    known = known_names(conf)
    names = [name for _, *name in _options(path) if tuple(name) not in known]
    if not names:
        return None
    shown = ", ".join(f"[{group}] {option}" for group, option in names[:_SHOWN])
    more = f" (shown {_SHOWN} of {len(names)})" if len(names) > _SHOWN else ""
    return f"{path}: no effect here: {shown}{more}"


def place_of(path: str, names: set[Name]) -> str | None:
    """Return ``path:line`` of an option, by any of its names; None: it is not there."""
    for line, *name in _options(path):
        if tuple(name) in names:
            return f"{path}:{line}"
    return None


def _options(path: str) -> Iterator[tuple[int, str, str]]:
    group = "DEFAULT"
    text = Path(path).read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), start=1):
        if section := _SECTION.match(line):
            group = section.group(1)
        elif option := _OPTION.match(line):
            yield number, group, option.group(1).replace("-", "_")


def known_names(conf: cfg.ConfigOpts) -> set[Name]:
    """Return group and name of every option, old and later names too."""
    tables: list[tuple[str, Any]] = [("DEFAULT", conf), *conf._groups.items()]
    return {
        name
        for group, table in tables
        for info in table._opts.values()
        for name in _names(group, info["opt"])
    }


def aliases(conf: cfg.ConfigOpts, group: str, option: str) -> set[Name]:
    """Return all names of an option, as (group, name)."""
    table = conf if group == "DEFAULT" else conf._groups.get(group)
    known = table is not None and table._opts.get(option)
    return _names(group, known["opt"]) if known else {(group, option)}


def _names(group: str, option: cfg.Opt) -> set[Name]:
    later = {
        (old.group or group, (old.name or option.name).replace("-", "_"))
        for old in option.deprecated_opts
    }
    return {(group, option.dest), (group, option.name), *later}
