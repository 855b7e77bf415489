"""Sets of CPUs as people write them: ``0-3,^2,8``.

Nova: nova/virt/hardware.py [parse_cpu_spec]
"""

from tracenova import exception


def parse_cpu_spec(spec: str) -> set[int]:
    """Return the CPUs of a description: numbers, ranges, ``^`` to leave some out.

    Raises:
        Invalid: the text is none.

    Nova: nova/virt/hardware.py parse_cpu_spec
    """
    wanted: set[int] = set()
    unwanted: set[int] = set()
    for rule in filter(None, (part.strip() for part in spec.split(","))):
        (unwanted if rule.startswith("^") else wanted).update(_range(rule, spec))
    return wanted - unwanted


def _range(rule: str, spec: str) -> range:
    first, _, last = rule.removeprefix("^").partition("-")
    try:
        found = range(int(first), int(last or first) + 1)
    except ValueError as error:
        raise exception.Invalid(f"Invalid CPU set {spec!r}: {rule!r}") from error
    if not found:
        raise exception.Invalid(f"Invalid CPU set {spec!r}: {rule!r} is empty")
    return found
