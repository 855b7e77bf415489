"""What a controller module of the API needs, under Nova's one name for it.

Nova: nova/api/openstack/wsgi.py. Nova's module is one of 1100 lines; here it is
request, serialization, faults, controller and resource.
"""

from tracenova.api.openstack.controller import Controller, action, extends, response
from tracenova.api.openstack.faults import Fault, ResourceExceptionHandler, http_error
from tracenova.api.openstack.request import (
    API_VERSION_REQUEST_HEADER,
    ENV_LEGACY_V2,
    LEGACY_API_VERSION_REQUEST_HEADER,
    Request,
)
from tracenova.api.openstack.resource import Resource, ResourceV21
from tracenova.api.openstack.serialization import (
    JSONDeserializer,
    JSONDictSerializer,
    ResponseObject,
    action_peek,
)

__all__ = [
    "API_VERSION_REQUEST_HEADER",
    "ENV_LEGACY_V2",
    "LEGACY_API_VERSION_REQUEST_HEADER",
    "Controller",
    "Fault",
    "JSONDeserializer",
    "JSONDictSerializer",
    "Request",
    "Resource",
    "ResourceExceptionHandler",
    "ResourceV21",
    "ResponseObject",
    "action",
    "action_peek",
    "extends",
    "http_error",
    "response",
]
