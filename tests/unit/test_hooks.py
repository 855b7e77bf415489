"""Hooks of installed packages around a function."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tracenova import hooks


@dataclass
class FakeExtension:
    """An installed hook, as stevedore holds it."""

    obj: Any


class Recorder:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def pre(self, *args: Any, **kwargs: Any) -> None:
        """Note the arguments."""
        self.told.append(("pre", args, kwargs))

    def post(self, rv: Any, *args: Any, **kwargs: Any) -> None:
        """Note result and arguments."""
        self.told.append(("post", rv, args))


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """No hook outlives a test."""
    hooks.reset()
    yield
    hooks.reset()


@hooks.add_hook("test_hook")
def double(number: int) -> int:
    """Do something worth hooking."""
    return number * 2


def install(hook: Any) -> None:
    """Act as if a package with this hook were installed."""
    manager = hooks.HookManager("test_hook")
    extensions: list[Any] = [FakeExtension(hook)]
    manager.extensions = extensions
    hooks._HOOKS["test_hook"] = manager


def test_without_hooks_the_function_just_runs() -> None:
    """Rule: create_instance works without any installed hook."""
    assert double(2) == 4


def test_hooks_see_arguments_and_result() -> None:
    """Rule: pre gets the arguments, post the result and the arguments."""
    recorder = Recorder()
    install(recorder)
    assert double(3) == 6
    assert recorder.told == [("pre", (3,), {}), ("post", 6, (3,))]


@pytest.mark.parametrize("fatal", [True, False])
def test_only_a_fatal_exception_stops_the_function(fatal: bool) -> None:
    """Rule: FatalHookException passes on, any other error is logged and forgotten."""

    class Angry:
        def pre(self, *args: Any) -> None:
            raise hooks.FatalHookException if fatal else ValueError("no")

    install(Angry())
    if fatal:
        with pytest.raises(hooks.FatalHookException):
            double(1)
    else:
        assert double(1) == 2
