"""A service in a child process: started, heard, started again when it dies, stopped."""

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from typing import IO, Final

from tracenova.lab.errors import PartMissing, SettingsError

READY: Final = "ready"
_AGAIN_AFTER_S: Final = 0.2
_GRACE_S: Final = 20.0
_MISSING: Final = 3
_ERROR: Final = "Error: "


class Child:
    """``tracenova service`` with these arguments.

    It ends with this process, whatever ends this process: its standard input ends then.

    Args:
        name: how it is called in what is told.
        arguments: of ``tracenova service``.
        narrate: told what the child says, and when it dies.
    """

    def __init__(
        self, name: str, arguments: Sequence[str], narrate: Callable[[str], None]
    ) -> None:
        self.name = name
        self._arguments = list(arguments)
        self._narrate = narrate
        self._stopping = threading.Event()
        self._first = threading.Event()  # it is ready, or has failed to become so
        self._last_words = ""
        self._was_ready = False
        self._process = self._spawn()
        self._keeper = threading.Thread(target=self._keep, name=name, daemon=True)
        self._keeper.start()

    @property
    def pid(self) -> int:
        """The process's number now; another one after it was started again."""
        return self._process.pid

    def wait_until_ready(self) -> None:
        """Return once the service works for the first time.

        Raises:
            PartMissing, SettingsError: it ended instead; what it said.
        """
        self._first.wait()
        code = self._process.poll()
        if code is None or self._stopping.is_set():
            return
        said = self._last_words.removeprefix(_ERROR) or f"exit code {code}"
        raise (PartMissing if code == _MISSING else SettingsError)(
            f"{self.name}: {said}"
        )

    def ask_to_stop(self) -> None:
        """Send SIGTERM; ``stop`` waits for its effect."""
        self._stopping.set()
        self._process.terminate()

    def stop(self) -> None:
        """Stop the service; SIGKILL if it does not within the grace."""
        self.ask_to_stop()
        try:
            self._process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._keeper.join(_GRACE_S)

    def _spawn(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "tracenova", "service", "--until-eof"),
                *self._arguments,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C at the terminal is for the parent
        )

    def _keep(self) -> None:
        """Hear the child to its end; start it again unless it was to stop.

        One that has worked once is started for as long as that takes: what it needs,
        a database perhaps, is away too.
        """
        while True:
            self._hear(self._process)
            code = self._process.wait()
            self._first.set()
            if self._stopping.is_set() or not self._was_ready:
                return
            self._narrate(f"{self.name} ended with code {code}; it is started again")
            if self._stopping.wait(_AGAIN_AFTER_S):
                return
            self._process = self._spawn()

    def _hear(self, process: "subprocess.Popen[str]") -> None:
        """Pass on what it says until it ends."""
        assert process.stdout is not None
        assert process.stderr is not None
        teller = threading.Thread(
            target=self._tell, args=(process.stderr,), daemon=True
        )
        teller.start()
        for line in process.stdout:
            if line.strip() == READY:
                self._was_ready = True
                if self._first.is_set():
                    self._narrate(f"{self.name} works again")
                self._first.set()
        teller.join()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()

    def _tell(self, stream: IO[str]) -> None:
        for line in stream:
            if not line.strip():
                continue
            self._last_words = line.strip()
            self._narrate(f"{self.name}: {self._last_words}")
