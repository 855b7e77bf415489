"""Taking things out: copy a line, write the view to a file, keep a note, compare."""

import json
from pathlib import Path

from tracenova_tui import export, recent
from tracenova_tui.screens.common import Common
from tracenova_tui.screens.dialogs import Ask, Choose
from tracenova_tui.sheets.notes import NotesSheet


class Writing(Common):
    """Actions that write something."""

    def action_copy(self) -> None:
        """Copy the line under the cursor to the clipboard."""
        view = self.pane if self.pane.has_focus else self.view
        if view.sheet is None or not len(view.sheet):
            return
        text = view.sheet.text(view.at).strip()
        self.app.copy_to_clipboard(text)
        self.notify(f"Copied: {text[:60]}", markup=False)

    def action_export(self) -> None:
        """Ask for a file; its ending says the format."""
        endings = ", ".join(
            [".json", ".txt", ".svg (this screen)", *export.diagram_endings()]
        )
        folder = self.path.parent if self.path else Path.cwd()
        proposed = (
            folder
            / f"{self.path.name.split('.')[0] if self.path else 'trace'}-{self.view_name}.json"
        )
        hint = f"The ending is the format: {endings}"
        self.app.push_screen(
            Ask("Write this view to", hint, str(proposed)), self._export
        )

    def _export(self, answer: str | None) -> None:
        if not answer:
            return
        path = Path(answer).expanduser()
        try:
            if path.suffix == ".json":
                export.write(
                    path,
                    json.dumps(
                        self.sheet.data(), indent=1, ensure_ascii=False, default=str
                    ),
                )
            elif path.suffix == ".txt":
                export.write(path, "\n".join(self.text_lines()))
            elif path.suffix == ".svg" and "diagram" not in path.stem:
                export.write(path, self.app.export_screenshot(title="tracenova"))
            else:
                level = (
                    self.sequence.level if self.sequence.level != "spans" else "full"
                )
                export.diagram(self.story.trace, path, self.view_name, level)
        except (OSError, export.CannotExport) as error:
            self.notify(str(error), severity="error", markup=False)
        else:
            self.notify(f"Written: {path}", markup=False)

    def text_lines(self) -> list[str]:
        """Return the whole view as text."""
        width = max(1, self.view.scrollable_content_region.width)
        heads = [
            "".join(piece.text for piece in head) for head in self.sheet.head(width)
        ]
        return [*heads, *(self.sheet.text(at) for at in range(len(self.sheet)))]

    def action_note(self) -> None:
        """Ask for a note about the hop under the cursor."""
        hop, sheet = self.player.hop, self.sheets["notes"]
        assert isinstance(sheet, NotesSheet)
        if hop is None:
            return
        known = sheet.notes.get(hop.seq, "")

        def keep(answer: str | None) -> None:
            if answer is not None:
                sheet.note(hop.seq, answer)
                recent.write_notes(self.path, sheet.notes)
                self.moved()

        self.app.push_screen(
            Ask(f"Note about hop {hop.seq}", "Empty forgets it", known), keep
        )

    def action_compare(self) -> None:
        """Ask for another trace, and show both side by side."""
        paths = [path for path in recent.traces() if path != self.path]
        if not paths:
            self.notify("No other trace is known; tracenova tui A B compares two files")
            return

        def chosen(index: int | None) -> None:
            if index is not None:
                self.app.compare(self.story, paths[index])

        self.app.push_screen(
            Choose("Compare with", [recent.title(path) for path in paths]), chosen
        )
