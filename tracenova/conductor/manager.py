"""The conductor's endpoints: the database for computes, and long tasks on servers.

``ComputeTaskManager`` is in ``compute_task_manager.py`` and is offered here under
Nova's name.

Nova: nova/conductor/manager.py ConductorManager
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import oslo_messaging as messaging
from oslo_utils import versionutils

from tracenova import manager, objects, profiler
from tracenova.conductor.compute_task_manager import ComputeTaskManager
from tracenova.context import RequestContext
from tracenova.objects import base as nova_object

__all__ = ["ComputeTaskManager", "ConductorManager"]

LOG = logging.getLogger(__name__)


@profiler.trace_cls("rpc")
class ConductorManager(manager.Manager):
    """Runs object methods for services that may not touch the database.

    Nova: nova/conductor/manager.py ConductorManager
    Left out: ``provider_fw_rule_get_all``, an empty answer for old computes.
    """

    target = messaging.Target(version="3.0")

    def __init__(self, host: str | None = None, **kwargs: Any) -> None:
        super().__init__(host=host, service_name="conductor", **kwargs)
        self.compute_task_mgr = ComputeTaskManager()
        self.additional_endpoints.append(self.compute_task_mgr)

    def object_class_action_versions(
        self,
        context: RequestContext,
        objname: str,
        objmethod: str,
        object_versions: Mapping[str, str],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
    ) -> Any:
        """Run a class method; an object that is too new for the caller is backported."""
        objclass = nova_object.NovaObject.obj_class_from_name(
            objname, object_versions[objname]
        )
        result = self._object_dispatch(objclass, objmethod, (context, *args), kwargs)
        if not isinstance(result, nova_object.NovaObject):
            return result
        wanted = object_versions[objname]
        if _must_convert(wanted, result.VERSION):
            return result.obj_to_primitive(
                target_version=wanted, version_manifest=dict(object_versions)
            )
        return result

    def object_action(
        self,
        context: RequestContext,
        objinst: Any,
        objmethod: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
    ) -> tuple[dict[str, Any], Any]:
        """Run a method on the object that was sent; return the fields that it changed."""
        before = objinst.obj_remembered()
        result = self._object_dispatch(objinst, objmethod, args, kwargs)
        updates: dict[str, Any] = {
            name: objinst.fields[name].to_primitive(objinst, name, value)
            for name, value in objinst.obj_differences(before)
        }
        updates["obj_what_changed"] = objinst.obj_what_changed()
        return updates, result

    def object_backport_versions(
        self, context: RequestContext, objinst: Any, object_versions: Mapping[str, str]
    ) -> Any:
        """Return the object as a primitive of the versions asked for."""
        target = object_versions[objinst.obj_name()]
        LOG.debug("Backporting %s to %s", objinst.obj_name(), target)
        return objinst.obj_to_primitive(
            target_version=target, version_manifest=dict(object_versions)
        )

    def reset(self) -> None:
        """Forget the minimum service versions (SIGHUP: an upgrade step is over)."""
        objects.Service.clear_min_version_cache()

    def _object_dispatch(
        self, target: Any, method: str, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> Any:
        try:
            return getattr(target, method)(*args, **kwargs)
        except Exception:  # noqa: BLE001 - every error of the method belongs to the caller
            raise messaging.ExpectedException  # noqa: B904 - it reads the current error


def _must_convert(wanted: str, actual: str) -> bool:
    wanted_version = versionutils.convert_version_to_tuple(wanted)
    actual_version = versionutils.convert_version_to_tuple(actual)
    return bool(
        wanted_version < actual_version or wanted_version[0] != actual_version[0]
    )
