"""The filter engine: a chain of filters, each of which may remove candidates.

It knows nothing of hosts or servers; :mod:`tracenova.scheduler.filters` does.

Nova: nova/filters.py
"""

import itertools
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tracenova import loadables
from tracenova.filter_record import ChainRecord
from tracenova.refusal import Refusal, Verdict

LOG = logging.getLogger(__name__)


class BaseFilter:
    """One rule that a candidate must satisfy.

    Attributes:
        run_filter_once_per_request: the answer cannot change between the instances
            of one request, so only the first instance asks for it.

    Nova: nova/filters.py BaseFilter
    """

    run_filter_once_per_request = False

    def _filter_one(self, obj: Any, spec_obj: Any) -> Verdict:
        return True

    def verdicts(self, objs: Sequence[Any], spec_obj: Any) -> list[Verdict]:
        """Return this filter's answer for each candidate, in their order.

        Ours: Nova keeps only the survivors.
        """
        return [self._filter_one(obj, spec_obj) for obj in objs]

    def filter_all(
        self, filter_obj_list: Sequence[Any], spec_obj: Any
    ) -> Iterable[Any] | None:
        """Return those that pass; None says that filtering stops altogether.

        Override it when the decision needs all candidates at once.
        """
        return itertools.compress(
            filter_obj_list, self.verdicts(filter_obj_list, spec_obj)
        )

    def run_filter_for_index(self, index: int) -> bool:
        """Say whether the filter has to run for the index-th instance of a request."""
        return not (self.run_filter_once_per_request and index > 0)


class BaseFilterHandler(loadables.BaseLoader):
    """Runs the chain, in the configured order, until nobody is left.

    Nova: nova/filters.py BaseFilterHandler
    """

    def get_filtered_objects(
        self,
        filters: Iterable[BaseFilter],
        objs: Iterable[Any],
        spec_obj: Any,
        index: int = 0,
    ) -> list[Any] | None:
        """Return the candidates that every filter lets pass.

        After a filter that lets nobody pass, the rest of the chain does not run.

        Args:
            filters: the chain.
            objs: the candidates.
            spec_obj: the request.
            index: which instance of a multi-instance request, from 0.
        """
        survivors = list(objs)
        LOG.debug("Starting with %d host(s)", len(survivors))
        chain = [
            (position, filter_)
            for position, filter_ in enumerate(filters)
            if filter_.run_filter_for_index(index)
        ]
        with ChainRecord.of(survivors, spec_obj, index, self, judged) as record:
            return _through(chain, survivors, spec_obj, record)

    def stand_in(self, obj: Any) -> Any:
        """Return a copy that a filter may judge without the original noticing.

        Ours, for the verdicts that the short circuit spares.
        """
        return obj

    def set_aside(self, objs: list[Any]) -> Callable[[], None]:
        """Let filters judge the candidates themselves without leaving a mark on them.

        Returns:
            What ends that.
        """
        return lambda: None


def _through(
    chain: list[tuple[int, BaseFilter]],
    survivors: list[Any],
    spec_obj: Any,
    record: ChainRecord,
) -> list[Any] | None:
    history: list[tuple[str, int, list[Any]]] = []
    for done, (position, filter_) in enumerate(chain, start=1):
        with record.run_of(filter_, position) as run:
            remaining, verdicts = _judge(filter_, survivors, spec_obj)
            if remaining is not None:
                run.note(verdicts, remaining)
        name = type(filter_).__name__
        if remaining is None:
            LOG.debug("Filter %s says to stop filtering", name)
            return None
        _log_refusals(filter_, survivors, verdicts)
        history.append((name, len(survivors), remaining))
        survivors = remaining
        if not survivors:
            LOG.info("Filter %s returned 0 hosts", name)
            record.never_run(chain[done:])
            break
        LOG.debug("Filter %s returned %d host(s)", name, len(survivors))
    if not survivors:
        _log_history(spec_obj, history)
    return survivors


def judged(filter_: BaseFilter, objs: list[Any], spec_obj: Any) -> list[Verdict]:
    """Return the filter's answer for each candidate, however it is made to answer."""
    if type(filter_).filter_all is BaseFilter.filter_all:
        return filter_.verdicts(objs, spec_obj)
    survivors, verdicts = _judge(filter_, objs, spec_obj)
    return [False] * len(objs) if survivors is None else verdicts


def _judge(
    filter_: BaseFilter, objs: list[Any], spec_obj: Any
) -> tuple[list[Any] | None, list[Verdict]]:
    if type(filter_).filter_all is BaseFilter.filter_all:
        verdicts = filter_.verdicts(objs, spec_obj)
        return list(itertools.compress(objs, verdicts)), verdicts
    passing = filter_.filter_all(objs, spec_obj)
    if passing is None:
        return None, []
    survivors = list(passing)
    kept = {id(obj) for obj in survivors}
    return survivors, [id(obj) in kept for obj in objs]


def _log_refusals(
    filter_: BaseFilter, objs: list[Any], verdicts: list[Verdict]
) -> None:
    log = logging.getLogger(type(filter_).__module__)
    if not log.isEnabledFor(logging.WARNING) or all(verdicts):
        return
    name = type(filter_).__name__
    for obj, verdict in zip(objs, verdicts, strict=True):
        if isinstance(verdict, Refusal) and log.isEnabledFor(verdict.log_level):
            log.log(verdict.log_level, "%s refuses %s: %s", name, obj, verdict)


def _log_history(spec_obj: Any, history: list[tuple[str, int, list[Any]]]) -> None:
    text = (
        "Filtering removed all hosts for the request with instance ID '%s'. "
        "Filter results: %s"
    )
    uuid = spec_obj.instance_uuid
    if LOG.isEnabledFor(logging.DEBUG):
        full = [
            (name, [(host.host, host.nodename) for host in left] or None)
            for name, _, left in history
        ]
        LOG.debug(text, uuid, full)
    counts = [
        f"{name}: (start: {start}, end: {len(left)})" for name, start, left in history
    ]
    LOG.info(text, uuid, counts)
