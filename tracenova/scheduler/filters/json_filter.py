"""Lets the user write the rule: the hint ``query``, a small language in JSON.

``["and", [">=", "$free_ram_mb", 1024], ["=", "$vcpus_used", 0]]``

Nova: nova/scheduler/filters/json_filter.py
"""

import functools
from typing import Final

from oslo_serialization import jsonutils

from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters
from tracenova.scheduler.filters import json_query
from tracenova.scheduler.host_state import HostState

LONGEST_SHOWN: Final = 200


class JsonFilter(filters.BaseHostFilter):
    """Evaluates the query with the host state's values for its ``$names``.

    Nova: nova/scheduler/filters/json_filter.py JsonFilter
    """

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether the query is true for the host; of a list, any part.

        Raises:
            ValueError: the hint is not JSON.
            RuntimeError: it is nested too deeply.
            KeyError: the query uses an unknown operator.
            TypeError: the query is no list.
        """
        query = spec_obj.get_scheduler_hint("query")
        if not query:
            return True
        result = json_query.answer(_prepared(query), host_state)
        if any(result) if isinstance(result, list) else result:
            return True
        shown = query if len(query) <= LONGEST_SHOWN else f"{query[:LONGEST_SHOWN]}…"
        return filters.refuse("the query %(query)s is not true here", query=shown)


@functools.lru_cache(maxsize=8)
def _prepared(query: str) -> json_query.Program:
    """Read a query once for all hosts.

    The classes of errors are those that Nova's Python raised.
    """
    try:
        return json_query.prepared(jsonutils.loads(query))
    except ValueError as error:
        raise ValueError(str(error)) from error
    except RecursionError as error:
        raise RuntimeError(str(error)) from error
