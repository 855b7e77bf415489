"""Let the garbage collector rest while a large trace is read, told or drawn.

That makes millions of objects, none of them garbage; looking through them again and
again would cost as much as the work itself.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """Collect nothing until the block ends."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
