"""A server is read together with what hangs on it."""

import pytest

from tests.fixtures_db import Cloud
from tests.unit.objects.factories import make_instance
from tracenova import exception
from tracenova.db import api as db
from tracenova.db.sqlalchemy import models, rows
from tracenova.db.sqlalchemy.enginefacade import main_context_manager

PARTS = ("metadata", "system_metadata", "info_cache", "extra")


@pytest.fixture
def uuid(cloud: Cloud) -> str:
    """Return the uuid of one of two servers that differ."""
    made = [
        make_instance(cloud.context(), metadata={"n": n, "m": n}, display_name=n)
        for n in ("first", "second")
    ]
    for each in made:
        each.create()
    return made[0].uuid


def test_each_part_is_read_alone_as_it_is_with_the_others(cloud: Cloud, uuid: str):
    """One statement for several parts finds what one a part finds; no part, no key."""
    together = db.instance_get_by_uuid(cloud.context(), uuid, PARTS)
    assert together["metadata"] == {"n": "first", "m": "first"}
    assert together["system_metadata"] == {"image_min_ram": "64"}
    assert together["info_cache"]["instance_uuid"] == uuid
    assert together["extra"]["flavor"] is not None
    bare = db.instance_get_by_uuid(cloud.context(), uuid)
    assert bare == {k: v for k, v in together.items() if k not in PARTS}
    for part in PARTS:
        alone = db.instance_get_by_uuid(cloud.context(), uuid, [part])
        assert alone == {**bare, part: together[part]}
    (listed,) = (
        row
        for row in db.instance_get_all(cloud.context(), columns_to_join=PARTS)
        if row["uuid"] == uuid
    )
    assert listed == together


def test_parts_that_are_missing_or_deleted_are_not_there(cloud: Cloud, uuid: str):
    """The server is found all the same."""
    with main_context_manager.writer.using(None) as conn:
        for model in (models.InstanceInfoCache, models.InstanceMetadata):
            mine = rows.table_of(model).c.instance_uuid == uuid
            rows.soft_delete(conn, model, mine)
        rows.delete_by(conn, models.InstanceExtra, instance_uuid=uuid)
    found = db.instance_get_by_uuid(cloud.context(), uuid, PARTS)
    assert (found["info_cache"], found["extra"]) == (None, None)
    assert found["metadata"] == {}
    assert found["system_metadata"] == {"image_min_ram": "64"}


def test_a_server_that_is_deleted_while_a_list_is_read_keeps_its_flavor(
    cloud: Cloud, uuid: str
):
    """Between the statement of the servers and that of their parts."""
    with main_context_manager.writer.using(None) as conn:
        mine = rows.table_of(models.InstanceExtra).c.instance_uuid == uuid
        rows.soft_delete(conn, models.InstanceExtra, mine)
    listed = db.instance_get_all(cloud.context(), columns_to_join=["extra"])
    assert all(row["extra"]["flavor"] for row in listed)


def test_a_deleted_server_shows_its_deleted_parts(cloud: Cloud, uuid: str):
    """To whom reads deleted rows, too; of two extras the newer one."""
    db.instance_destroy(cloud.context(), uuid)
    with pytest.raises(exception.InstanceNotFound):
        db.instance_get_by_uuid(cloud.context(), uuid, PARTS)
    db.instance_extra_update_by_uuid(cloud.context(), uuid, {"vcpu_model": "new"})
    found = db.instance_get_by_uuid(cloud.admin(read_deleted="yes"), uuid, PARTS)
    assert found["metadata"] == {"n": "first", "m": "first"}
    assert found["info_cache"]["deleted"]
    assert found["extra"]["vcpu_model"] == "new"


def test_limits_of_everybody_a_project_and_a_user_are_told_apart(cloud: Cloud):
    """The same resource may be set for all three; a level without one is empty."""
    context = cloud.context()
    project, user = str(context.project_id), str(context.user_id)
    db.quota_class_create(context, "default", "cores", 1)
    db.quota_class_create(context, "gold", "cores", 9)
    db.quota_create(context, project, "cores", 2)
    db.quota_create(context, project, "ram", 3)
    db.quota_create(context, project, "cores", 4, user_id=user)
    read = db.quota_get_defaults_project_and_user
    for_all, of_project = {"cores": 1}, {"cores": 2, "ram": 3}
    assert read(context, project, user) == (for_all, of_project, {"cores": 4})
    assert read(context, project, "another") == (for_all, of_project, {})
    assert read(context, "another", user) == (for_all, {}, {})
