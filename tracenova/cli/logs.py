"""Where the services' logs go: nowhere, or into a file that the user names."""

import logging
import sys
from pathlib import Path

from tracenova.cli import streams
from tracenova.cli.errors import BadInput

_FORMAT = "%(asctime)s.%(msecs)03d %(levelname)s %(name)s %(message)s"


class _LogFile(logging.FileHandler):
    """A log that cannot be written any further says so once, and no traceback."""

    _told = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's
        if not self._told:
            self._told = True
            reason = getattr(sys.exception(), "strerror", None) or "an error"
            path = self.baseFilename
            streams.say(f"the log is not written any further: {path}: {reason}")


def send_logs_to(path: Path | None) -> None:
    """Write the services' logs to the file, from INFO; None: keep them silent.

    Raises:
        BadInput: the file cannot be written.
    """
    handler: logging.Handler = logging.NullHandler()
    if path is not None:
        try:
            handler = _LogFile(path, encoding="utf-8")
        except OSError as error:
            raise BadInput(
                f"{path}: the log cannot be written: {error.strerror}"
            ) from None
        handler.setFormatter(logging.Formatter(_FORMAT, "%Y-%m-%d %H:%M:%S"))
        logging.getLogger("tracenova").setLevel(logging.INFO)
    logging.getLogger().addHandler(handler)
