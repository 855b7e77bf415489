"""Look through decorators at the function they wrap.

Nova: nova/safe_utils.py
"""

import inspect
from collections.abc import Callable
from typing import Any


def get_wrapped_function(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function at the bottom of a stack of decorators.

    Nova: nova/safe_utils.py get_wrapped_function; it searches closures, because
    Python 2's ``functools.wraps`` left no ``__wrapped__``.
    """
    return inspect.unwrap(function)


def bound_arguments(
    function: Callable[..., Any], *args: Any, **kwargs: Any
) -> dict[str, Any]:
    """Return the arguments of a call by the names the wrapped function gives them."""
    bound = inspect.signature(get_wrapped_function(function)).bind(*args, **kwargs)
    bound.apply_defaults()
    return dict(bound.arguments)
