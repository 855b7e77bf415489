"""The ``tracenova`` command: finds its subcommands, turns errors into exit codes.

Exit codes: 0 yes, 1 the answer is no, 2 usage, 3 something of the environment is
missing, 130 interrupted.
"""

import errno
import importlib
import keyword
import logging
import os
import sys
import warnings

import click

from tracenova import __version__
from tracenova.cli import interrupts, streams
from tracenova.cli.errors import Interrupted

LOG = logging.getLogger(__name__)
# With PYTHONWARNINGS=error they would end a boot that they do not concern.
_WARNINGS_OF_LIBRARIES = ("eventletutils module is deprecated", "'cgi' is deprecated")
COMMANDS = {
    "boot": "Boot a server in a lab and watch it happen.",
    "hops": "The hops of a saved trace, in order.",
    "messages": "Its RPC messages: envelope, versions, queue waits.",
    "filters": "Its scheduler filters: who was refused, and why.",
    "weights": "Its weighers: the formula with the numbers put in.",
    "states": "The states a server went through.",
    "timeline": "Where the time went.",
    "explain": "Why this host was chosen, or why it was not.",
    "tui": "The terminal UI: watch, step, rewind, question.",
    "schedule": "The scheduler alone, on cases; what-if.",
    "diagram": "A picture of a boot: svg, png, pdf, html, Mermaid …",
    "import": "Somebody else's records as a trace.",
    "find": "The trace of a request or a server.",
    "service": "One service of a cloud in a process of its own.",
    "up": "Serve a cloud for openstack, nova and other clients.",
    "diff": "Two traces side by side.",
    "check": "Assertions on a trace, for CI and lessons.",
    "lesson": "The course: lessons that run the real thing and grade themselves.",
    "lab": "Labs: list, show, new, audit; libvirtd and guest for real hosts.",
    "console": "What a server of a kept lab says on its console.",
    "doctor": "What is installed and what works here.",
    "bench": "How long boots and calls take on this machine.",
}


class Commands(click.Group):
    """Subcommands by name; a module of this package each, imported when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of a newcomer's use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one subcommand."""
        if cmd_name not in COMMANDS:
            return None
        name = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        module = importlib.import_module(f"tracenova.cli.{name}")
        command: click.Command = module.command
        return command

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """List the subcommands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(
    __version__, prog_name="tracenova", message="%(prog)s %(version)s"
)
def tracenova() -> None:
    """Follow one server-create request through a miniature of OpenStack Nova.

    Start with: tracenova boot

    \b
    Completion, in the shell's start-up file:
      bash  eval "$(_TRACENOVA_COMPLETE=bash_source tracenova)"
      zsh   eval "$(_TRACENOVA_COMPLETE=zsh_source tracenova)"
      fish  _TRACENOVA_COMPLETE=fish_source tracenova | source
    """  # noqa: D301 - click reads the backspace as "do not wrap"


def run() -> int:
    """Run the command line; return its exit code. Every error is one line.

    ``TRACENOVA_DEBUG=1`` lets the traceback of a fault of our own through.
    """
    streams.prepare()
    for message in _WARNINGS_OF_LIBRARIES:
        warnings.filterwarnings("ignore", message, DeprecationWarning)
    logging.getLogger().addHandler(logging.NullHandler())  # not on the terminal
    try:
        return _run()
    except (click.Abort, KeyboardInterrupt):
        streams.say("interrupted")
        interrupts.leave_with(None)
        return interrupts.EXIT_CODE
    except OSError as error:
        return _output_failed(error)
    except SystemExit as leaving:  # click's own answer to a broken pipe
        if isinstance(leaving.__context__, OSError):
            return _output_failed(leaving.__context__)
        raise
    except Exception as error:  # noqa: BLE001 - the last net: no traceback for users
        return _unexpected(error)


def _run() -> int:
    result: object = 0
    try:
        result = tracenova(standalone_mode=False, prog_name="tracenova")
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        result = error.exit_code
    except click.exceptions.Exit as leaving:
        result = leaving.exit_code
    except click.ClickException as error:
        begins = "" if isinstance(error, Interrupted) else "Error: "
        streams.say(begins + _sentence(error))
        interrupts.leave_with(None)
        result = error.exit_code
    sys.stdout.flush()
    return result if isinstance(result, int) else 0


def _sentence(error: click.ClickException) -> str:
    """Return the message in one line, with a usage error's way out."""
    line = " ".join(error.format_message().split())
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{line.removesuffix('.')}; see {error.ctx.command_path} --help"
    return line


def _output_failed(error: OSError) -> int:
    streams.give_up_output()
    if error.errno == errno.EPIPE:
        return 0  # the reader (head, less) has gone: nobody is left to tell
    if error.errno in (errno.ENOSPC, errno.EIO):
        streams.say(f"Error: standard output cannot be written: {error.strerror}")
        return 2
    return _unexpected(error)


def _unexpected(error: Exception) -> int:
    if os.environ.get("TRACENOVA_DEBUG"):
        raise error
    LOG.error("Unexpected", exc_info=error)
    said = " ".join(str(error).split()) or "no message"
    streams.say(
        f"Error: unexpected {type(error).__name__}: {said} "
        "(a fault of tracenova's; TRACENOVA_DEBUG=1 shows where)"
    )
    return 1
