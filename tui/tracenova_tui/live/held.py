"""A message that is held at the bus, as the screen shows it."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracenova.trace import names
from tracenova.trace.model import Span

if TYPE_CHECKING:
    from tracenova.messaging.envelope import Envelope

_SECRET = ("password", "token", "injected", "user_data", "secret")


@dataclass(frozen=True, slots=True)
class Held:
    """What is held, and why."""

    id: str
    kind: str
    topic: str
    method: str
    server: str
    version: str
    why: str
    args: Any
    rpc_method: str = ""

    @classmethod
    def of(cls, envelope: "Envelope", why: str) -> "Held":
        """Describe a message of the bus."""
        method = envelope.method
        if method.startswith("object_"):
            name = envelope.args.get("objname") or _object_name(
                envelope.args.get("objinst")
            )
            method = f"{name or '?'}.{envelope.args.get('objmethod', '?')}"
        return cls(
            id=envelope.id,
            kind=envelope.kind,
            topic="the caller's reply queue"
            if envelope.kind == "reply"
            else envelope.topic,
            method=method,
            server=envelope.server or "",
            version=envelope.version or "",
            why=why,
            args=dict(envelope.args),
            rpc_method=envelope.method,
        )

    def words(self) -> str:
        """Return the message in a line."""
        at = f"@{self.server}" if self.server else ""
        version = f" {self.version}" if self.version else ""
        return f"{self.kind} {self.method}{version} ▸ {self.topic}{at}"

    def args_text(self) -> str:
        """Return the arguments as JSON to be edited, secrets masked."""
        return json.dumps(_masked(self.args), indent=1, default=str, ensure_ascii=False)


def unmasked(edited: Any, original: Any) -> Any:
    """Return what was edited, with masked secrets as they were."""
    if edited == "***" and original is not None:
        return original
    if isinstance(edited, dict) and isinstance(original, dict):
        return {
            key: unmasked(value, original.get(key)) for key, value in edited.items()
        }
    if isinstance(edited, list) and isinstance(original, (list, tuple)):
        pairs = [*original, *[None] * (len(edited) - len(original))]
        return [unmasked(value, old) for value, old in zip(edited, pairs, strict=False)]
    return edited


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: "***"
            if member and any(part in str(key) for part in _SECRET)
            else _masked(member)
            for key, member in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_masked(member) for member in value]
    return value


def _object_name(instance: Any) -> str:
    return (
        str(instance.get("nova_object.name", "")) if isinstance(instance, dict) else ""
    )


def is_about(one: Held, span: Span) -> bool:
    """Say whether a span is the sending of a held message.

    The sender of a call notes the message's id when the reply has come; until then its
    method must do.
    """
    known = span.text(names.MESSAGING_MESSAGE_ID)
    if known is not None:
        return known == one.id
    waits = span.end_ns is None and span.kind == "producer"
    return waits and span.text(names.RPC_METHOD) == one.rpc_method
