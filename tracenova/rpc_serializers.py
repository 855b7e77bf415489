"""How contexts and arguments become JSON and come back.

Nova: nova/rpc.py JsonPayloadSerializer, RequestContextSerializer
"""

from collections.abc import Mapping
from typing import Any

import oslo_messaging as messaging
from oslo_serialization import jsonutils

from tracenova.context import RequestContext
from tracenova.messaging.tracing import without_trace

_SIMPLE = frozenset((bool, float, int, str, type(None)))


class JsonPayloadSerializer(messaging.NoOpSerializer):
    """Turns whatever a notification holds into JSON types.

    Nova: nova/rpc.py JsonPayloadSerializer
    """

    @staticmethod
    def serialize_entity(context: Any, entity: Any) -> Any:
        """Return the payload as JSON types."""
        if type(entity) in _SIMPLE:
            return entity
        convert = JsonPayloadSerializer.serialize_entity
        if isinstance(entity, dict) and all(type(key) is str for key in entity):
            return {key: convert(context, value) for key, value in entity.items()}
        if isinstance(entity, list):
            return [convert(context, value) for value in entity]
        return jsonutils.to_primitive(entity, convert_instances=True)


class RequestContextSerializer(messaging.Serializer):
    """Sends the request context along; leaves the arguments to another serializer.

    Nova: nova/rpc.py RequestContextSerializer
    """

    def __init__(self, base: Any) -> None:
        self._base = base

    def serialize_entity(self, context: Any, entity: Any) -> Any:
        """Return an argument or a result as it is sent."""
        if self._base is None:
            return entity
        return self._base.serialize_entity(context, entity)

    def deserialize_entity(self, context: Any, entity: Any) -> Any:
        """Return an argument or a result as it was before it was sent."""
        if self._base is None:
            return entity
        return self._base.deserialize_entity(context, entity)

    def serialize_context(self, context: Any) -> dict[str, Any]:
        """Return the context as a dict, new, so that the trace can be written in it."""
        return dict(context) if isinstance(context, Mapping) else context.to_dict()

    def deserialize_context(self, context: Mapping[str, Any]) -> RequestContext:
        """Return the context that a message brought."""
        return RequestContext.from_dict(without_trace(context))
