"""Options that may be given several times, as a lab file gives them."""

from pathlib import Path

from tracenova.lab.settings import Settings


def test_a_list_of_plug_ins_becomes_a_line_each(tmp_path: Path) -> None:
    """oslo.config's MultiStrOpt reads no commas; ListOpt does."""
    filters = ["nova.scheduler.filters.all_filters", "/some/where/mine.py"]
    default = ["RamFilter", "MineFilter"]
    options = {
        "scheduler_available_filters": filters,
        "scheduler_default_filters": default,
    }
    settings = Settings(tmp_path, "fakeredis://")
    conf = settings.configuration("nova-scheduler", {"DEFAULT": options})
    assert conf.scheduler_available_filters == filters
    assert conf.scheduler_default_filters == default
