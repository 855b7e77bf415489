"""Code of somebody else around our functions: entry points in ``nova.hooks``.

An installed package names a class under the entry point group ``nova.hooks``; its
``pre`` and ``post`` methods run before and after the function with that hook's name.

Nova: nova/hooks.py
Left out: the warning that hooks are deprecated.
"""

import functools
import logging
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

import stevedore

P = ParamSpec("P")
R = TypeVar("R")

LOG = logging.getLogger(__name__)
NS = "nova.hooks"

_HOOKS: dict[str, "HookManager"] = {}


class FatalHookException(Exception):
    """A hook forbids the function to go on; every other error of a hook is only logged.

    Nova: nova/hooks.py FatalHookException
    """


class HookManager(stevedore.hook.HookManager[Any]):
    """The installed classes that want to be told of one function.

    Nova: nova/hooks.py HookManager
    """

    def __init__(self, name: str) -> None:
        super().__init__(NS, name, invoke_on_load=True)

    def run_pre(
        self, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], f: Any = None
    ) -> None:
        """Tell every hook that the function is about to run."""
        self._run(name, "pre", args, kwargs, f)

    def run_post(
        self,
        name: str,
        rv: Any,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        f: Any = None,
    ) -> None:
        """Tell every hook that the function has run, and what it returned."""
        self._run(name, "post", (rv, *args), kwargs, f)

    def _run(
        self,
        name: str,
        method_type: str,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        func: Any,
    ) -> None:
        told = (func, *args) if func else args
        for extension in self.extensions:
            hook_method = getattr(extension.obj, method_type, None)
            if hook_method is None:
                continue
            try:
                hook_method(*told, **kwargs)
            except FatalHookException:
                LOG.exception("Fatal Exception running %s %s-hook", name, method_type)
                raise
            except Exception:
                LOG.exception("Exception running %s %s-hook", name, method_type)


def add_hook(
    name: str, pass_function: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let installed hooks of this name run around the decorated function.

    Nova: nova/hooks.py add_hook
    """

    def outer(f: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(f)
        def inner(*args: P.args, **kwargs: P.kwargs) -> R:
            manager = _HOOKS.get(name)
            if manager is None:
                manager = _HOOKS.setdefault(name, HookManager(name))
            function = f if pass_function else None
            manager.run_pre(name, args, kwargs, f=function)
            rv = f(*args, **kwargs)
            manager.run_post(name, rv, args, kwargs, f=function)
            return rv

        return inner

    return outer


def reset() -> None:
    """Forget the hooks that have been loaded.

    Nova: nova/hooks.py reset
    """
    _HOOKS.clear()
