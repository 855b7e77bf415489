"""The views, in the order of their number keys."""

from tracenova_tui.sheets.base import Sheet
from tracenova_tui.sheets.hosts import HostsSheet
from tracenova_tui.sheets.messages import MessagesSheet
from tracenova_tui.sheets.notes import NotesSheet
from tracenova_tui.sheets.scheduler import SchedulerSheet
from tracenova_tui.sheets.sequence import SequenceSheet
from tracenova_tui.sheets.source import SourceSheet
from tracenova_tui.sheets.states import StatesSheet
from tracenova_tui.sheets.timeline import TimelineSheet
from tracenova_tui.sheets.topology import TopologySheet

VIEWS: dict[str, type[Sheet]] = {
    "sequence": SequenceSheet,
    "timeline": TimelineSheet,
    "scheduler": SchedulerSheet,
    "messages": MessagesSheet,
    "states": StatesSheet,
    "hosts": HostsSheet,
    "topology": TopologySheet,
    "source": SourceSheet,
    "notes": NotesSheet,
}
SHORT = {
    "sequence": "Seq",
    "timeline": "Time",
    "scheduler": "Sched",
    "messages": "Msgs",
    "states": "States",
    "hosts": "Hosts",
    "topology": "Topo",
    "source": "Src",
    "notes": "Notes",
}
