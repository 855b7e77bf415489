"""The build proper: claim resources, wire networks and disks, spawn the guest.

Nova: nova/compute/manager.py _build_and_run_instance
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from oslo_utils import timeutils

from tracenova import exception, objects, utils
from tracenova.compute import build_errors, task_states, vm_states
from tracenova.compute.build_resources import BuildResourcesMixin
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.virt import configdrive

LOG = logging.getLogger(__name__)


class BuildGuestMixin(BuildResourcesMixin):
    """Makes a guest of an instance.

    Nova: nova/compute/manager.py ComputeManager
    """

    def _build_and_run_instance(
        self,
        context: RequestContext,
        instance: Any,
        image: Any,
        injected_files: Any,
        admin_password: str | None,
        requested_networks: Any,
        security_groups: Any,
        block_device_mapping: Any,
        node: str,
        limits: Any,
        filter_properties: Any,
    ) -> None:
        """Build the guest and make the server ACTIVE.

        Raises:
            RescheduledException: another host may have more luck.
            BuildAbortException: no host will.
            InstanceNotFound: the server was deleted meanwhile.
            UnexpectedDeletingTaskStateError: it is being deleted.

        Nova: nova/compute/manager.py ComputeManager._build_and_run_instance
        """
        self._notify_about_instance_usage(
            context,
            instance,
            "create.start",
            extra_usage_info={"image_name": image.get("name")},
        )
        self._check_device_tagging(requested_networks, block_device_mapping)
        with self._failures_decided(context, instance):
            rt = self._get_resource_tracker(node)
            with rt.instance_claim(context, instance, limits):
                # after the claim: only now the instance counts as of this host
                self._validate_instance_group_policy(
                    context, instance, filter_properties
                )
                image_meta = objects.ImageMeta.from_dict(image)
                with self._build_resources(
                    context,
                    instance,
                    requested_networks,
                    security_groups,
                    image_meta,
                    block_device_mapping,
                ) as resources:
                    instance.vm_state = vm_states.BUILDING
                    instance.task_state = task_states.SPAWNING
                    # writes network_allocated too, when that thread has come so far
                    instance.save(expected_task_state=task_states.BLOCK_DEVICE_MAPPING)
                    self._spawn(
                        context,
                        instance,
                        image_meta,
                        injected_files,
                        admin_password,
                        resources,
                    )
        instance.system_metadata.pop("network_allocated", None)
        self._set_access_ips(instance, resources["network_info"])
        self._update_instance_after_spawn(context, instance)
        with self._disappearance_announced(context, instance):
            instance.save(expected_task_state=task_states.SPAWNING)
        self._update_scheduler_instance_info(context, instance)
        self._notify_about_instance_usage(
            context,
            instance,
            "create.end",
            extra_usage_info={"message": "Success"},
            network_info=resources["network_info"],
        )

    def _spawn(
        self,
        context: RequestContext,
        instance: Any,
        image_meta: Any,
        injected_files: Any,
        admin_password: str | None,
        resources: dict[str, Any],
    ) -> None:
        LOG.debug("[instance: %s] Start spawning on the hypervisor.", instance.uuid)
        with timeutils.StopWatch() as timer:
            self.driver.spawn(
                context,
                instance,
                image_meta,
                injected_files,
                admin_password,
                network_info=resources["network_info"],
                block_device_info=resources["block_device_info"],
            )
            LOG.info(
                "[instance: %s] Took %0.2f seconds to spawn the instance on the "
                "hypervisor.",
                instance.uuid,
                timer.elapsed(),
            )

    @contextmanager
    def _failures_decided(
        self, context: RequestContext, instance: Any
    ) -> Iterator[None]:
        """Announce any failure of the block, and let out what shall follow from it."""
        try:
            yield
        except Exception as error:
            self._notify_about_instance_usage(
                context, instance, "create.error", fault=error
            )
            outcome = build_errors.outcome_of(error, instance.uuid)
            if outcome is error:
                raise
            LOG.debug("[instance: %s] %s", instance.uuid, outcome)
            raise outcome from error

    @contextmanager
    def _disappearance_announced(
        self, context: RequestContext, instance: Any
    ) -> Iterator[None]:
        """Announce that the server was deleted while it was built."""
        try:
            yield
        except build_errors.GONE as error:
            self._notify_about_instance_usage(
                context, instance, "create.error", fault=error
            )
            raise

    def _check_device_tagging(
        self, requested_networks: Any, block_device_mapping: Any
    ) -> None:
        """Refuse tags on devices when the hypervisor cannot show them to the guest.

        Raises:
            BuildAbortException: a network or disk carries a tag.

        Nova: nova/compute/manager.py ComputeManager._check_device_tagging
        """
        devices = [*(requested_networks or ()), *(block_device_mapping or ())]
        tagging = any("tag" in each and each.tag is not None for each in devices)
        if tagging and not self.driver.capabilities.get("supports_device_tagging"):
            raise exception.BuildAbortException(
                "Attempt to boot guest with tagged devices on host that does not "
                "support tagging."
            )

    def _validate_instance_group_policy(
        self, context: RequestContext, instance: Any, filter_properties: Any
    ) -> None:
        """Look again whether the server group allows this host.

        Two servers scheduled at the same time may both have been sent here.

        Raises:
            RescheduledException: the group's policy is violated.

        Nova: nova/compute/manager.py ComputeManager._validate_instance_group_policy
        """
        hints = filter_properties.get("scheduler_hints") or {}
        group_hint = hints.get("group")
        if not group_hint:
            return

        @utils.synchronized(group_hint)
        def _do_validation() -> None:
            group = objects.InstanceGroup.get_by_hint(context, group_hint)
            others = group.get_hosts(exclude=[instance.uuid])
            if "anti-affinity" in group.policies and self.host in others:
                raise _policy_violated(instance, "Anti-affinity")
            if "affinity" in group.policies and others and self.host not in others:
                raise _policy_violated(instance, "Affinity")

        _do_validation()

    def _set_access_ips(self, instance: Any, network_info: Any) -> None:
        """Show the addresses of one network as the server's access IPs, if configured."""
        name = CONF.default_access_ip_network_name
        if not name or instance.access_ip_v4 or instance.access_ip_v6:
            return
        vif = next(
            (vif for vif in network_info if vif["network"]["label"] == name), None
        )
        for ip in vif.fixed_ips() if vif else ():
            field = "access_ip_v4" if ip["version"] == 4 else "access_ip_v6"
            if not getattr(instance, field):
                setattr(instance, field, ip["address"])

    def _update_instance_after_spawn(
        self, context: RequestContext, instance: Any
    ) -> None:
        """Note that the guest runs.

        Nova: nova/compute/manager.py ComputeManager._update_instance_after_spawn
        """
        instance.power_state = self._get_power_state(context, instance)
        instance.vm_state = vm_states.ACTIVE
        instance.task_state = None
        instance.launched_at = timeutils.utcnow()
        configdrive.update_instance(instance)


def _policy_violated(instance: Any, policy: str) -> exception.RescheduledException:
    return exception.RescheduledException(
        instance_uuid=instance.uuid,
        reason=f"{policy} instance group policy was violated.",
    )
