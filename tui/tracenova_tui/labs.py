"""The labs that come with tracenova, without starting or checking any."""

import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class LabTitle:
    """A lab's name and what happens in it."""

    name: str
    title: str


def known() -> list[LabTitle]:
    """Return the labs, the default first."""
    found = []
    for file in resources.files("tracenova").joinpath("lab", "builtin").iterdir():
        if file.name.endswith(".toml"):
            document = tomllib.loads(file.read_text("utf-8"))
            title = str(document.get("lab", {}).get("title", "")).split("\n")[0]
            found.append(LabTitle(file.name.removesuffix(".toml"), title))
    return sorted(found, key=lambda lab: (lab.name != "default", lab.name))
