"""The twin in Nova of a function of ours: ``nova/compute/manager.py:1704``.

Same folder, same names: so the index of Nova's functions answers directly. Where one of
Nova's big modules is split here (``compute/manager_build.py``), the function is looked
for in the modules of that folder, the one with the likest name first.
"""

import functools
import json
from importlib import resources


@functools.cache
def source(function: str) -> str | None:
    """Return Nova's file and line for ``tracenova.compute.api.API.create``."""
    for path, qualname in _readings(function):
        line = _index().get(path, {}).get(qualname)
        if line is not None:
            return f"{path}:{line}"
    return _in_the_neighbourhood(function)


def _readings(function: str) -> list[tuple[str, str]]:
    """Split a dotted name into module and qualified name, in every possible way."""
    parts = function.split(".")
    if parts[0] != "tracenova":
        return []
    readings = []
    for at in range(2, len(parts)):
        module, qualname = "/".join(parts[1:at]), ".".join(parts[at:])
        readings.append((f"nova/{module}.py", qualname))
        readings.append((f"nova/{module}/__init__.py", qualname))
    return readings


def _in_the_neighbourhood(function: str) -> str | None:
    parts = function.split(".")
    if parts[0] != "tracenova" or len(parts) < 3:
        return None
    modules = [p for p in parts[1:-1] if p[:1].islower() and not p.startswith("_")]
    folder = "nova/" + "".join(f"{module}/" for module in modules[:-1])
    stem, name = modules[-1] if modules else "", parts[-1]
    candidates = [
        (not stem.startswith(_stem(path)), -len(_stem(path)), path, line)
        for path, defined in _index().items()
        if path.startswith(folder) and path.count("/") <= folder.count("/")
        for qualname, line in defined.items()
        if qualname.rpartition(".")[2] == name
    ]
    if not candidates or (name.startswith("__") and min(candidates)[0]):
        return None
    _, _, path, line = min(candidates)
    return f"{path}:{line}"


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".py")


@functools.cache
def _index() -> dict[str, dict[str, int]]:
    text = resources.files(__package__).joinpath("nova_index.json").read_text("utf-8")
    index: dict[str, dict[str, int]] = json.loads(text)
    return index
