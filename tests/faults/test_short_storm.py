"""A short storm, which every change must weather."""

from pathlib import Path

import pytest

from tests.faults import storms
from tests.functional.served.test_many_processes import SMALL

pytestmark = [pytest.mark.redis, pytest.mark.timeout(900)]


def test_what_is_accepted_in_a_short_storm_ends(tmp_path: Path) -> None:
    """Six boots, three faults; accepted, lost: 0, orphans: 0."""
    with storms.cloud(tmp_path, 1, lab_text=SMALL, rpc_timeout_s=5) as parts:
        report = storms.over(
            parts, seed=36, boots=6, callers=3, faults=3, pause_s=0.8, quiet_s=15.0
        )
    assert report.faults.total() == 3
