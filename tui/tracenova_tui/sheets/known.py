"""What the scheduler knew of each host when it decided."""

import json
from collections.abc import Mapping
from typing import Any

from tracenova.trace.story import Decision, number
from tracenova_tui.ink import Line, line, pad

_BAR = 40


def known_hosts(decision: Decision) -> dict[str, Mapping[str, Any]]:
    """Return host → what was known of it; {} when the trace does not hold that."""
    try:
        case = json.loads(decision.choice.case or "{}")
        return {str(host["host"]): host for host in case.get("hosts", ())}
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}


def lines(known: Mapping[str, Any], width: int) -> list[Line]:
    """Return a host's capacity as the scheduler knew it, a line each."""
    service = known.get("service") or {}
    found = []
    if service.get("disabled"):
        why = service.get("disabled_reason") or "no reason given"
        found.append(line(("     ✗ its service is disabled: ", "warn"), why))
    ratio = _number(known, "ram_allocation_ratio", 1.0)
    total = _number(known, "total_usable_ram_mb")
    used = total - _number(known, "free_ram_mb")
    found.append(_used("memory", used, total, total * ratio, "MB", width))
    ratio = _number(known, "disk_allocation_ratio", 1.0)
    total = _number(known, "total_usable_disk_gb")
    used = total - _number(known, "free_disk_mb") / 1024
    found.append(_used("disk", used, total, total * ratio, "GB", width))
    ratio = _number(known, "cpu_allocation_ratio", 1.0)
    total = _number(known, "vcpus_total")
    used = _number(known, "vcpus_used")
    found.append(_used("vcpu", used, total, total * ratio, "vcpus", width))
    guests = known.get("num_instances") or 0
    found.append(line((f"     {pad('guests', 7)} ", "dim"), f"{guests}"))
    return found


def bar_size(width: int) -> int:
    """Return how long bars are, so that the numbers beside them are not cut."""
    return max(6, min(_BAR, width - 62))


def _used(
    name: str, used: float, total: float, limit: float, unit: str, width: int
) -> Line:
    size = bar_size(width)
    most = max(limit, used, 1.0)
    full = round(max(0.0, used) / most * size)
    return line(
        (f"     {pad(name, 7)} ", "dim"),
        ("▮" * full, "bar"), ("▯" * (size - full), "faint"),
        f"  used {number(used)} of {number(total)} {unit}, limit {number(limit)}",
    )  # fmt: skip


def _number(known: Mapping[str, Any], name: str, default: float = 0.0) -> float:
    value = known.get(name)
    return float(value) if isinstance(value, (int, float)) and value else default
