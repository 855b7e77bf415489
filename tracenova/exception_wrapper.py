"""Tell the notification bus when a manager's method fails.

Nova: nova/exception_wrapper.py
"""

import functools
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from tracenova import rpc, safe_utils
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.notifications import versioned

F = TypeVar("F", bound=Callable[..., Any])


def wrap_exception(
    notifier: Any = None,
    get_notifier: Callable[[], Any] | None = None,
    binary: str = "nova-compute",
) -> Callable[[F], F]:
    """Announce whatever the decorated method raises, then let it pass on.

    Two notifications go out: a legacy one named after the method, with its arguments
    (those that hold a password left out), and the versioned ``compute.exception``.

    Nova: nova/exception_wrapper.py wrap_exception
    """

    def inner(function: F) -> F:
        @functools.wraps(function)
        def wrapped(self: Any, context: RequestContext, *args: Any, **kw: Any) -> Any:
            try:
                return function(self, context, *args, **kw)
            except Exception as error:
                sender = notifier or (get_notifier() if get_notifier else None)
                if sender is not None:
                    call = safe_utils.bound_arguments(
                        function, self, context, *args, **kw
                    )
                    payload = {"exception": str(error), "args": _cleanse_dict(call)}
                    sender.error(context, function.__name__, payload)
                    _emit_versioned(context, error, binary)
                raise

        return wrapped  # type: ignore[return-value]  # wraps keeps the signature

    return inner


def get_notifier() -> Any:
    """Return the notifier of the acting host.

    Nova: nova/compute/manager.py get_notifier
    """
    return rpc.get_notifier("compute", CONF.host)


wrap_compute_exception = functools.partial(wrap_exception, get_notifier=get_notifier)


def _cleanse_dict(original: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out self, context and everything that is a secret.

    Nova: nova/exception_wrapper.py _cleanse_dict; injected files are left out too.
    """
    hidden = {"self", "context", "injected_files"}
    return {
        name: _plain(value)
        for name, value in original.items()
        if name not in hidden and "_pass" not in name
    }


def _plain(value: Any) -> Any:
    """Return what a notification can carry: versioned objects go by uuid or name."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {
            str(key): _plain(item)
            for key, item in value.items()
            if "_pass" not in str(key)
        }
    if isinstance(value, list | tuple | set):
        return [_plain(item) for item in value]
    return getattr(value, "uuid", None) or type(value).__name__


def _emit_versioned(context: RequestContext, error: Exception, binary: str) -> None:
    versioned.emit_exception(context, error, CONF.host, binary)
