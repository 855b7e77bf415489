"""The command line: one file a command, imported only when it is called."""

import contextlib
import gc
import os
import sys

_INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit with its documented code."""
    if sys.argv[1:] == ["--version"]:  # not even click is needed to say this
        from tracenova import __version__

        with contextlib.suppress(OSError, AttributeError):
            sys.stdout.write(f"tracenova {__version__}\n")
            sys.stdout.flush()
            return
    try:
        from tracenova.cli import interrupts

        with interrupts.heard():
            from tracenova.cli.group import run

            code = run()
    except KeyboardInterrupt:  # before or after a command's own care
        code = _INTERRUPTED
    gc.freeze()  # nobody need look for garbage in what ends now
    if code == _INTERRUPTED:  # what would still run by now is not waited for
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
