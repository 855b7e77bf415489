"""What the scheduler was asked for, read from the message that asked it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tracenova.trace import names
from tracenova.trace.model import Span
from tracenova.trace.story import Decision
from tracenova_tui.sheets import tree
from tracenova_tui.story import Story


@dataclass(frozen=True, slots=True)
class Request:
    """The flavor and the wishes of one select_destinations."""

    flavor: str = "?"
    memory_mb: int | None = None
    vcpus: int | None = None
    disk_gb: int | None = None
    wishes: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, decision: Decision, story: Story) -> "Request":
        """Read the request of a decision."""
        span = story.span(decision.choice.span_id)
        spec = _spec(span, story) if span else {}
        flavor = _inner(spec.get("flavor"))
        disk = [flavor.get("root_gb"), flavor.get("ephemeral_gb")]
        wishes = {
            key: spec[key]
            for key in (
                "availability_zone",
                "force_hosts",
                "ignore_hosts",
                "scheduler_hints",
            )
            if spec.get(key)
        }
        if tried := _inner(spec.get("retry")).get("hosts"):
            wishes["tried before"] = tried
        known = any(part is not None for part in disk)
        return cls(
            flavor=str(flavor.get("name", "?")),
            memory_mb=flavor.get("memory_mb"),
            vcpus=flavor.get("vcpus"),
            disk_gb=sum(part or 0 for part in disk) if known else None,
            wishes=wishes,
        )

    def sentence(self) -> str:
        """Return the request in a line."""
        if self.memory_mb is None:
            return "request: not recorded in this trace"
        text = (
            f"request {self.flavor}: {self.memory_mb} MB · {self.vcpus} vcpu · "
            f"{self.disk_gb} GB"
        )
        for key, value in self.wishes.items():
            text += f"   {key.replace('_', ' ')} {value}"
        return text


def _spec(span: Span, story: Story) -> Mapping[str, Any]:
    for above in story.trace.tree.ancestors(span):
        args = tree.parsed(above.text(names.RPC_ARGS))
        if isinstance(args, Mapping) and "spec_obj" in args:
            return _inner(args["spec_obj"])
    return {}


def _inner(value: Any) -> Mapping[str, Any]:
    """Return what is in a serialized object: ``{"Flavor": {…}}`` → ``{…}``."""
    if isinstance(value, Mapping) and len(value) == 1:
        member = next(iter(value.values()))
        if isinstance(member, Mapping):
            return member
    return value if isinstance(value, Mapping) else {}
