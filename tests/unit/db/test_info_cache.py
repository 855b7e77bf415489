"""What neutron said about a server's ports, while the server is deleted."""

import pytest

from tests.fixtures_db import Cloud
from tracenova import exception
from tracenova.db.sqlalchemy import instance_parts

UUID = "3f0f1c1e-0000-4000-8000-000000000001"


def written(cloud: Cloud, text: str, read_deleted: str = "no") -> str | None:
    """Write the cache, and return what the writer is told stands there."""
    context = cloud.admin(read_deleted=read_deleted)
    row = instance_parts.instance_info_cache_update(
        context, UUID, {"network_info": text}
    )
    return row["network_info"]


def test_a_missing_cache_is_written_and_a_present_one_changed(cloud: Cloud) -> None:
    """There is one a server."""
    assert written(cloud, "[1]") == "[1]"
    assert written(cloud, "[2]") == "[2]"
    row = instance_parts.instance_info_cache_get(cloud.admin(), UUID)
    assert row is not None
    assert (row["network_info"], row["deleted"]) == ("[2]", 0)


def test_a_deletion_that_is_tried_again_finds_the_cache_deleted(cloud: Cloud) -> None:
    """Newton would make another one, and lets the one that is there win: no error."""
    written(cloud, "[1]")
    instance_parts.instance_info_cache_delete(cloud.admin(), UUID)
    assert written(cloud, "[]") == "[]"
    row = instance_parts.instance_info_cache_get(cloud.admin(), UUID)
    assert row is not None
    assert row["network_info"] == "[1]"
    with pytest.raises(exception.InstanceInfoCacheNotFound):
        written(cloud, "[]", read_deleted="yes")
