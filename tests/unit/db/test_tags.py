"""Words on servers: who is found by them, and that they go with the server."""

import pytest

from tests.fixtures_db import Cloud
from tests.unit.objects.factories import make_instance
from tracenova.db import api as db
from tracenova.db.sqlalchemy import models, rows
from tracenova.db.sqlalchemy.enginefacade import main_context_manager


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"tags": ["red"]}, {"both", "red"}),
        ({"tags": ["red", "round"]}, {"both"}),
        ({"tags-any": ["round", "square"]}, {"both"}),
        ({"not-tags": ["red", "round"]}, {"red", "none"}),
        ({"not-tags-any": ["red", "round"]}, {"none"}),
        ({"tags": ["red"], "not-tags-any": ["round"]}, {"red"}),
        ({"tags": "red"}, {"both", "red"}),
        ({"tags": []}, set()),
    ],
)
def test_servers_are_found_by_the_words_on_them(
    cloud: Cloud, filters: dict[str, list[str]], found: set[str]
) -> None:
    """All of these, any of these, not all of these, none of these."""
    context = cloud.context()
    for name, words in (("both", ["red", "round"]), ("red", ["red"]), ("none", [])):
        made = make_instance(context)
        made.display_name = name
        made.create()
        db.instance_tag_set(context, made.uuid, words)
    listed = db.instance_get_all_by_filters(context, filters)
    assert {row["display_name"] for row in listed} == found


def test_a_server_that_is_deleted_has_no_words_any_more(cloud: Cloud) -> None:
    """The table has no column for what is deleted: the rows go."""
    context = cloud.context()
    made = make_instance(context)
    made.create()
    db.instance_tag_set(context, made.uuid, ["red"])
    db.instance_destroy(context, made.uuid)
    with main_context_manager.reader.using(context) as conn:
        assert rows.find(conn, models.Tag, resource_id=made.uuid) == []
