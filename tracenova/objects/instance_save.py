"""Writing a server: create, save with the states expected, destroy.

Nova: nova/objects/instance.py [Instance.create, save, destroy, _save_*]
"""

from collections.abc import Sequence
from typing import Any, Final

from oslo_serialization import jsonutils

from tracenova import exception
from tracenova.conf import CONF
from tracenova.db import api as db
from tracenova.db.sqlalchemy.rows import Row
from tracenova.objects import base, fields
from tracenova.objects.instance_fields import (
    EXTRA_FIELDS,
    INSTANCE_DEFAULT_FIELDS,
    JOINED_FIELDS,
    expected_cols,
)
from tracenova.trace import names

_STATES: Final = {
    "vm_state": names.VM_STATE,
    "task_state": names.TASK_STATE,
    "power_state": names.POWER_STATE,
}
_FLAVORS: Final = ("flavor", "old_flavor", "new_flavor")


class InstanceSaving(base.NovaObject):
    """Writes a server.

    Nova: nova/objects/instance.py Instance
    """

    _states_before: Row | None = None
    migration_context: Any

    # --- for the trace ----------------------------------------------------------

    def obj_db_attributes(self) -> dict[str, Any]:
        """Tell which server, its states, and those that it had before a save."""
        if not self.obj_attr_is_set("uuid"):
            return {}
        told: dict[str, Any] = {names.INSTANCE_UUID: self.uuid}
        before, self._states_before = self._states_before, None
        for field, name in _STATES.items():
            if self.obj_attr_is_set(field):
                told[name] = _as_attribute(getattr(self, field))
            if before is not None:
                told[name + names.OLD] = _as_attribute(before[field])
        return told

    # --- create -----------------------------------------------------------------

    @base.remotable
    def create(self) -> None:
        """Write the server for the first time, with its extra, metadata, info cache.

        Raises:
            ObjectActionError: it has a row already.
            InstanceExists: its uuid is taken.
        """
        if self.obj_attr_is_set("id"):
            raise exception.ObjectActionError(action="create", reason="already created")
        updates = self.obj_get_changes()
        expected_attrs = [n for n in INSTANCE_DEFAULT_FIELDS if n in updates]
        updates.pop("security_groups", None)
        if cache := updates.pop("info_cache", None):
            info = cache.network_info
            text = info.json() if info is not None else None
            updates["info_cache"] = {"network_info": text}
        extra = {n: self._extra_value(n) for n in EXTRA_FIELDS if n != "flavor"}
        expected_attrs += ["numa_topology", "pci_requests", "device_metadata"]
        expected_attrs.append("vcpu_model")
        if self.obj_attr_is_set("flavor"):
            extra["flavor"] = self._flavors_text()
            expected_attrs.append("flavor")
        if self.obj_attr_is_set("keypairs"):
            expected_attrs.append("keypairs")
        for name in (*EXTRA_FIELDS, *_FLAVORS, "fault", "tags", "services"):
            updates.pop(name, None)
        updates["cleaned"] = int(updates.get("cleaned", False))
        updates.pop("deleted", None)
        row = db.instance_create(self._context, {**updates, "extra": extra})
        self._from_db_object(self._context, self, row, expected_attrs)

    def _extra_value(self, name: str) -> str | None:
        value = getattr(self, name) if self.obj_attr_is_set(name) else None
        if value is None:
            return None
        if name == "pci_requests":
            return str(value.to_json())
        return str(jsonutils.dumps(value.obj_to_primitive()))

    def _flavors_text(self) -> str:
        kept = {}
        for name, key in zip(_FLAVORS, ("cur", "old", "new"), strict=True):
            flavor = getattr(self, name) if self.obj_attr_is_set(name) else None
            kept[key] = flavor.obj_to_primitive() if flavor else None
        return str(jsonutils.dumps(kept))

    # --- save -------------------------------------------------------------------

    @base.remotable
    def save(
        self,
        expected_vm_state: str | Sequence[str | None] | None = None,
        expected_task_state: str | Sequence[str | None] | None = None,
        admin_state_reset: bool = False,
    ) -> None:
        """Write what changed, if the server is still in the states expected.

        Args:
            expected_vm_state: one state, or several, of which one must be the case.
            expected_task_state: the same; ``[None]`` means that no task runs.
            admin_state_reset: an administrator forces the state (cells v1 only).

        Raises:
            InstanceNotFound: it is gone.
            UnexpectedDeletingTaskStateError: its user has begun to delete it.
            UnexpectedTaskStateError: another task runs.
            InstanceUpdateConflict: its vm_state is another.

        Nova: nova/objects/instance.py Instance.save
        """
        del admin_state_reset
        changes = self.obj_what_changed()
        self._save_parts(changes)
        updates = {
            n: self[n] for n in self.fields if n in changes and self._is_column(n)
        }
        if not updates:
            return
        if "cleaned" in updates:
            updates["cleaned"] = int(updates["cleaned"])
        if expected_task_state is not None:
            updates["expected_task_state"] = expected_task_state
        if expected_vm_state is not None:
            updates["expected_vm_state"] = expected_vm_state
        expected_attrs = [
            n for n in JOINED_FIELDS if self.obj_attr_is_set(n) and n != "pci_devices"
        ]
        if "system_metadata" not in expected_attrs:
            expected_attrs += ["system_metadata", "flavor"]
        before, after = db.instance_update_and_get_original(
            self._context, self.uuid, updates, expected_cols(expected_attrs)
        )
        self._states_before = {name: before[name] for name in _STATES}
        self._from_db_object(self._context, self, after, expected_attrs)
        self._notify(before)
        self.obj_reset_changes()

    def _is_column(self, name: str) -> bool:
        return not isinstance(self.fields[name], fields.ObjectField)

    def _save_parts(self, changes: set[str]) -> None:
        if self.obj_attr_is_set("info_cache") and self.info_cache:
            with self.info_cache.obj_alternate_context(self._context):
                self.info_cache.save()
        extra: dict[str, str | None] = {
            n: self._extra_value(n)
            for n in EXTRA_FIELDS
            if n in changes and n not in {"flavor", "keypairs"}
        }
        if changes & set(_FLAVORS):
            extra["flavor"] = self._flavors_text()
        if extra:
            db.instance_extra_update_by_uuid(self._context, self.uuid, extra)
            self.obj_reset_changes([*extra, *_FLAVORS])

    def _notify(self, before: Row) -> None:
        if not CONF.notify_on_state_change:
            return  # nobody listens: a copy of the server costs more than its save
        from tracenova import notifications

        notifications.send_update(self._context, before, self.obj_clone())

    # --- destroy and migration context ------------------------------------------

    @base.remotable
    def destroy(self) -> None:
        """Mark the server deleted; one without a host must still be without.

        Raises:
            ObjectActionError: it has no row, or a host has got it meanwhile.
            InstanceNotFound: it is gone already.
        """
        for name, reason in (("id", "already destroyed"), ("uuid", "no uuid")):
            if not self.obj_attr_is_set(name):
                raise exception.ObjectActionError(action="destroy", reason=reason)
        unplaced = not self.obj_attr_is_set("host") or not self.host
        constraint = db.constraint(host=db.equal_any(None)) if unplaced else None
        try:
            row = db.instance_destroy(self._context, self.uuid, constraint=constraint)
        except exception.ConstraintNotMet as error:
            raise exception.ObjectActionError(
                action="destroy", reason="host changed"
            ) from error
        self._from_db_object(self._context, self, row)
        delattr(self, base.get_attrname("id"))

    @base.remotable
    def drop_migration_context(self) -> None:
        """Forget what was held on a second host."""
        if self.migration_context:
            nothing = {"migration_context": None}
            db.instance_extra_update_by_uuid(self._context, self.uuid, nothing)
            self.migration_context = None


def _as_attribute(state: Any) -> str | int:
    return "" if state is None else state
