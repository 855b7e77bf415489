"""A cloud of its own for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures_db import Cloud, database


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    """Return a fresh pair of databases."""
    with database(tmp_path) as made:
        yield made
