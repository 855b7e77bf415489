"""The form that asks a live lab for servers."""

from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Checkbox, Input, Label, Select, Static


class Tick(Checkbox):
    """A checkbox that is told by its mark, not by a colour."""

    BUTTON_INNER = " "

    def watch_value(self) -> None:
        """Show the mark."""
        self.BUTTON_INNER = "✓" if self.value else " "
        super().watch_value()
        self.refresh(layout=True)


class BootForm(ModalScreen[dict[str, Any] | None]):
    """Name, flavor, image, network, count, zone, hints; whether to step.

    Args:
        lab: the lab's specification.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel"),
        Binding("ctrl+s", "boot", "Boot"),
    ]

    def __init__(self, lab: Any, *, stepping: bool) -> None:
        super().__init__()
        self._lab = lab
        self._stepping = stepping

    def compose(self) -> ComposeResult:
        """Lay out the form with the lab's own request filled in."""
        lab, asked = self._lab, self._lab.request
        flavors = [(_flavor(f), f.name) for f in lab.flavors]
        with Vertical(classes="dialog form"):
            yield Label(
                Text(f"Boot a server in lab {lab.name}"), classes="dialog-title"
            )
            yield _row("name", Input(asked.name, id="name", compact=True))
            yield _row(
                "flavor",
                Select(
                    flavors,
                    value=asked.flavor,
                    id="flavor",
                    allow_blank=False,
                    compact=True,
                ),
            )
            images = [(image.name, image.name) for image in lab.images]
            yield _row(
                "image",
                Select(
                    images,
                    value=asked.image,
                    id="image",
                    allow_blank=False,
                    compact=True,
                ),
            )
            yield _row("network", Input(asked.network, id="network", compact=True))
            yield _row(
                "count",
                Input(str(asked.count), id="count", type="integer", compact=True),
            )
            yield _row(
                "zone",
                Input(
                    asked.az or "",
                    id="az",
                    placeholder="zone[:host[:node]]",
                    compact=True,
                ),
            )
            hints = " ".join(f"{key}={value}" for key, value in asked.hints.items())
            yield _row(
                "hints",
                Input(hints, id="hints", placeholder="KEY=VALUE …", compact=True),
            )
            yield Tick(
                "hold every message: n delivers the next",
                self._stepping,
                id="step",
                compact=True,
            )
            with Horizontal(classes="buttons"):
                yield Button("Boot", variant="primary", id="boot", compact=True)
                yield Button("Cancel", id="cancel", compact=True)
            yield Static(
                Text("Tab moves, Ctrl+S boots, Esc leaves"), classes="dialog-hint"
            )

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Boot or leave."""
        if event.button.id == "boot":
            self.action_boot()
        else:
            self.dismiss(None)

    def on_input_submitted(self) -> None:
        """Boot on Enter."""
        self.action_boot()

    def action_boot(self) -> None:
        """Answer with the wishes."""

        def text(name: str) -> str:
            return self.query_one(f"#{name}", Input).value.strip()

        hints = dict(part.partition("=")[::2] for part in text("hints").split())
        self.dismiss(
            {
                "name": text("name") or "demo",
                "flavor": self.query_one("#flavor", Select).value,
                "image": self.query_one("#image", Select).value,
                "network": text("network") or "auto",
                "count": max(1, int(text("count") or 1)),
                "az": text("az") or None,
                "hints": hints,
                "step": self.query_one("#step", Checkbox).value,
            }
        )


def _row(name: str, field: Input | Select[Any]) -> Horizontal:
    return Horizontal(Label(name, classes="field-name"), field, classes="field")


def _flavor(flavor: Any) -> str:
    return f"{flavor.name}  {flavor.memory_mb} MB, {flavor.vcpus} vcpu, {flavor.disk_gb} GB"
