"""What projects have used between two moments: hours of servers, memory, disk, vCPUs.

Nova: nova/api/openstack/compute/simple_tenant_usage.py
"""

import datetime
from collections.abc import Iterable
from typing import Any, Final

import webob.exc
from oslo_utils import timeutils

from tracenova import objects
from tracenova.api.openstack import extensions, wsgi
from tracenova.policies import simple_tenant_usage as stu_policies

Body = dict[str, Any]

_FORMATS: Final = (
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m-%d %H:%M:%S.%f",
)


class SimpleTenantUsageController(wsgi.Controller):
    """Answers everything under /os-simple-tenant-usage.

    Nova: nova/api/openstack/compute/simple_tenant_usage.py SimpleTenantUsageController
    """

    @extensions.expected_errors(400)
    def index(self, req: wsgi.Request) -> Body:
        """Return what each project has used."""
        context = req.environ["nova.context"]
        context.can(stu_policies.POLICY_ROOT % "list")
        start, stop = _period(req)
        detailed = req.GET.get("detailed", "0") == "1"
        return {"tenant_usages": _usages(context, start, stop, detailed=detailed)}

    @extensions.expected_errors(400)
    def show(self, req: wsgi.Request, id: str) -> Body:
        """Return what one project has used, server by server; {} for nothing."""
        context = req.environ["nova.context"]
        context.can(stu_policies.POLICY_ROOT % "show", {"project_id": id})
        start, stop = _period(req)
        usages = _usages(context, start, stop, tenant_id=id, detailed=True)
        return {"tenant_usage": usages[0] if usages else {}}


def _period(req: wsgi.Request) -> tuple[datetime.datetime, datetime.datetime]:
    """Return begin and end, each of which is now by default.

    Raises:
        webob.exc.HTTPBadRequest: one is no time, or the begin is not before the end.
    """
    start, stop = (_moment(req.GET.get(name)) for name in ("start", "end"))
    if start >= stop:
        raise webob.exc.HTTPBadRequest(
            explanation="Invalid start time. The start time cannot occur after "
            "the end time."
        )
    return start, min(stop, _moment(None))


def _moment(text: str | None) -> datetime.datetime:
    if not text:
        now: datetime.datetime = timeutils.utcnow(with_timezone=True)
        return now
    for form in _FORMATS:
        try:
            return datetime.datetime.strptime(text, form).replace(tzinfo=datetime.UTC)
        except ValueError:
            continue
    raise webob.exc.HTTPBadRequest(
        explanation="Invalid datetime string: Datetime is in invalid format"
    )


def _usages(
    context: Any,
    start: datetime.datetime,
    stop: datetime.datetime,
    tenant_id: str | None = None,
    *,
    detailed: bool,
) -> list[Body]:
    instances = objects.InstanceList.get_active_by_window_joined(
        context, start, stop, tenant_id, expected_attrs=["flavor"]
    )
    by_project: dict[str, list[Body]] = {}
    for instance in instances:
        of_server = _server_usage(instance, start, stop)
        by_project.setdefault(instance.project_id, []).append(of_server)
    return [
        _summary(project_id, usages, start, stop, detailed=detailed)
        for project_id, usages in by_project.items()
    ]


def _server_usage(
    instance: Any, start: datetime.datetime, stop: datetime.datetime
) -> Body:
    flavor = instance.flavor
    launched, gone = instance.launched_at, instance.terminated_at
    ran = min(stop, gone or stop) - max(start, launched)
    uptime = (gone or _moment(None)) - launched
    return {
        "hours": max(0.0, ran.total_seconds() / 3600),
        "flavor": flavor.name,
        "instance_id": instance.uuid,
        "name": instance.display_name,
        "tenant_id": instance.project_id,
        "memory_mb": flavor.memory_mb,
        "local_gb": flavor.root_gb + flavor.ephemeral_gb,
        "vcpus": flavor.vcpus,
        "started_at": _naive(launched),
        "ended_at": _naive(gone) if gone else None,
        "state": "terminated" if gone else instance.vm_state,
        "uptime": int(uptime.total_seconds()),
    }


def _summary(
    project_id: str,
    usages: Iterable[Body],
    start: datetime.datetime,
    stop: datetime.datetime,
    *,
    detailed: bool,
) -> Body:
    usages = list(usages)

    def total(name: str) -> float:
        return float(sum(usage[name] * usage["hours"] for usage in usages))

    summary: Body = {
        "tenant_id": project_id,
        "total_local_gb_usage": total("local_gb"),
        "total_vcpus_usage": total("vcpus"),
        "total_memory_mb_usage": total("memory_mb"),
        "total_hours": sum(usage["hours"] for usage in usages),
        "start": _naive(start),
        "stop": _naive(stop),
    }
    return {**summary, "server_usages": usages} if detailed else summary


def _naive(moment: datetime.datetime) -> str:
    text: str = timeutils.normalize_time(moment).isoformat()
    return text


class SimpleTenantUsage(extensions.V21APIExtensionBase):
    """Simple tenant usage extension.

    Nova: nova/api/openstack/compute/simple_tenant_usage.py SimpleTenantUsage
    """

    name = "SimpleTenantUsage"
    alias = "os-simple-tenant-usage"

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return the collection /os-simple-tenant-usage."""
        return [
            extensions.ResourceExtension(
                "os-simple-tenant-usage", SimpleTenantUsageController()
            )
        ]
