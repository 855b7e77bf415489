"""The messages that conductors understand, and what older conductors are sent instead.

Nova: nova/conductor/rpcapi.py
Left out: migrate_server, unshelve_instance, live_migrate_instance, and the history of versions 1 and 2 of the base API.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import oslo_messaging as messaging
from oslo_serialization import jsonutils

from tracenova import profiler, rpc
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.objects import base as objects_base


@profiler.trace_cls("rpc")
class ConductorAPI:
    """How a compute gets at the database: object methods run at the conductor.

    Version 3.0, capped by ``[upgrade_levels]conductor``. It is the ``indirection_api``
    of every object in nova-compute.

    Nova: nova/conductor/rpcapi.py ConductorAPI
    """

    VERSION_ALIASES = {
        "grizzly": "1.48",
        "havana": "1.58",
        "icehouse": "2.0",
        "juno": "2.0",
        "kilo": "2.1",
        "liberty": "3.0",
        "mitaka": "3.0",
    }

    def __init__(self) -> None:
        target = messaging.Target(topic=CONF.conductor.topic, version="3.0")
        level = CONF.upgrade_levels.conductor
        self.client = rpc.get_client(
            target,
            version_cap=self.VERSION_ALIASES.get(level, level),
            serializer=objects_base.NovaObjectSerializer(),
        )

    def object_class_action_versions(
        self,
        context: RequestContext,
        objname: str,
        objmethod: str,
        object_versions: Mapping[str, str],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
    ) -> Any:
        """Run a class method of an object there; return what it returned."""
        cctxt = self.client.prepare()
        return cctxt.call(
            context,
            "object_class_action_versions",
            objname=objname,
            objmethod=objmethod,
            object_versions=object_versions,
            args=args,
            kwargs=kwargs,
        )

    def object_action(
        self,
        context: RequestContext,
        objinst: Any,
        objmethod: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
    ) -> Any:
        """Run a method of an object there; return its changes and its result."""
        cctxt = self.client.prepare()
        return cctxt.call(
            context,
            "object_action",
            objinst=objinst,
            objmethod=objmethod,
            args=args,
            kwargs=kwargs,
        )

    def object_backport_versions(
        self, context: RequestContext, objinst: Any, object_versions: Mapping[str, str]
    ) -> Any:
        """Return the object in versions that the caller understands."""
        cctxt = self.client.prepare()
        return cctxt.call(
            context,
            "object_backport_versions",
            objinst=objinst,
            object_versions=object_versions,
        )


@profiler.trace_cls("rpc")
class ComputeTaskAPI:
    """Long tasks on servers, handed to any one conductor.

    Namespace ``compute_task``. build_instances: 1.2 added, 1.5 legacy_bdm, 1.7 block
    devices no longer sent, 1.9 requested networks are objects, 1.10 the flavor is an
    object.

    Args:
        version_cap: the highest version to send. Nova has no cap on this client, so
            that its older forms never go out; ours comes from here or from
            ``[tracenova]compute_task_cap``.

    Nova: nova/conductor/rpcapi.py ComputeTaskAPI
    """

    def __init__(self, version_cap: str | None = None) -> None:
        target = messaging.Target(
            topic=CONF.conductor.topic, namespace="compute_task", version="1.0"
        )
        self.client = rpc.get_client(
            target,
            version_cap=version_cap or CONF.tracenova.compute_task_cap,
            serializer=objects_base.NovaObjectSerializer(),
        )

    def build_instances(
        self,
        context: RequestContext,
        instances: Sequence[Any],
        image: Mapping[str, Any],
        filter_properties: Mapping[str, Any],
        admin_password: str | None,
        injected_files: Sequence[Any] | None,
        requested_networks: Any,
        security_groups: Sequence[str],
        block_device_mapping: Any,
        legacy_bdm: bool = True,
    ) -> None:
        """Cast the build in the newest form that the cap allows.

        Below 1.9 the networks become tuples. A request without networks has None
        there, and the conversion crashes on it: Nova's own latent bug, kept.
        """
        version = "1.10"
        if not self.client.can_send_version(version):
            version = "1.9"
            filter_properties = _with_flavor_primitive(filter_properties)
        kw: dict[str, Any] = {
            "instances": instances,
            "image": jsonutils.to_primitive(image),
            "filter_properties": filter_properties,
            "admin_password": admin_password,
            "injected_files": injected_files,
            "requested_networks": requested_networks,
            "security_groups": security_groups,
        }
        if not self.client.can_send_version(version):
            version = "1.8"
            kw["requested_networks"] = kw["requested_networks"].as_tuples()
        if not self.client.can_send_version("1.7"):
            version = "1.5"
            kw["block_device_mapping"] = objects_base.obj_to_primitive(
                block_device_mapping
            )
            kw["legacy_bdm"] = legacy_bdm
        cctxt = self.client.prepare(version=version)
        cctxt.cast(context, "build_instances", **kw)

    def rebuild_instance(
        self,
        context: RequestContext,
        instance: Any,
        new_pass: str | None,
        injected_files: Sequence[Any],
        image_ref: str,
        orig_image_ref: str | None,
        orig_sys_metadata: Mapping[str, Any],
        bdms: Any,
        recreate: bool = False,
        on_shared_storage: bool = False,
        host: str | None = None,
        preserve_ephemeral: bool = False,
        request_spec: Any = None,
    ) -> None:
        """Cast the rebuild; before 1.12 a conductor took no request spec."""
        version = "1.12"
        kw: dict[str, Any] = {
            "instance": instance,
            "new_pass": new_pass,
            "injected_files": injected_files,
            "image_ref": image_ref,
            "orig_image_ref": orig_image_ref,
            "orig_sys_metadata": orig_sys_metadata,
            "bdms": bdms,
            "recreate": recreate,
            "on_shared_storage": on_shared_storage,
            "preserve_ephemeral": preserve_ephemeral,
            "host": host,
            "request_spec": request_spec,
        }
        if not self.client.can_send_version(version):
            version = "1.8"
            del kw["request_spec"]
        cctxt = self.client.prepare(version=version)
        cctxt.cast(context, "rebuild_instance", **kw)


def _with_flavor_primitive(filter_properties: Mapping[str, Any]) -> dict[str, Any]:
    if "instance_type" not in filter_properties:
        return dict(filter_properties)
    flavor_p = objects_base.obj_to_primitive(filter_properties["instance_type"])
    return {**filter_properties, "instance_type": flavor_p}
