"""Public keys of users, which guests are given at boot.

Nova: nova/objects/keypair.py
Left out: keys in the main database (before Newton) and their migration.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from oslo_utils import versionutils
from sqlalchemy import func, select

from tracenova import exception, objects
from tracenova.db.exception import DBDuplicateEntry
from tracenova.db.sqlalchemy import api_models, rows
from tracenova.db.sqlalchemy.enginefacade import api_context_manager
from tracenova.db.sqlalchemy.rows import Row
from tracenova.objects import base, fields

if TYPE_CHECKING:
    from tracenova.context import RequestContext

KEYPAIR_TYPE_SSH = "ssh"
KEYPAIR_TYPE_X509 = "x509"
_C = rows.table_of(api_models.KeyPair).c


@base.NovaObjectRegistry.register
class KeyPair(base.NovaPersistentObject, base.NovaObject, base.NovaObjectDictCompat):
    """One public key; the private half was never kept.

    Nova: nova/objects/keypair.py KeyPair
    """

    VERSION = "1.4"
    obj_db_namespace = "api-db"
    obj_db_table = "key_pairs"
    fields = {
        "id": fields.IntegerField(),
        "name": fields.StringField(nullable=False),
        "user_id": fields.StringField(nullable=True),
        "fingerprint": fields.StringField(nullable=True),
        "public_key": fields.StringField(nullable=True),
        "type": fields.StringField(nullable=False),
    }

    def obj_make_compatible(
        self, primitive: dict[str, Any], target_version: str
    ) -> None:
        """Before 1.2 every key was an SSH key."""
        super().obj_make_compatible(primitive, target_version)
        if versionutils.convert_version_to_tuple(target_version) < (1, 2):
            primitive.pop("type", None)

    @staticmethod
    def _from_db_object(
        context: "RequestContext", keypair: "KeyPair", db_keypair: Row
    ) -> "KeyPair":
        kept = {"deleted": False, "deleted_at": None, **db_keypair}
        for name in keypair.fields:
            keypair[name] = kept[name]
        keypair._context = context
        keypair.obj_reset_changes()
        return keypair

    @base.remotable_classmethod
    def get_by_name(
        cls, context: "RequestContext", user_id: str, name: str, localonly: bool = False
    ) -> "KeyPair":
        """Read a user's key.

        Raises:
            KeypairNotFound: the user has none of this name.
        """
        del localonly
        with api_context_manager.reader.using(context) as conn:
            row = rows.first(conn, api_models.KeyPair, user_id=user_id, name=name)
        if row is None:
            raise exception.KeypairNotFound(user_id=user_id, name=name)
        return cls._from_db_object(context, cls(), row)

    @base.remotable_classmethod
    def destroy_by_name(
        cls, context: "RequestContext", user_id: str, name: str
    ) -> None:
        """Remove a user's key.

        Raises:
            KeypairNotFound: the user has none of this name.
        """
        _destroy_in_db(context, user_id, name)

    @base.remotable
    def create(self) -> None:
        """Write the key for the first time.

        Raises:
            ObjectActionError: it has a row already.
            KeyPairExists: the user has one of this name.
        """
        if self.obj_attr_is_set("id"):
            raise exception.ObjectActionError(action="create", reason="already created")
        row = _create_in_db(self._context, self.obj_get_changes())
        self._from_db_object(self._context, self, row)

    @base.remotable
    def destroy(self) -> None:
        """Remove the key."""
        _destroy_in_db(self._context, self.user_id, self.name)


def _create_in_db(context: "RequestContext", values: Mapping[str, Any]) -> Row:
    try:
        with api_context_manager.writer.using(context) as conn:
            return rows.insert_row(conn, api_models.KeyPair, values)
    except DBDuplicateEntry as error:
        raise exception.KeyPairExists(key_name=values["name"]) from error


def _destroy_in_db(context: "RequestContext", user_id: str, name: str) -> None:
    with api_context_manager.writer.using(context) as conn:
        if not rows.delete_by(conn, api_models.KeyPair, user_id=user_id, name=name):
            raise exception.KeypairNotFound(user_id=user_id, name=name)


@base.NovaObjectRegistry.register
class KeyPairList(base.ObjectListBase, base.NovaObject):
    """A user's keys, by name.

    Nova: nova/objects/keypair.py KeyPairList
    """

    VERSION = "1.3"
    obj_db_namespace = "api-db"
    obj_db_table = "key_pairs"
    fields = {"objects": fields.ListOfObjectsField("KeyPair")}

    @base.remotable_classmethod
    def get_by_user(
        cls,
        context: "RequestContext",
        user_id: str,
        limit: int | None = None,
        marker: str | None = None,
    ) -> "KeyPairList":
        """Read a user's keys, from the one after the marker on.

        Raises:
            MarkerNotFound: the user has no key of that name.
        """
        tests = [_C.user_id == user_id]
        with api_context_manager.reader.using(context) as conn:
            if marker is not None:
                mine = rows.where(conn, api_models.KeyPair, *tests, _C.name == marker)
                if not mine:
                    raise exception.MarkerNotFound(marker=marker)
                tests.append(_C.name > marker)
            found = rows.where(
                conn, api_models.KeyPair, *tests, order_by=[_C.name], limit=limit
            )
        return base.obj_make_list(context, cls(context), objects.KeyPair, found)

    @base.remotable_classmethod
    def get_count_by_user(cls, context: "RequestContext", user_id: str) -> int:
        """Return how many keys a user has."""
        counted = select(func.count()).where(_C.user_id == user_id)
        with api_context_manager.reader.using(context) as conn:
            return int(conn.execute(counted).scalar_one())
