"""Neutron tells that something happened to a server's port.

Nova: nova/api/openstack/compute/server_external_events.py
"""

import logging
from typing import Any

import webob.exc

from tracenova import compute, exception, objects
from tracenova.api import validation
from tracenova.api.openstack import extensions, wsgi
from tracenova.api.openstack.compute.schemas import server_external_events as schema
from tracenova.context import RequestContext
from tracenova.policies import server_external_events as see_policies

LOG = logging.getLogger(__name__)
Body = dict[str, Any]


class ServerExternalEventsController(wsgi.Controller):
    """Answers POST /os-server-external-events.

    Nova: nova/api/openstack/compute/server_external_events.py
    ServerExternalEventsController
    """

    def __init__(self) -> None:
        self.compute_api = compute.API()

    @wsgi.response(200)
    @extensions.expected_errors((400, 403, 404))
    @validation.schema(schema.create)
    def create(self, req: wsgi.Request, body: Body) -> wsgi.ResponseObject:
        """Pass events on to the computes; each gets a code of its own.

        200 accepted, 404 for an unknown server, 422 for one without a host. The whole
        answer is 207 if any failed, 404 if all did.
        """
        context = req.environ["nova.context"]
        context.can(see_policies.POLICY_ROOT % "create")
        instances: dict[str, Any] = {}
        accepted = []
        for words in body["events"]:
            event = _event(context, words)
            instance = self._get_instance(context, event, instances)
            words["code"] = _code(event, instance)
            words["status"] = "completed" if words["code"] == 200 else "failed"
            if words["code"] == 200:
                accepted.append(event)
        if not accepted:
            raise webob.exc.HTTPNotFound(explanation="No instances found for any event")
        hosted = {
            event.instance_uuid: instances[event.instance_uuid] for event in accepted
        }
        self.compute_api.external_instance_event(
            context, list(hosted.values()), accepted
        )
        partly = len(accepted) < len(body["events"])
        return wsgi.ResponseObject(
            {"events": body["events"]}, code=207 if partly else 200
        )

    @staticmethod
    def _get_instance(
        context: RequestContext, event: Any, instances: dict[str, Any]
    ) -> Any:
        """Return the event's server, read once per request; None if there is none."""
        uuid = event.instance_uuid
        if uuid not in instances:
            try:
                instances[uuid] = objects.Instance.get_by_uuid(
                    context, uuid, expected_attrs=["migration_context", "info_cache"]
                )
            except exception.InstanceNotFound:
                return None
        return instances[uuid]


def _event(context: RequestContext, words: Body) -> Any:
    return objects.InstanceExternalEvent(
        context,
        instance_uuid=words["server_uuid"],
        name=words["name"],
        status=words.get("status", "completed"),
        tag=words.get("tag"),
    )


def _code(event: Any, instance: Any) -> int:
    if instance is None:
        LOG.debug(
            "Dropping event %s:%s for unknown instance %s",
            event.name,
            event.tag,
            event.instance_uuid,
        )
        return 404
    if not instance.host:
        LOG.debug(
            "Instance %s has no host. Dropping event %s",
            event.instance_uuid,
            event.name,
        )
        return 422
    LOG.info(
        "Creating event %s:%s for instance %s",
        event.name,
        event.tag,
        event.instance_uuid,
    )
    return 200


class ServerExternalEvents(extensions.V21APIExtensionBase):
    """External events.

    Nova: nova/api/openstack/compute/server_external_events.py ServerExternalEvents
    """

    name = "ServerExternalEvents"
    alias = "os-server-external-events"

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return the collection /os-server-external-events."""
        return [
            extensions.ResourceExtension(self.alias, ServerExternalEventsController())
        ]
