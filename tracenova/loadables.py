"""Finds plug-in classes: all of a folder, or those that the configuration names.

Nova: nova/loadables.py
"""

import hashlib
import importlib
import importlib.util
import inspect
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from tracenova import exception


class BaseLoader:
    """Loads classes of one type.

    The folder is the one of the package that the subclass is defined in.

    Nova: nova/loadables.py BaseLoader. Ours: the configuration may also name a whole
    module or a ``.py`` file; Nova's own paths (``nova.scheduler…``) mean their twins
    here; and classes come in the order of their names, not of the directory listing.
    """

    def __init__(self, loadable_cls_type: type[Any]) -> None:
        module = sys.modules[type(self).__module__]
        self.path = Path(module.__path__[0])
        self.package = str(module.__package__)
        self.loadable_cls_type = loadable_cls_type

    def _is_correct_class(self, obj: Any) -> bool:
        return (
            inspect.isclass(obj)
            and not obj.__name__.startswith("_")
            and not inspect.isabstract(obj)
            and issubclass(obj, self.loadable_cls_type)
        )

    def _get_classes_from_module(self, module: ModuleType) -> list[type[Any]]:
        return [
            item
            for name, item in sorted(vars(module).items())
            if not name.startswith("_")
            and self._is_correct_class(item)
            and item.__module__ == module.__name__
        ]

    def get_all_classes(self) -> list[type[Any]]:
        """Return every class of the type that lives in the folder, by name."""
        files = [file for file in self.path.rglob("*.py") if file.stem != "__init__"]
        found: list[type[Any]] = []
        for file in files:
            dotted = ".".join(file.relative_to(self.path).with_suffix("").parts)
            module = importlib.import_module(f"{self.package}.{dotted}")
            found += self._get_classes_from_module(module)
        return sorted(found, key=lambda cls: cls.__name__)

    def get_matching_classes(
        self, loadable_class_names: Iterable[str]
    ) -> list[type[Any]]:
        """Return the classes that the configuration names.

        Args:
            loadable_class_names: paths of a class, of a function that returns
                classes, of a module, or of a ``.py`` file.

        Raises:
            exception.ClassNotFound: nothing of the right type is there.
        """
        classes: list[type[Any]] = []
        for name in loadable_class_names:
            classes += self._classes_named(name)
        return classes

    def _classes_named(self, name: str) -> list[type[Any]]:
        try:
            found = _load(name)
        except Exception as error:  # a plug-in may fail in any way while it loads
            raise exception.ClassNotFound(class_name=name, exception=error) from error
        if self._is_correct_class(found):
            return [found]
        if inspect.isfunction(found):
            return list(found())
        if inspect.ismodule(found) and (inside := self._get_classes_from_module(found)):
            return inside
        problem = f"no {self.loadable_cls_type.__name__} is there"
        raise exception.ClassNotFound(class_name=name, exception=problem)


def _load(name: str) -> Any:
    if name.endswith(".py"):
        return _module_from_file(Path(name))
    path = f"trace{name}" if name.startswith("nova.") else name
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError as error:
        parent, _, attribute = path.rpartition(".")
        if not parent or (error.name or path) not in {path, parent}:
            raise
    return getattr(importlib.import_module(parent), attribute)


def _module_from_file(file: Path) -> ModuleType:
    digest = hashlib.sha256(str(file.resolve()).encode()).hexdigest()[:8]
    name = f"tracenova_plugin_{file.stem}_{digest}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        msg = f"{file} is not a Python file"
        raise ImportError(msg)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
