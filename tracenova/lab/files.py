"""Reads lab files: TOML in, :class:`~tracenova.lab.spec.Lab` or one clear line out."""

import dataclasses
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import jsonschema

from tracenova.lab import spec
from tracenova.lab.contradictions import contradictions
from tracenova.lab.lines import line_of
from tracenova.lab.schema import PATTERNS as _PATTERNS
from tracenova.lab.schema import SCHEMA

BUILTIN = Path(__file__).parent / "builtin"
T = TypeVar("T")


class LabError(Exception):
    """The lab file cannot be used: the message says where, what and how to mend it."""


def builtin_names() -> list[str]:
    """Return the names of the labs that come with tracenova."""
    return sorted(path.stem for path in BUILTIN.glob("*.toml"))


def load(name_or_path: str) -> spec.Lab:
    """Return a built-in lab by name, or the lab that a file describes.

    Raises:
        LabError: there is no such lab, or its file is not a valid lab file.
    """
    path = BUILTIN / f"{name_or_path}.toml"
    if name_or_path not in builtin_names():
        path = Path(name_or_path)
        if not _is_file(path):
            known = ", ".join(builtin_names())
            raise LabError(
                f"no lab {name_or_path!r}: neither a file nor one of {known}"
            )
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LabError(f"{path}: cannot be read as text: {error}") from None
    lab = parse(text, str(path), default_name=path.stem)
    return dataclasses.replace(lab, source=str(path))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that no file can have
        return False


def place_of(lab: spec.Lab, *path: str | int) -> str:
    """Return ``file:line`` of a value of the lab, for an error message."""
    try:
        text = Path(lab.source).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return f"lab {lab.name}"
    return f"{lab.source}:{line_of(text, path)}"


def parse(text: str, where: str, default_name: str = "lab") -> spec.Lab:
    """Return the lab that the text describes.

    Args:
        text: the TOML text.
        where: what to call the text in error messages.
        default_name: the lab's name unless the text gives one.

    Raises:
        LabError: with ``where:line: what is wrong``.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LabError(f"{where}: not valid TOML: {error}") from None
    problem = next(iter(_problems(document)), None)
    if problem is not None:
        path, message = problem
        raise LabError(f"{where}:{line_of(text, path)}: {message}")
    return _lab(document, default_name)


def _problems(
    document: Mapping[str, Any],
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    errors = sorted(
        validator.iter_errors(document), key=lambda error: list(map(str, error.path))
    )
    for error in errors:
        yield (*error.absolute_path, *_unknown_keys(error)[:1]), _sentence(error)
    if not errors:
        yield from contradictions(document)


def _sentence(error: jsonschema.ValidationError) -> str:
    where = ".".join(str(part) for part in error.absolute_path) or "the file"
    if error.validator == "additionalProperties":
        known = ", ".join(sorted(error.schema["properties"]))
        return f"{where}: unknown key {_unknown_keys(error)[0]!r}; known are {known}"
    if error.validator == "required":
        missing = sorted(set(error.validator_value) - set(error.instance))
        return f"{where}: needs {', '.join(missing)}"
    if error.validator == "pattern":
        return f"{where}: {error.instance!r} {_PATTERNS[error.validator_value]}"
    return f"{where}: {error.message}"


def _unknown_keys(error: jsonschema.ValidationError) -> list[str]:
    if error.validator != "additionalProperties":
        return []
    return sorted(set(error.instance) - set(error.schema.get("properties", {})))


def _lab(document: Mapping[str, Any], default_name: str) -> spec.Lab:
    about = document.get("lab", {})
    conf = document.get("conf", {})
    return spec.Lab(
        name=about.get("name", default_name),
        title=about.get("title", ""),
        about=about.get("about", "").strip(),
        seed=about.get("seed", 1),
        service_password=about.get("service_password"),
        hosts=tuple(_host(host) for host in document.get("hosts", [])),
        aggregates=_all(spec.Aggregate, document.get("aggregates", [])),
        flavors=_all(spec.Flavor, document.get("flavors", _default("flavors"))),
        images=_all(spec.Image, document.get("images", _default("images"))),
        networks=_all(spec.Network, document.get("networks", _default("networks"))),
        quotas=dict(document.get("quotas", {})),
        conf=_grouped(conf),
        services=spec.Services(**document.get("services", {})),
        faults=_all(spec.Fault, document.get("faults", [])),
        request=spec.Request(**document.get("request", {})),
    )


def _default(kind: str) -> Any:
    return tomllib.loads((BUILTIN / "default.toml").read_text(encoding="utf-8"))[kind]


def _all(cls: type[T], items: list[dict[str, Any]]) -> tuple[T, ...]:
    return tuple(
        cls(**{key: _frozen(value) for key, value in item.items()}) for item in items
    )


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _host(item: Mapping[str, Any]) -> spec.Host:
    host = spec.Host(**{key: value for key, value in item.items() if key != "conf"})
    return dataclasses.replace(host, conf=_grouped(item.get("conf", {})))


def _grouped(conf: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return group → option → value; an option outside of a table is in DEFAULT."""
    grouped: dict[str, dict[str, Any]] = {}
    for key, value in conf.items():
        if isinstance(value, dict):
            grouped.setdefault(key, {}).update(value)
        else:
            grouped.setdefault("DEFAULT", {})[key] = value
    return grouped
