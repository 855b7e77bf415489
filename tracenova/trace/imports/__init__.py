"""Somebody else's records as a trace.

An importer is a module of this folder with one function, ``read(path)``, that returns
an :class:`Imported`; :data:`IMPORTERS` names it.
"""

import importlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tracenova.trace.model import Span

IMPORTERS: Final = {
    "nova-log": "nova_log",
    "osprofiler": "osprofiler",
    "otlp": "otlp",
}


@dataclass(frozen=True, slots=True)
class Imported:
    """What an importer found.

    Attributes:
        warnings: what it could not read, one sentence each.
    """

    spans: list[Span]
    warnings: list[str] = field(default_factory=list)


class ImportProblem(Exception):
    """The file holds nothing that this importer knows."""


def read(kind: str, path: Path) -> Imported:
    """Return the file's records as spans.

    Raises:
        KeyError: there is no such importer.
        ImportProblem: there is nothing to import.
    """
    module = importlib.import_module(f"{__name__}.{IMPORTERS[kind]}")
    imported: Imported = module.read(path)
    return imported
