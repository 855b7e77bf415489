"""Filters and weighers, as nova-scheduler finds them."""

import inspect

from tracenova import conf
from tracenova.lesson.reference import markdown
from tracenova.scheduler import filters, weights
from tracenova.scheduler.cases.world import MULTIPLIERS


def filters_page() -> str:
    """Return the page of filters: those of the default row first, in its order."""
    known = conf.new_config()
    found = filters.HostFilterHandler().get_matching_classes(
        known.scheduler_available_filters
    )
    default = known.scheduler_default_filters
    by_name = {each.__name__: each for each in found}
    others = sorted(set(by_name) - set(default))
    rows = [
        (
            markdown.code(name),
            str(default.index(name) + 1) if name in default else "",
            "once" if by_name[name].run_filter_once_per_request else "each",
            "yes" if by_name[name].RUN_ON_REBUILD else "",
            markdown.meaning(by_name[name]),
            markdown.twin(by_name[name])
            or markdown.twin(inspect.getmodule(by_name[name])),
        )
        for name in (*default, *others)
    ]
    about = (
        "A filter says of a host whether it may take the server. *Default*: its place in "
        "`scheduler_default_filters`. *Asked*: once per request, or for each of its "
        "servers. *Rebuild*: also when a server is rebuilt where it is."
    )
    head = ("filter", "default", "asked", "rebuild", "what it asks", "Nova")
    return markdown.page("Filters", about, markdown.table(head, rows))


def weighers_page() -> str:
    """Return the page of weighers."""
    known = conf.new_config()
    found = weights.HostWeightHandler().get_matching_classes(
        known.scheduler_weight_classes
    )
    rows = []
    for each in sorted(found, key=lambda cls: str(cls.__name__)):
        option = MULTIPLIERS[each.__name__]
        group, _, name = option.rpartition(".")
        value = getattr(getattr(known, group) if group else known, name)
        rows.append(
            (
                markdown.code(each.__name__),
                markdown.code(f"[{group}]{name}" if group else name),
                str(value),
                "–" if each.minval is None else str(each.minval),
                markdown.meaning(each),
                markdown.twin(each) or markdown.twin(inspect.getmodule(each)),
            )
        )
    about = (
        "A weigher gives each host a number. It is normalized, `(raw - min) / (max - "
        "min)`, multiplied, and added up. *Smallest*: the value that becomes 0; –: the "
        "smallest seen."
    )
    head = ("weigher", "multiplier", "default", "smallest", "what it looks at", "Nova")
    return markdown.page("Weighers", about, markdown.table(head, rows))
