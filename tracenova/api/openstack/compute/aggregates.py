"""Host aggregates: hosts that share metadata, and perhaps an availability zone.

Nova: nova/api/openstack/compute/aggregates.py
"""

import datetime
from typing import Any

import webob.exc

from tracenova import compute, exception
from tracenova.api import validation
from tracenova.api.openstack import common, extensions, wsgi
from tracenova.api.openstack.api_params import row_id
from tracenova.api.openstack.compute.schemas import aggregates as schema
from tracenova.context import RequestContext
from tracenova.policies import aggregates as aggr_policies

Body = dict[str, Any]
_FIELDS = (
    "id",
    "name",
    "availability_zone",
    "hosts",
    "metadata",
    "created_at",
    "updated_at",
    "deleted",
    "deleted_at",
)


class AggregateController(wsgi.Controller):
    """Answers everything under /os-aggregates.

    Nova: nova/api/openstack/compute/aggregates.py AggregateController
    """

    def __init__(self) -> None:
        self.api = compute.AggregateAPI()

    @extensions.expected_errors(())
    def index(self, req: wsgi.Request) -> Body:
        """Return all aggregates."""
        context = _authorized(req, "index")
        aggregates = self.api.get_aggregate_list(context)
        return {"aggregates": [_view(aggregate) for aggregate in aggregates]}

    @extensions.expected_errors((400, 409))
    @validation.schema(schema.create_v20, "2.0", "2.0")
    @validation.schema(schema.create, "2.1")
    def create(self, req: wsgi.Request, body: Body) -> Body:
        """Create an aggregate, perhaps as an availability zone."""
        context = _authorized(req, "create")
        words = body["aggregate"]
        name = common.normalize_name(words["name"])
        zone = words.get("availability_zone")
        try:
            aggregate = self.api.create_aggregate(
                context, name, zone and common.normalize_name(zone)
            )
        except exception.AggregateNameExists as error:
            raise webob.exc.HTTPConflict(explanation=error.format_message()) from error
        except exception.InvalidAggregateAction as error:
            raise webob.exc.HTTPBadRequest(
                explanation=error.format_message()
            ) from error
        view = _view(aggregate)
        del view["hosts"], view["metadata"]
        return {"aggregate": view}

    @extensions.expected_errors(404)
    def show(self, req: wsgi.Request, id: str) -> Body:
        """Return one aggregate."""
        context = _authorized(req, "show")
        try:
            return {"aggregate": _view(self.api.get_aggregate(context, _number(id)))}
        except exception.AggregateNotFound as error:
            raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error

    @extensions.expected_errors((400, 404, 409))
    @validation.schema(schema.update_v20, "2.0", "2.0")
    @validation.schema(schema.update, "2.1")
    def update(self, req: wsgi.Request, id: str, body: Body) -> Body:
        """Rename an aggregate, or change its zone."""
        context = _authorized(req, "update")
        updates = body["aggregate"]
        if "name" in updates:
            updates["name"] = common.normalize_name(updates["name"])
        try:
            aggregate = self.api.update_aggregate(context, _number(id), updates)
        except exception.AggregateNameExists as error:
            raise webob.exc.HTTPConflict(explanation=error.format_message()) from error
        except exception.AggregateNotFound as error:
            raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error
        except exception.InvalidAggregateAction as error:
            raise webob.exc.HTTPBadRequest(
                explanation=error.format_message()
            ) from error
        return {"aggregate": _view(aggregate)}

    @extensions.expected_errors((400, 404))
    def delete(self, req: wsgi.Request, id: str) -> None:
        """Delete an aggregate without hosts."""
        context = _authorized(req, "delete")
        try:
            self.api.delete_aggregate(context, _number(id))
        except exception.AggregateNotFound as error:
            raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error
        except exception.InvalidAggregateAction as error:
            raise webob.exc.HTTPBadRequest(
                explanation=error.format_message()
            ) from error

    @extensions.expected_errors((404, 409))
    @wsgi.action("add_host")
    @validation.schema(schema.add_host)
    def _add_host(self, req: wsgi.Request, id: str, body: Body) -> Body:
        context = _authorized(req, "add_host")
        host = body["add_host"]["host"]
        try:
            aggregate = self.api.add_host_to_aggregate(context, _number(id), host)
        except (exception.AggregateNotFound, exception.ComputeHostNotFound) as error:
            raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error
        except (
            exception.AggregateHostExists,
            exception.InvalidAggregateAction,
        ) as error:
            raise webob.exc.HTTPConflict(explanation=error.format_message()) from error
        return {"aggregate": _view(aggregate)}

    @extensions.expected_errors((404, 409))
    @wsgi.action("remove_host")
    @validation.schema(schema.remove_host)
    def _remove_host(self, req: wsgi.Request, id: str, body: Body) -> Body:
        context = _authorized(req, "remove_host")
        host = body["remove_host"]["host"]
        text = f"Cannot remove host {host} in aggregate {id}"
        try:
            aggregate = self.api.remove_host_from_aggregate(context, _number(id), host)
        except (
            exception.AggregateNotFound,
            exception.AggregateHostNotFound,
            exception.ComputeHostNotFound,
        ) as error:
            raise webob.exc.HTTPNotFound(explanation=text) from error
        except exception.InvalidAggregateAction as error:
            raise webob.exc.HTTPConflict(explanation=text) from error
        return {"aggregate": _view(aggregate)}

    @extensions.expected_errors((400, 404))
    @wsgi.action("set_metadata")
    @validation.schema(schema.set_metadata)
    def _set_metadata(self, req: wsgi.Request, id: str, body: Body) -> Body:
        context = _authorized(req, "set_metadata")
        metadata = body["set_metadata"]["metadata"]
        try:
            aggregate = self.api.update_aggregate_metadata(
                context, _number(id), metadata
            )
        except exception.AggregateNotFound as error:
            raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error
        except exception.InvalidAggregateAction as error:
            raise webob.exc.HTTPBadRequest(
                explanation=error.format_message()
            ) from error
        return {"aggregate": _view(aggregate)}


def _authorized(req: wsgi.Request, action: str) -> RequestContext:
    context: RequestContext = req.environ["nova.context"]
    context.can(aggr_policies.POLICY_ROOT % action)
    return context


def _number(aggregate_id: str) -> int:
    try:
        return row_id(aggregate_id)
    except ValueError as error:
        raise exception.AggregateNotFound(aggregate_id=aggregate_id) from error


def _view(aggregate: Any) -> Body:
    return {
        field: _naive(getattr(aggregate, field))
        for field in _FIELDS
        if aggregate.obj_attr_is_set(field) or field in aggregate.obj_extra_fields
    }


def _naive(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None)
    return value


class Aggregates(extensions.V21APIExtensionBase):
    """Host aggregates.

    Nova: nova/api/openstack/compute/aggregates.py Aggregates
    """

    name = "Aggregates"
    alias = "os-aggregates"

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return the collection /os-aggregates."""
        return [
            extensions.ResourceExtension(
                self.alias, AggregateController(), member_actions={"action": "POST"}
            )
        ]
