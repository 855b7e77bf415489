"""The ``openstack`` command again and again in one process: each start costs a second.

Reads a JSON list of arguments a line, writes a JSON object a line. Run as a program.
"""

import contextlib
import io
import json
import os
import sys
from typing import Any


def run(arguments: list[str]) -> dict[str, Any]:
    """Run one command as its own process would; return exit code and output."""
    from openstackclient import shell

    code: str | int | None
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = shell.OpenStackShell().run(arguments)
        except SystemExit as leaving:
            code = leaving.code
    return {"code": code, "out": out.getvalue(), "err": err.getvalue()}


if __name__ == "__main__":
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    for line in sys.stdin:
        answers.write(json.dumps(run(json.loads(line))) + "\n")
        answers.flush()
