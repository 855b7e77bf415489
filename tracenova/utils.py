"""Small things that every service uses: threads that remember, locks with a prefix.

Nova: nova/utils.py
"""

import contextvars
import functools
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import Any, ParamSpec, TypeVar

from oslo_concurrency import lockutils

from tracenova import identity

P = ParamSpec("P")
R = TypeVar("R")

_semaphores: dict[identity.ServiceIdentity | None, lockutils.Semaphores] = {}


def synchronized(
    name: str, *, external: bool = False, lock_path: str | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let one thread of the service at a time into the functions of that lock name.

    Args:
        name: ``nova-`` is put before it.
        external: other processes wait too, by a lock file.
        lock_path: folder of the lock file.

    Nova: nova/utils.py synchronized. There a process is the service; here each service
    of the process has locks of its own.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def locked(*args: P.args, **kwargs: P.kwargs) -> R:
            with lock(name, external=external, lock_path=lock_path):
                return function(*args, **kwargs)

        return locked

    return decorate


def lock(
    name: str, *, external: bool = False, lock_path: str | None = None
) -> AbstractContextManager[Any]:
    """Return the lock that :func:`synchronized` holds, for a name found at run time.

    Nova takes oslo.concurrency's, whose names are the process's; see there.
    """
    acting = identity.current()
    own = _semaphores.get(acting)
    if own is None:
        own = _semaphores.setdefault(acting, lockutils.Semaphores())
    held: AbstractContextManager[Any] = lockutils.lock(
        name, "nova-", external=external, lock_path=lock_path, semaphores=own
    )
    return held


def spawn(func: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> "Future[R]":
    """Run the function in a thread of its own and return its future.

    The thread inherits the caller's context: who is acting, the request, the span.
    The only way a service starts a thread.

    Nova: nova/utils.py spawn
    """
    future: Future[R] = Future()
    context = contextvars.copy_context()

    def run() -> None:
        try:
            result = context.run(func, *args, **kwargs)
        except BaseException as error:  # noqa: BLE001 - the future carries it to the waiter
            future.set_exception(error)
        else:
            future.set_result(result)

    name = getattr(func, "__qualname__", "spawned")
    threading.Thread(target=run, name=name, daemon=True).start()
    return future


def spawn_n(func: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> None:
    """Run the function in a thread of its own; nobody waits for it.

    Nova: nova/utils.py spawn_n
    """
    spawn(func, *args, **kwargs)
