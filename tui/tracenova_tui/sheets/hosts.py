"""The compute hosts: what they counted, what they run, what they said of themselves."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from tracenova.trace import names
from tracenova.trace.decisions import Claim, ClaimTest
from tracenova.trace.model import Span
from tracenova.trace.story import number
from tracenova_tui.clocktext import since
from tracenova_tui.ink import cut, line, pad
from tracenova_tui.sheets import known, wrap
from tracenova_tui.sheets.base import Listed
from tracenova_tui.sheets.remarks import short

_UNITS = {"memory": "MB", "disk": "GB", "vcpu": "vcpu"}


class HostsSheet(Listed):
    """Each host: the scheduler's word, its claims, its guests, their domain XML."""

    name = "Hosts"
    empty = "No compute host appears in this trace."
    help = (
        "What each compute host counted for itself: a claim tests the request against",
        "total × overcommit − used. ▮ used  ▒ asked for now  ▯ free up to the limit.",
        "Hosts without a claim show what the scheduler knew of them.",
        "Live: H asks the running hosts for capacity, heartbeat, guests and consoles.",
    )

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.live: dict[str, Mapping[str, Any]] = {}
        self._version = 0

    def tell(self, live: dict[str, Mapping[str, Any]]) -> None:
        """Take over what running hosts say of themselves."""
        self.live = live
        self._version += 1

    def depends(self) -> tuple[Any, ...]:
        """Return what running hosts said last."""
        return (self._version,)

    def write(self, width: int) -> None:
        """Write one part for each host."""
        claims: dict[str, list[Claim]] = {}
        for claim in self.story.trace.claims():
            claims.setdefault(claim.host, []).append(claim)
        for host in dict.fromkeys([*self._hosts(), *claims, *self.live]):
            self._host(host, claims.get(host, []), width)

    def _hosts(self) -> list[str]:
        found: dict[str, None] = {}
        for decision in self.story.decisions:
            for host in sorted(decision.hosts):
                found[short(host)] = None
        for span in self.story.spans:
            if span.service == "nova-compute" and span.host:
                found.setdefault(span.host)
        return list(found)

    def _host(self, host: str, claims: list[Claim], width: int) -> None:
        begin = claims[0].span_id if claims else None
        said, role = self._said(host)
        self.put(line((f" ▣ {host}", "strong"), (said, role)), begin)
        self._live_lines(host, width)
        for claim in claims:
            self._claim(claim, width)
        if not claims:
            self._known(host, width)
        for span in self._guests(host):
            self._guest(span)
        self.put()

    def _live_lines(self, host: str, width: int) -> None:
        """Write what the running host said when it was asked."""
        for key, value in self.live.get(host, {}).items():
            if key != "consoles":
                self.put(line((f"     {pad(key, 16)} ", "dim"), str(value)))
                continue
            for guest, said in value.items():
                self.put(line((f"   console of {guest}", "head")))
                for one in said:
                    self.put(line(("     │ ", "dim"), cut(one, width - 8)))

    def _known(self, host: str, width: int) -> None:
        """Write what the scheduler knew of a host that made no claim."""
        for decision in self.story.decisions[-1:]:
            if host in (found := known.known_hosts(decision)):
                self.put(line(("   what the scheduler knew", "dim")))
                for one in known.lines(found[host], width):
                    self.put(one, decision.choice.span_id)
        self.put(line(("     no claim was made here", "dim")))

    def _said(self, host: str) -> tuple[str, str]:
        for decision in self.story.decisions:
            full = decision.named(host)
            if full is None:
                continue
            refusal = decision.refusal(full)
            if refusal is not None:
                return f"   ✗ refused by {refusal.filter}", "warn"
            if decision.choice.selected == full:
                number, of = self.story.attempt(decision)
                again = f", attempt {number}" if of > 1 else ""
                return f"   ◀ chosen{again}", "accent"
        return "", ""

    def _claim(self, claim: Claim, width: int) -> None:
        verdict = ("✓ passes", "ok") if claim.passed else ("✗ fails", "error")
        when = since(claim.start_ns - self.story.begins_ns)
        self.put(line(f"   claim at {when}  ", verdict), claim.span_id)
        for test in claim.tests:
            if test.total >= 0:
                self.put(line(*self._test(test, width)), claim.span_id)
        if claim.error:
            for one in wrap.words(claim.error, width, "error", "     "):
                self.put(one, claim.span_id)

    def _test(self, test: ClaimTest, width: int) -> list[str | tuple[str, str]]:
        limit = test.limit if test.limit is not None else test.total
        size = known.bar_size(width)
        most = max(limit, test.used + test.requested, 1.0)
        used = round(test.used / most * size)
        asked = max(1, round(test.requested / most * size)) if test.requested else 0
        free = max(0, size - used - asked)
        unit = _UNITS.get(test.resource, "")
        said = "unlimited" if test.limit is None else f"limit {number(limit)}"
        return [
            f"     {pad(test.resource, 7)} ",
            ("▮" * used, "bar"), ("▒" * asked, "" if test.passed else "error"),
            ("▯" * free, "faint"),
            f"  used {number(test.used)} + {number(test.requested)} of "
            f"{number(test.total)} {unit}, {said}  ",
            ("✓" if test.passed else "✗", "ok" if test.passed else "error"),
        ]  # fmt: skip

    def _guests(self, host: str) -> list[Span]:
        return [
            span
            for span in self.story.spans
            if span.host == host
            and (
                names.DOMAIN_XML in span.attributes
                or span.name.endswith("Driver.spawn")
            )
        ]

    def _guest(self, span: Span) -> None:
        self.put(line(("   guest ", "dim"), span.name), span.span_id)
        for text in (span.text(names.DOMAIN_XML) or "").splitlines():
            self.put(line((f"     {text}", "dim")), span.span_id)

    def data(self) -> Any:
        """Return the claims as plain data."""
        claims = [asdict(claim) for claim in self.story.trace.claims()]
        return {
            "claims": claims,
            "live": json.loads(json.dumps(self.live, default=str)),
        }
