"""What there is to know about the step under the cursor, and the reader's own notes."""

from typing import Any

from tracenova.trace.model import Hop
from tracenova_tui.ink import line
from tracenova_tui.marks import LEGEND, is_notification
from tracenova_tui.player import Player
from tracenova_tui.sheets import wrap
from tracenova_tui.sheets.base import Listed
from tracenova_tui.story import Story

_KINDS = {
    "call": "An RPC call. The sender puts a message on the topic's queue and waits for the "
    "reply on a queue of its own. When none comes in time it raises MessagingTimeout, and "
    "cannot know whether the work was done.",
    "cast": "An RPC cast. The sender goes on at once; nobody will tell it how it ended. "
    "This is why the API can answer 202 before a host is known.",
    "fanout": "A fanout cast: every server that listens on the topic gets a copy.",
    "http": "A REST request to another service, which answers before the caller goes on.",
    "db": "A read or write of a versioned object. nova-compute may not touch the database: "
    "it asks the conductor to do so (object_action).",
    "driver": "A step inside one process; no message is sent.",
}
_METHODS = {
    "select_destinations": "The scheduler reads what hosts said of themselves, lets each "
    "filter refuse some, lets weighers rank the rest, and answers with one host for each "
    "server. It writes nothing: until the claim on the host, another request may take the "
    "room.",
    "build_and_run_instance": "The conductor hands the server over to one host, with the "
    "limits that the scheduler reckoned with. If the claim fails there, the host casts "
    "build_instances back: a reschedule.",
    "build_instances": "The API (or a host that could not take the server) asks the "
    "conductor to find a host. Each time counts as one attempt, up to "
    "scheduler_max_attempts.",
    "external_instance_event": "Neutron says that the port is plugged; the API passes it on "
    "to the host, whose spawn waits for it.",
}


class NotesSheet(Listed):
    """A word about the step, and one's own notes; a lesson stands in the pane."""

    name = "Notes"
    help = (
        "N writes a note about the hop under the cursor; notes stay with the trace.",
        "L shows a lesson or an explanation in the pane.",
    )

    def __init__(self, story: Story, player: Player) -> None:
        super().__init__(story, player)
        self.notes: dict[int, str] = {}
        self._version = 0

    def note(self, seq: int, text: str) -> None:
        """Keep a note about a hop; an empty one forgets it."""
        if text:
            self.notes[seq] = text
        else:
            self.notes.pop(seq, None)
        self._version += 1

    def depends(self) -> tuple[Any, ...]:
        """Return the cursor and the notes."""
        return self.player.at, self._version

    def write(self, width: int) -> None:
        """Write what there is to say."""
        hop = self.player.hop
        if hop is not None:
            self._about(hop, width)
        if self.notes:
            self.put(line((" your notes", "head")))
        for seq, text in sorted(self.notes.items()):
            found = next((h.span_id for h in self.story.hops if h.seq == seq), None)
            for one in wrap.words(text, width, "", f" {seq:>3}  "):
                self.put(one, found)
        self.put()
        self.put(line((" marks", "head")))
        for mark, meaning in LEGEND:
            self.put(line((f"  {mark:<5}", "strong"), (f" {meaning}", "dim")))

    def _about(self, hop: Hop, width: int) -> None:
        title = f" hop {hop.seq}: {hop.from_} → {hop.to}, {hop.method}"
        self.put(line((title, "strong")), hop.span_id)
        if hop.note:
            for one in wrap.words(hop.note, width, "", "  "):
                self.put(one, hop.span_id)
        said = _METHODS.get(hop.method) or _KINDS[hop.kind]
        if is_notification(hop):
            said = "A notification: told to whoever listens on the notification bus."
        if hop.is_reply:
            said = "The answer to an earlier call or request; its sender may go on now."
        for one in wrap.words(said, min(width, 90), "dim", "  "):
            self.put(one, hop.span_id)
        self.put()
