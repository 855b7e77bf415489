"""One message as it travels: who sends what to whom, and when it was published."""

import json
import time
import uuid
from collections.abc import Mapping
from typing import Any, Literal, Self, get_args

import msgspec
from oslo_serialization import jsonutils

from tracenova.messaging.errors import MalformedMessage

Kind = Literal["call", "cast", "fanout", "reply", "notification"]
_KINDS = frozenset(get_args(Kind))
_FIELD_TYPES: Mapping[str, Any] = {
    "id": str,
    "kind": str,
    "topic": str,
    "server": str | None,
    "message": dict,
    "context": dict,
    "reply_to": str | None,
    "published_ns": int,
    "monitor_timeout_s": int | float | None,
}


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message and its address.

    Attributes:
        id: unique; a reply carries the id of the call that it answers.
        kind: call, cast, fanout, reply or notification.
        topic: ``conductor``, ``compute``, ``notifications.info``; of a reply, the
            caller's reply queue.
        server: the one server meant, or None for any of the topic's. Every copy of a
            fanout names the server that gets it.
        message: oslo.messaging's own: method, args, namespace, version. Of a reply:
            the method answered, args ``{"result": …}``, and failure (None or text).
        context: the request context as a dict, with the trace context in it.
        reply_to: queue that waits for the reply; None when nobody does.
        published_ns: wall clock of the sender.
        monitor_timeout_s: the caller wants a sign of life this often.
    """

    id: str
    kind: Kind
    topic: str
    server: str | None
    message: Mapping[str, Any]
    context: Mapping[str, Any]
    reply_to: str | None = None
    published_ns: int = msgspec.field(default_factory=time.time_ns)
    monitor_timeout_s: float | None = None

    def __repr__(self) -> str:
        """Return who sends what to whom; the context holds the token."""
        return f"<{self.kind} {self.method} {self.id} to {self.server or self.topic}>"

    @property
    def method(self) -> str:
        """The method called; of a notification, its event type."""
        return str(self.message.get("method") or self.message.get("event_type") or "")

    @property
    def namespace(self) -> str | None:
        """``compute_task``, ``baseapi`` or None, the main interface of the server."""
        return self.message.get("namespace")

    @property
    def version(self) -> str | None:
        """The version that the message claims."""
        return self.message.get("version")

    @property
    def args(self) -> Mapping[str, Any]:
        """The arguments by name; of a notification, its payload."""
        if self.kind == "notification":
            return {"payload": self.message.get("payload")}
        return self.message.get("args") or {}

    @property
    def request_id(self) -> str | None:
        """``req-…`` of the user's request that caused the message."""
        return self.context.get("request_id")

    def with_args(self, **changes: Any) -> Self:
        """Return a copy whose arguments differ: what the tap's edit is made of."""
        message = {**self.message}
        if self.kind == "notification":
            message["payload"] = changes.get("payload", message.get("payload"))
        else:
            message["args"] = {**self.args, **changes}
        return msgspec.structs.replace(self, message=message)

    def encode(self) -> str:
        """Return the message as the JSON text that lies in the queue."""
        try:
            return _encoder.encode(self).decode()
        except (TypeError, ValueError):
            # Half a surrogate pair, a key that is no text: the standard library has a way.
            fields = {name: getattr(self, name) for name in _FIELD_TYPES}
            return json.dumps(fields, default=_primitive, separators=(",", ":"))


def new_id() -> str:
    """Return an id for a message that is about to be sent."""
    return uuid.uuid4().hex


def decode(body: str | bytes) -> Envelope:
    """Read a message from a queue.

    Raises:
        MalformedMessage: it is not JSON, or lacks a field, or has one of a wrong type.
    """
    try:
        envelope = _decoder.decode(body)
    except (ValueError, RecursionError):
        envelope = _taken_apart(body)
    _check_message(envelope.kind, envelope.message)
    return envelope


def _taken_apart(body: str | bytes) -> Envelope:
    """Read a message field by field, to say what is wrong with it."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedMessage(f"not JSON: {error}") from error
    if not isinstance(fields, dict):
        raise MalformedMessage(f"a JSON {type(fields).__name__} instead of an object")
    for name, kinds in _FIELD_TYPES.items():
        if name not in fields:
            raise MalformedMessage(f"no {name}")
        if not isinstance(fields[name], kinds):
            raise MalformedMessage(f"{name} is a {type(fields[name]).__name__}")
    if unknown := sorted(set(fields) - set(_FIELD_TYPES)):
        raise MalformedMessage(f"unknown fields {', '.join(unknown)}")
    if fields["kind"] not in _KINDS:
        raise MalformedMessage(f"no message is a {fields['kind']!r}")
    return Envelope(**fields)


def _check_message(kind: str, message: Mapping[str, Any]) -> None:
    title = "event_type" if kind == "notification" else "method"
    if not isinstance(message.get(title), str):
        raise MalformedMessage(f"no {title}")
    if not isinstance(message.get("args", {}), dict):
        raise MalformedMessage("args is not an object")


def _primitive(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, str):
        return str(value)
    plain = jsonutils.to_primitive(value, convert_instances=True)
    if plain is value:  # a key that is no text, a number of a type of its own
        raise TypeError(f"{value!r} is left to the standard library")
    return plain


_encoder = msgspec.json.Encoder(enc_hook=_primitive)
_decoder = msgspec.json.Decoder(Envelope)
