"""A reservation that another transaction gets in the way of."""

from typing import Any

import pytest

from tests.fixtures_db import Cloud
from tracenova.db import api as db
from tracenova.db import exception as db_exc
from tracenova.db.sqlalchemy import api_reservations, errors
from tracenova.quota import QUOTAS


@pytest.mark.parametrize("kind", [db_exc.DBDuplicateEntry, db_exc.DBDeadlock])
def test_whoever_is_second_to_write_the_first_usages_tries_again(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, kind: type[db_exc.DBError]
) -> None:
    """As with Nova's wrap_db_retry: the request does not fail."""
    context = cloud.context()
    tries: list[str] = []
    real = api_reservations._usages

    def usages(*args: Any, **kwargs: Any) -> Any:
        tries.append("try")
        if len(tries) < 4:
            raise kind("somebody was faster")
        return real(*args, **kwargs)

    monkeypatch.setattr(api_reservations, "_usages", usages)
    reservations = QUOTAS.reserve(context, instances=1, cores=2)
    assert (len(tries), len(reservations)) == (4, 2)
    QUOTAS.commit(context, reservations)
    used = db.quota_usage_get_all_by_project(context, str(context.project_id))
    assert used["cores"]["in_use"] == 2


def test_it_does_not_try_for_ever(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five times more, as in Nova."""
    tries: list[str] = []

    def usages(*args: Any, **kwargs: Any) -> Any:
        tries.append("try")
        raise db_exc.DBDeadlock("again")

    monkeypatch.setattr(api_reservations, "_usages", usages)
    with pytest.raises(db_exc.DBDeadlock):
        QUOTAS.reserve(cloud.context(), instances=1)
    assert len(tries) == 6


@pytest.mark.parametrize(
    "said",
    [
        "(1213, 'Deadlock found when trying to get lock; try restarting transaction')",
        "deadlock detected",
    ],
)
def test_a_deadlock_is_told_from_a_lost_connection(said: str) -> None:
    """In MariaDB's words, and in PostgreSQL's."""
    import sqlalchemy

    error = sqlalchemy.exc.OperationalError("UPDATE", {}, Exception(said))
    with pytest.raises(db_exc.DBDeadlock), errors.translated("sqlite://"):
        raise error
