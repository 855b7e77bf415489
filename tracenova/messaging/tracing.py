"""Spans at the transport's seams: one for a send, one for its receipt.

They work over any driver of oslo.messaging. oslo.messaging's own tracing
(``[oslo_messaging_tracing]``) stays off, or every message would have two pairs.
"""

from collections.abc import Mapping, MutableMapping, Sequence
from contextvars import ContextVar
from typing import Any

import oslo_messaging
from oslo_messaging import transport as oslo_transport
from oslo_messaging.rpc import dispatcher as oslo_dispatcher
from oslo_messaging.rpc import server as oslo_server

from tracenova import identity, profiler
from tracenova.messaging.options import MessageOptions
from tracenova.messaging.pool import DispatchPool
from tracenova.telemetry.describe import describe, describe_args
from tracenova.trace import names

_TRACE_KEYS = frozenset({"traceparent", "tracestate", names.LAMPORT})

_receiving: ContextVar[profiler.Span | None] = ContextVar(
    "tracenova_receiving", default=None
)


def without_trace(context: Mapping[str, Any]) -> dict[str, Any]:
    """Return a serialized request context without what the senders put in."""
    return {key: context[key] for key in context if key not in _TRACE_KEYS}


class TracedClient(oslo_messaging.RPCClient):
    """An RPC client whose calls and casts are spans.

    Nova: nova/rpc.py ProfilerContextSerializer does this, from Ocata on, for osprofiler.
    """

    def prepare(self, *args: Any, **kwargs: Any) -> Any:
        """Return the call context for one message, sent through a traced transport."""
        prepared = super().prepare(*args, **kwargs)
        inner = prepared.transport
        prepared.transport = TracedTransport(inner._driver, prepared.version_cap)
        return prepared


class TracedTransport(oslo_transport.RPCTransport):
    """Sends RPC messages, each within a PRODUCER span ``{topic}.{method}``."""

    def __init__(self, driver: Any, version_cap: str | None = None) -> None:
        super().__init__(driver)
        self._version_cap = version_cap

    def _send(
        self,
        target: Any,
        ctxt: MutableMapping[str, Any],
        message: Mapping[str, Any],
        wait_for_reply: bool | None = None,
        transport_options: Any = None,
        **kwargs: Any,
    ) -> Any:
        operation = "fanout" if target.fanout else "call" if wait_for_reply else "cast"
        options = transport_options or MessageOptions()
        name = f"{target.topic}.{message['method']}"
        attributes = self._attributes(target, ctxt, message, operation)
        with profiler.span(name, "producer", attributes) as span:
            profiler.inject(ctxt)
            result = super()._send(
                target,
                ctxt,
                message,
                wait_for_reply=wait_for_reply,
                transport_options=options,
                **kwargs,
            )
            span.set(_outcome(options, operation, result))
        return result

    def _attributes(
        self,
        target: Any,
        ctxt: Mapping[str, Any],
        message: Mapping[str, Any],
        operation: str,
    ) -> Mapping[str, profiler.Attribute | None]:
        if not profiler.is_recording():
            return {}
        return {
            names.MESSAGING_SYSTEM: messaging_system(self._driver),
            names.MESSAGING_OPERATION: operation,
            names.MESSAGING_OPERATION_NAME: operation,
            names.MESSAGING_DESTINATION: target.topic,
            names.RPC_SERVER: target.server,
            names.RPC_VERSION_CAP: self._version_cap,
            **_rpc_attributes(message),
            names.REQUEST_ID: ctxt.get("request_id"),
        }


class TracedNotificationTransport(oslo_transport.NotificationTransport):
    """Sends notifications, each within a PRODUCER span ``{event_type}``."""

    def _send_notification(
        self,
        target: Any,
        ctxt: MutableMapping[str, Any],
        message: Mapping[str, Any],
        version: float,
        retry: int | None = None,
    ) -> None:
        attributes = self._attributes(target, ctxt, message)
        with profiler.span(message["event_type"], "producer", attributes):
            profiler.inject(ctxt)
            super()._send_notification(target, ctxt, message, version, retry=retry)

    def _attributes(
        self, target: Any, ctxt: Mapping[str, Any], message: Mapping[str, Any]
    ) -> Mapping[str, profiler.Attribute | None]:
        if not profiler.is_recording():
            return {}
        priority = message["priority"].lower()
        return {
            names.MESSAGING_SYSTEM: messaging_system(self._driver),
            names.MESSAGING_OPERATION: "publish",
            names.MESSAGING_OPERATION_NAME: "publish",
            names.MESSAGING_DESTINATION: target.topic.removesuffix(f".{priority}"),
            names.MESSAGING_MESSAGE_ID: message["message_id"],
            names.NOTIFICATION_EVENT_TYPE: message["event_type"],
            names.NOTIFICATION_PRIORITY: message["priority"],
            names.NOTIFICATION_PUBLISHER: message["publisher_id"],
            names.NOTIFICATION_PAYLOAD: describe(message["payload"]),
            names.REQUEST_ID: ctxt.get("request_id"),
        }


class TracedServer(oslo_server.RPCServer):
    """An RPC server that works on each message as its service, within a CONSUMER span.

    The span covers the endpoint's work and the sending of the reply, which takes the
    service's Lamport clock back to the caller.
    """

    def __init__(
        self, transport: Any, target: Any, dispatcher: Any, executor: str | None = None
    ) -> None:
        super().__init__(transport, target, dispatcher, executor)
        self._acting = identity.current()
        self._executor_cls = DispatchPool

    def _process_incoming(self, incoming: Sequence[Any]) -> None:
        if self._acting is None:
            self._receive(incoming)
            return
        with identity.acting_as(self._acting):
            self._receive(incoming)

    def _receive(self, incoming: Sequence[Any]) -> None:
        received = incoming[0]
        name = f"{received.message.get('method')} receive"
        with (
            profiler.extracted(received.ctxt),
            profiler.span(name, "consumer", self._attributes(received)) as span,
        ):
            token = _receiving.set(span)
            try:
                super()._process_incoming(incoming)
            finally:
                _receiving.reset(token)

    def _attributes(self, received: Any) -> Mapping[str, profiler.Attribute | None]:
        if not profiler.is_recording():
            return {}
        return {
            names.MESSAGING_SYSTEM: messaging_system(self.transport._driver),
            names.MESSAGING_OPERATION: "receive",
            names.MESSAGING_OPERATION_NAME: "receive",
            names.MESSAGING_DESTINATION: self._target.topic,
            names.MESSAGING_MESSAGE_ID: received.msg_id,
            names.RPC_SERVER: self._target.server,
            **_rpc_attributes(received.message),
            names.RPC_QUEUED_NS: getattr(received, "queued_ns", None),
            names.RPC_ACKED: False,
            names.REQUEST_ID: received.ctxt.get("request_id"),
        }


class TracedDispatcher(oslo_dispatcher.RPCDispatcher):
    """Finds the endpoint for a message, and tells the span which one, and how it ended.

    Which versions an endpoint accepts is oslo.messaging's own rule: the same major
    number, and a minor number not above the endpoint's.
    """

    def dispatch(self, incoming: Any) -> Any:
        """Call the endpoint's method; the message has been acknowledged before."""
        span = _receiving.get()
        if span is None or not profiler.is_recording():
            return super().dispatch(incoming)
        version = self._endpoint_version(incoming.message)
        span.set({names.RPC_ACKED: True, names.RPC_ENDPOINT_VERSION: version})
        try:
            return super().dispatch(incoming)
        except oslo_dispatcher.ExpectedException as expected:
            span.fail(expected.exc_info[1])
            raise
        except Exception as error:
            span.fail(error)
            raise

    def _endpoint_version(self, message: Mapping[str, Any]) -> str | None:
        """Return the version of the endpoint meant, be it compatible or not."""
        for endpoint in self.endpoints:
            target = getattr(endpoint, "target", None) or self._default_target
            if self._is_namespace(target, message.get("namespace")):
                return target.version or "1.0"
        return None


def messaging_system(driver: Any) -> str:
    """Return OpenTelemetry's name for what carries the messages: ``redis``."""
    transport = str(driver._url.transport).partition("+")[0]
    return {"fakeredis": "redis", "rabbit": "rabbitmq"}.get(transport, transport)


def _rpc_attributes(
    message: Mapping[str, Any],
) -> Mapping[str, profiler.Attribute | None]:
    return {
        names.RPC_SYSTEM: "oslo.messaging",
        names.RPC_METHOD: message.get("method"),
        names.RPC_NAMESPACE: message.get("namespace"),
        names.RPC_VERSION: message.get("version"),
        names.RPC_ARGS: describe_args(message.get("args") or {}),
    }


def _outcome(
    options: Any, operation: str, result: Any
) -> Mapping[str, profiler.Attribute | None]:
    if not profiler.is_recording():
        return {}
    ours = isinstance(options, MessageOptions)
    return {
        names.MESSAGING_MESSAGE_ID: options.message_id if ours else None,
        names.MESSAGING_BODY_SIZE: options.body_size if ours else None,
        names.RPC_RESULT: describe(result) if operation == "call" else None,
    }
