"""Times and sizes as people read them."""


def duration(ns: int | None) -> str:
    """Return a duration: ``850 µs``, ``12 ms``, ``3.4 s``."""
    if not ns:
        return "–"
    for unit, size_ in (("s", 1_000_000_000), ("ms", 1_000_000), ("µs", 1_000)):
        if ns >= size_:
            value = ns / size_
            return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"
    return f"{ns} ns"


def since(ns: int) -> str:
    """Return a time after the beginning: ``+112 ms``."""
    if ns < 0:
        return f"−{duration(-ns)}"
    return f"+{duration(ns)}" if ns else "+0"


def size(count: int | None) -> str:
    """Return a number of bytes: ``5.8 kB``."""
    if count is None:
        return "–"
    return f"{count} B" if count < 1000 else f"{count / 1000:.1f} kB"
