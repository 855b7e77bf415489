"""Every option of nova.conf that is understood."""

from collections.abc import Mapping
from typing import Any

from oslo_config import cfg

from tracenova import conf
from tracenova.lesson.reference import markdown

_ABOUT = (
    "Names, groups and defaults are Nova's (Newton). An option that is not here is "
    "refused, so that a misspelled one is noticed."
)
_HERE = "depends on the machine"
_OF_THE_LIBRARY = ("config_file", "config_dir", "config_source")


def page() -> str:
    """Return the page of options, a part for each group."""
    known = conf.new_config()
    groups = {name: known._groups[name]._opts for name in sorted(known._groups)}
    parts = [_group(name, opts) for name, opts in groups.items() if opts]
    return markdown.page("Options", _ABOUT, _group("DEFAULT", known._opts), *parts)


def _group(name: str, opts: Mapping[str, Any]) -> str:
    rows = []
    for key in sorted(opts):
        opt = opts[key]["opt"]
        if key in _OF_THE_LIBRARY:
            continue
        rows.append(
            (markdown.code(opt.name), _type(opt), _default(opt), opt.help or "")
        )
    head = ("option", "type", "default", "what it does")
    return f"## [{name}]\n\n{markdown.table(head, rows)}"


def _type(opt: cfg.Opt) -> str:
    kind = getattr(opt.type, "type_name", type(opt.type).__name__).removesuffix(
        " value"
    )
    return f"{kind}, several" if opt.multi else kind


def _default(opt: cfg.Opt) -> str:
    if opt.name in ("host", "my_ip"):
        return _HERE
    value = opt.default if opt.sample_default is None else opt.sample_default
    if value is None:
        return "–"
    if isinstance(value, list):
        return ", ".join(map(markdown.code, value)) or "–"
    return markdown.code(value) or '`""`'
