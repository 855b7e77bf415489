"""Shells complete commands and options; ``--help`` says how to switch it on."""

import pytest

from tests.functional.cli.runner import command, here
from tracenova.cli.group import COMMANDS


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(shell):
    """The line in ``tracenova --help`` prints a script that asks tracenova back."""
    asked = f"{shell}_source"
    assert f"_TRACENOVA_COMPLETE={asked} tracenova" in here("--help").out
    result = command(env={"_TRACENOVA_COMPLETE": asked})
    assert f"_TRACENOVA_COMPLETE={shell}_complete" in result.out


def test_commands_and_options_are_completed():
    """``tracenova bo`` becomes boot, ``boot --fl`` becomes --flavor."""
    for words, place, found in (
        ("tracenova bo", "1", "plain,boot"),
        ("tracenova boot --fl", "2", "plain,--flavor"),
    ):
        env = {"_TRACENOVA_COMPLETE": "bash_complete"}
        result = command(env=env | {"COMP_WORDS": words, "COMP_CWORD": place})
        assert found in result.out.split()


def test_every_command_has_help():
    """A first line that says what it does, and its options."""
    for name in COMMANDS:
        result = here(name, "--help")
        assert result.code == 0
        assert result.out.startswith(f"Usage: tracenova {name}")
        assert len(result.out.splitlines()) > 4
