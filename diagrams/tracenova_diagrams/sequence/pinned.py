"""A sequence as dot nodes and edges with pinned places, for ``neato -n2``.

dot cannot lay out lifelines; it can paint them where we put them.
"""

from tracenova_diagrams.escape import dot as quoted
from tracenova_diagrams.options import Level
from tracenova_diagrams.sequence.columns import columns, gutter, numbers
from tracenova_diagrams.sequence.model import Message, Note, Story
from tracenova_diagrams.sequence.rows import merged_notes

_STEP = 34
_POINTS = 0.75
_LOOKS = {
    "http": "",
    "call": "penwidth=2.6",
    "cast": "arrowhead=vee",
    "fanout": 'arrowhead=vee color="black:white:black"',
    "notify": "arrowhead=vee style=dotted",
    "db": "arrowhead=box",
    "driver": "arrowhead=obox",
}


def render(story: Story, level: Level) -> str:
    """Return the dot file."""
    at = columns(story.participants, story.items, level, gutter(story.items))
    lines = [
        "digraph {\n  // neato -n2 -Tsvg\n  node [shape=box fontname=Helvetica fontsize=10]\n",
        "  edge [fontname=Helvetica fontsize=9 arrowsize=0.7]\n",
    ]
    items = list(merged_notes(story.items))
    bottom = -_STEP * (len(items) + 1)
    for number, who in enumerate(story.participants):
        x = at[who.name] * _POINTS
        label = f"{who.label}@{who.host}" if who.host else who.label
        lines.append(f'  h{number} [label={quoted(label)} pos="{x:.1f},0"]\n')
        lines.append(f'  f{number} [shape=point pos="{x:.1f},{bottom}"]\n')
        lines.append(
            f"  h{number} -> f{number} [style=dashed arrowhead=none color=gray50]\n"
        )
    for number, item in enumerate(items, 1):
        y = -_STEP * number
        if isinstance(item, Note):
            label = "\\n".join(quoted(line)[1:-1] for line in item.lines)
            x = (at[item.at] + 90) * _POINTS
            lines.append(
                f'  n{number} [label="{label}" shape=note pos="{x:.1f},{y}"]\n'
            )
        else:
            lines.append(_message(item, number, y, at))
    return "".join(lines) + "}\n"


def _message(message: Message, number: int, y: int, at: dict[str, float]) -> str:
    look = _LOOKS[message.kind]
    if message.is_reply:
        look = "style=dashed arrowhead=vee"
    failed = f" ✗ {message.failed}" if message.failed else ""
    if failed:
        look += ' color="#a8201a" fontcolor="#a8201a"'
    label = quoted(f"{numbers(message)} {message.label}{failed}")
    lower = y - 8 if message.source == message.target else y
    ends = "".join(
        f'  {name}{number} [shape=point width=0.03 pos="{at[who] * _POINTS:.1f},{high}"]\n'
        for name, who, high in (("a", message.source, y), ("b", message.target, lower))
    )
    return f"{ends}  a{number} -> b{number} [label={label} {look}]\n"
