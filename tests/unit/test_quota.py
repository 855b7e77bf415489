import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures_db import Cloud, database
from tests.unit.objects.factories import make_instance
from tracenova import exception, objects, quota, utils
from tracenova.db.sqlalchemy import enginefacade, models, rows


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    """Return a fresh pair of databases."""
    with database(tmp_path) as made:
        yield made


def used(cloud: Cloud, resource: str = "instances") -> tuple[int, int]:
    """Return what the project has in use and reserved."""
    context = cloud.context()
    told = quota.QUOTAS.get_project_quotas(context, context.project_id)[resource]
    return told.get("in_use", 0), told.get("reserved", 0)


def test_the_defaults_are_those_of_the_reference_release(cloud: Cloud):
    """instances 10, cores 20, ram 51200 MB, metadata items 128 and so on."""
    limits = quota.QUOTAS.get_defaults(cloud.context())
    assert (limits["instances"], limits["cores"], limits["ram"]) == (10, 20, 51200)
    assert (limits["metadata_items"], limits["injected_files"]) == (128, 5)
    assert (limits["server_groups"], limits["server_group_members"]) == (10, 10)


def test_what_is_reserved_becomes_use_when_committed(cloud: Cloud):
    """reserve counts in reserved, commit moves it to in_use, rollback gives back."""
    quotas = objects.Quotas(cloud.context())
    quotas.reserve(instances=2, cores=4, ram=1024)
    assert used(cloud) == (0, 2)
    quotas.commit()
    assert used(cloud) == (2, 0)
    quotas.reserve(instances=3)
    quotas.rollback()
    assert used(cloud) == (2, 0)
    quotas.rollback()


def test_going_over_tells_all_the_numbers(cloud: Cloud):
    """OverQuota carries overs, quotas and usages; nothing is reserved."""
    first = objects.Quotas(cloud.context())
    first.reserve(instances=8, cores=8)
    with pytest.raises(exception.OverQuota) as caught:
        objects.Quotas(cloud.context()).reserve(instances=3, cores=13)
    told = caught.value.kwargs
    assert told["overs"] == ["cores", "instances"]
    assert (told["quotas"]["instances"], told["quotas"]["cores"]) == (10, 20)
    assert told["usages"]["instances"] == {"in_use": 0, "reserved": 8}
    assert used(cloud) == (0, 8)


def test_a_negative_delta_counts_only_when_committed(cloud: Cloud):
    """Deleting a server frees its place when the delete is done."""
    objects.Quotas.create_limit(cloud.context(), cloud.project_id, "instances", 2)
    quotas = objects.Quotas(cloud.context())
    quotas.reserve(instances=2)
    quotas.commit()
    gone = objects.Quotas(cloud.context())
    gone.reserve(instances=-1)
    assert used(cloud) == (2, 0)
    with pytest.raises(exception.OverQuota):
        objects.Quotas(cloud.context()).reserve(instances=1)
    gone.commit()
    assert used(cloud) == (1, 0)


def test_the_first_reservation_counts_the_servers_that_exist(cloud: Cloud):
    """A usage row that is missing is made from the instances table."""
    make_instance(cloud.context(), vcpus=3).create()
    objects.Quotas(cloud.context()).reserve(instances=1, cores=1, ram=1)
    assert used(cloud) == (1, 1)
    assert used(cloud, "cores") == (3, 1)


def test_all_users_of_a_project_share_its_limit(cloud: Cloud):
    """The project's usage is the sum of its users'."""
    objects.Quotas(cloud.context()).reserve(instances=6)
    with pytest.raises(exception.OverQuota):
        objects.Quotas(cloud.context(user_id="other")).reserve(instances=5)
    objects.Quotas(cloud.context(user_id="other")).reserve(instances=4)


def test_a_users_own_limit_counts_beside_the_projects(cloud: Cloud):
    """project_user_quotas narrow what one user may take."""
    context = cloud.context()
    objects.Quotas.create_limit(
        *(context, cloud.project_id, "instances", 1), user_id=context.user_id
    )
    objects.Quotas(context).reserve(instances=1)
    with pytest.raises(exception.OverQuota):
        objects.Quotas(context).reserve(instances=1)
    with pytest.raises(exception.QuotaExists):
        objects.Quotas.create_limit(
            *(context, cloud.project_id, "instances", 1), user_id=context.user_id
        )


def test_minus_one_is_no_limit(tmp_path: Path):
    """-1 in the configuration or in a project's limit means unlimited."""
    with database(tmp_path, {"quota_instances": -1}) as cloud:
        objects.Quotas(cloud.context()).reserve(instances=10_000)


def test_simple_limits_are_checked_without_counting(cloud: Cloud):
    """limit_check: above the limit OverQuota with headroom, below 0 a bad value."""
    check = objects.Quotas.limit_check
    check(cloud.context(), metadata_items=128)
    with pytest.raises(exception.OverQuota) as caught:
        check(cloud.context(), metadata_items=129)
    assert caught.value.kwargs["headroom"] == {"metadata_items": 128}
    with pytest.raises(exception.InvalidQuotaValue):
        check(cloud.context(), metadata_items=-1)
    with pytest.raises(exception.QuotaResourceUnknown):
        check(cloud.context(), instances=1)
    with pytest.raises(exception.QuotaResourceUnknown):
        objects.Quotas(cloud.context()).reserve(metadata_items=1)


def test_countable_resources_are_counted(cloud: Cloud):
    """key_pairs is counted by user; other resources cannot be counted."""
    context = cloud.context()
    assert objects.Quotas.count(context, "key_pairs", context.user_id) == 0
    with pytest.raises(exception.QuotaResourceUnknown):
        objects.Quotas.count(context, "instances")


def test_a_reservation_that_nobody_commits_expires(cloud: Cloud):
    """expire gives back reservations older than reservation_expire (86400 s)."""
    context = cloud.context()
    quotas = objects.Quotas(context)
    quotas.reserve(instances=1)
    quota.QUOTAS.expire(context)
    assert used(cloud) == (0, 1)
    long_ago = {"expire": datetime.datetime(2000, 1, 1)}
    with enginefacade.main_context_manager.writer.using(context) as conn:
        rows.update_by(conn, models.Reservation, long_ago, deleted=0)
    quota.QUOTAS.expire(context)
    assert used(cloud) == (0, 0)
    quotas.commit()
    assert used(cloud) == (0, 0)


def test_racing_reservations_never_exceed_the_limit(cloud: Cloud):
    """Eight requests for three servers each and a limit of ten: three succeed."""

    def reserve(number: int) -> Any:
        quotas = objects.Quotas(cloud.context(user_id=f"user{number % 2}"))
        try:
            quotas.reserve(instances=3, cores=3)
        except exception.OverQuota:
            return False
        if number % 2:
            quotas.commit()
        return True

    runs = [utils.spawn(reserve, number) for number in range(8)]
    succeeded = [run.result(timeout=30) for run in runs]
    assert succeeded.count(True) == 3
    assert sum(used(cloud)) == 9


def test_the_noop_driver_allows_everything(tmp_path: Path):
    """quota_driver NoopQuotaDriver: nothing is counted, nothing is refused."""
    with database(tmp_path, {"quota_driver": "nova.quota.NoopQuotaDriver"}) as cloud:
        quotas = objects.Quotas(cloud.context())
        quotas.reserve(instances=10_000)
        assert quotas.reservations == []
        objects.Quotas.limit_check(cloud.context(), metadata_items=10_000)
