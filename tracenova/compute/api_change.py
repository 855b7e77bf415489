"""Change what a server is called, who may touch it, and its metadata.

Nova: nova/compute/api.py API [update_instance, lock, unlock, is_expected_locked_by,
update_instance_metadata, delete_instance_metadata]
"""

from collections.abc import Mapping
from typing import Any

from tracenova import exception, objects
from tracenova.compute import vm_states
from tracenova.compute.api_decorators import check_instance_lock, check_instance_state
from tracenova.compute.api_quota import QuotaChecks
from tracenova.context import RequestContext

METADATA_STATES = (
    vm_states.ACTIVE,
    vm_states.PAUSED,
    vm_states.SUSPENDED,
    vm_states.STOPPED,
)


class Change(QuotaChecks):
    """Name, lock and metadata of servers.

    Nova: nova/compute/api.py API
    """

    get: Any

    def update_instance(
        self, context: RequestContext, instance: Any, updates: Mapping[str, Any]
    ) -> Any:
        """Write changes to a server's name and the like; return the server.

        A server that the conductor has not written down yet exists in its build request
        alone: there it is changed.

        Raises:
            InstanceNotFound: it was deleted meanwhile.
        """
        if not instance.obj_attr_is_set("id"):
            try:
                request = objects.BuildRequest.get_by_instance_uuid(
                    context, instance.uuid
                )
                _set_all(request.instance, updates)
                request.save()
                return request.instance
            except exception.BuildRequestNotFound:  # written down meanwhile
                instance = self.get(context, instance.uuid)
        _set_all(instance, updates)
        instance.save()
        return instance

    def lock(self, context: RequestContext, instance: Any) -> None:
        """Forbid actions on the server to everybody but administrators."""
        is_owner = instance.project_id == context.project_id
        if instance.locked and is_owner:
            return
        instance.locked = True
        instance.locked_by = "owner" if is_owner else "admin"
        instance.save()

    def unlock(self, context: RequestContext, instance: Any) -> None:
        """Allow actions on the server again."""
        del context
        instance.locked = False
        instance.locked_by = None
        instance.save()

    def is_expected_locked_by(self, context: RequestContext, instance: Any) -> bool:
        """Say whether the lock is of the kind that this user may take off."""
        is_owner = instance.project_id == context.project_id
        return instance.locked_by in {None, "", "owner" if is_owner else "admin"}

    @check_instance_lock
    @check_instance_state(vm_state=METADATA_STATES, task_state=None)
    def update_instance_metadata(
        self,
        context: RequestContext,
        instance: Any,
        metadata: Mapping[str, str],
        delete: bool = False,
    ) -> dict[str, str]:
        """Write the user's metadata; with ``delete``, in place of what there was.

        Raises:
            MetadataLimitExceeded: too many items.
        """
        kept = {} if delete else dict(instance.metadata)
        updated = {**kept, **metadata}
        self._check_metadata_properties_quota(context, updated)
        before = dict(instance.metadata)
        instance.metadata = updated
        instance.save()
        self.compute_rpcapi.change_instance_metadata(
            context, instance=instance, diff=_diff_dict(before, updated)
        )
        return updated

    @check_instance_lock
    @check_instance_state(vm_state=METADATA_STATES, task_state=None)
    def delete_instance_metadata(
        self, context: RequestContext, instance: Any, key: str
    ) -> None:
        """Remove one item of the user's metadata."""
        instance.delete_metadata_key(key)
        self.compute_rpcapi.change_instance_metadata(
            context, instance=instance, diff={key: ["-"]}
        )


def _set_all(instance: Any, updates: Mapping[str, Any]) -> None:
    for name, value in updates.items():
        setattr(instance, name, value)


def _diff_dict(
    before: Mapping[str, str], after: Mapping[str, str]
) -> dict[str, list[str]]:
    """Return what was removed, ``["-"]``, and what was added or changed, ``["+", value]``.

    Nova: nova/compute/api.py _diff_dict
    """
    removed = {key: ["-"] for key in before if key not in after}
    added = {
        key: ["+", value] for key, value in after.items() if before.get(key) != value
    }
    return {**removed, **added}
