"""A lab that runs while it is watched: started, asked for servers, stopped again.

Everything that may take time happens on two threads of its own: one lives the lab's
life, the other does what the user asks of the bus. The screen only reads the feed.
"""

import contextlib
import dataclasses
import functools
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracenova.trace import names
from tracenova.trace.model import Moment, Span
from tracenova_tui.feed import BusSeen, Feed, LabState, Said, SpanSeen, Told
from tracenova_tui.live.breakpoints import Gate, refusals
from tracenova_tui.live.errands import Errands
from tracenova_tui.live.held import Held
from tracenova_tui.live.hypervisors import LibvirtWatch, watch_of
from tracenova_tui.live.services import ServicesWatch

if TYPE_CHECKING:
    from tracenova.lab.cloud import Cloud
    from tracenova.messaging.tap import BusTap
    from tracenova.telemetry import Session

PATIENCE_S = 300
_BOOT_S = 120.0


class LiveLab:
    """One running lab.

    Args:
        lab: a lab's name or file.
        feed: told everything.
        save: where the trace is kept.
        virt: overrides every host's driver.
        transport_url: a bus of its own instead of the embedded one.

    Attributes:
        gate: which messages are held.
        state: starting, ready, booting, stopping, stopped or failed.
    """

    def __init__(
        self,
        lab: str,
        feed: Feed,
        *,
        save: Path | None = None,
        virt: str | None = None,
        transport_url: str | None = None,
    ) -> None:
        self.name = lab
        self.feed = feed
        self.save = save
        self.gate = Gate(self._settle)
        self.patience_s = PATIENCE_S
        self.state = "starting"
        self.spec: Any = None
        self._virt = virt
        self._url = transport_url
        self._tasks = Errands()
        self._hands = Errands()
        self._cloud: Cloud | None = None
        self._session: Session | None = None
        self._libvirt: LibvirtWatch | None = None
        self._services: ServicesWatch | None = None
        self._stories: set[str] = set()
        self._cancelled = threading.Event()
        self._life = threading.Thread(target=self._live, name="tui-lab", daemon=True)
        self._hand = threading.Thread(target=self._work, name="tui-hand", daemon=True)

    # --- what the screen asks -------------------------------------------------

    def start(self) -> None:
        """Begin; the feed is told how it goes."""
        self._life.start()
        self._hand.start()

    def boot(self, wishes: dict[str, Any]) -> None:
        """Ask for servers; ``wishes`` are fields of an order."""
        self._cancelled.clear()
        self._tasks.add(lambda: self._boot(wishes))

    def cancel(self) -> None:
        """Wait no longer for the boot under way; the services go on with it."""
        self._cancelled.set()

    def stop(self, wait_s: float = 0.0) -> None:
        """Stop the lab; held messages are let go."""
        self._cancelled.set()
        self._tasks.end()
        self._hands.end()
        if wait_s and self._life.ident:
            self._life.join(wait_s)

    def hand(self, task: Callable[["BusTap"], object]) -> None:
        """Do something with the bus, soon."""

        def work() -> None:
            if (tap := self.tap) is not None:
                task(tap)

        self._hands.add(work)

    @property
    def tap(self) -> "BusTap | None":
        """The tap of the bus; None while no lab runs."""
        return (
            self._cloud.tap
            if self._cloud and self.state in ("ready", "booting")
            else None
        )

    def held(self) -> list[Held]:
        """Return the messages that are held, oldest first, and why."""
        tap = self.tap
        if tap is None:
            return []
        return [
            Held.of(envelope, self.gate.why(envelope.id)) for envelope in tap.held()
        ]

    def ask_hosts(self) -> None:
        """Ask the running hosts for capacity and heartbeat; the feed gets the answer."""
        self._hands.add(self._look_at_hosts)

    def be_patient(self, seconds: int) -> None:
        """Let callers wait so long for replies from now on."""

        def work() -> None:
            from tracenova.lab.running import set_patience

            if self._cloud is not None and self.tap is not None:
                set_patience(self._cloud, seconds)
                self.patience_s = seconds
                self.feed.put(Said(f"Callers now wait {seconds} s for a reply"))

        self._hands.add(work)

    # --- the lab's life ---------------------------------------------------------

    def _live(self) -> None:
        try:
            with self._started():
                self._tell("ready")
                for task in self._tasks.each(self._check):
                    task()
                self._tell("stopping")
        except Exception as error:  # noqa: BLE001 - whatever a lab may raise is shown
            self._tell(
                "failed", f"{str(error) or type(error).__name__}; q leaves the lab"
            )
        else:
            self._tell("stopped")

    def _check(self) -> None:
        """Raise when the bus is away: Redis may vanish. Say so when others do."""
        if self._cloud is not None:
            self._cloud.check_bus()
        self._look_at_services()
        if self._libvirt is not None:
            self._libvirt.look()

    def _look_at_services(self) -> None:
        if self._services is not None:
            self._services.look()

    @contextlib.contextmanager
    def _started(self) -> Iterator[None]:
        from tracenova.lab import boot
        from tracenova.lab.running import deaf_services, running

        self._tell("starting", "loading the services")
        self.spec = _patient(boot.load_lab(self.name, None))
        self.save = self.save or boot.default_save(self.spec)
        run = running(
            self.spec,
            self.save,
            virt=self._virt,
            transport_url=self._url,
            narrate=self._narrate,
        )
        with run as (self._cloud, self._session):
            self._cloud.tap.hold(self.gate.holds)
            self._session.feed.subscribe(self._see)
            self._libvirt = watch_of(self._cloud, self.feed)
            self._services = ServicesWatch(
                self.feed, functools.partial(deaf_services, self._cloud)
            )
            try:
                yield
            finally:
                self._cloud.tap.let_go()

    def _boot(self, wishes: dict[str, Any]) -> None:
        from tracenova.lab.client import Refused
        from tracenova.lab.order import OrderError

        self._tell("booting", wishes.get("name") or "")
        try:
            assert self._cloud is not None
            with self._cloud.bus_blamed():
                said = self._ask_for_servers(wishes)
        except (Refused, OrderError) as error:
            self.feed.put(Said(f"refused: {error}", "error"))
            said = ""
        except Exception as error:  # noqa: BLE001 - a vanished bus ends one boot, not the screen
            self.feed.put(
                Said(f"the boot failed: {str(error) or type(error).__name__}", "error")
            )
            said = ""
        self._tell("ready", said)

    def _ask_for_servers(self, wishes: dict[str, Any]) -> str:
        from tracenova.lab.order import Order
        from tracenova.lab.watch import BootWatch

        assert self._cloud is not None
        assert self._session is not None
        order = Order.of(self.spec, **wishes)
        client = self._cloud.client(admin=":" in (order.az or ""))
        body = order.body(self.spec, self._cloud.create_group(client, order))
        watch = BootWatch()
        stop = self._session.feed.subscribe(watch)
        try:
            with client.story(f"boot {order.name}"):
                accepted = client.create_servers(body)
                self._wait(watch, accepted)
                shown = [client.show_server(server) for server in accepted]
        finally:
            stop()
        self._session.flush()
        return ", ".join(f"{server['name']} is {server['status']}" for server in shown)

    def _wait(self, watch: Any, accepted: list[str]) -> None:
        watched = self.gate.stepping or bool(self.gate.breakpoints)
        patience = 3600.0 if watched else _BOOT_S
        deadline = time.monotonic() + patience
        while not watch.wait(accepted, 0.2):
            self._look_at_services()
            if self._cancelled.is_set() or time.monotonic() > deadline:
                return

    # --- what the threads of the lab tell ---------------------------------------

    def _see(self, moment: Moment) -> None:
        span, message = moment.span, moment.message
        if span is not None and self._is_of_story(span):
            self.feed.put(SpanSeen(span))
            if moment.kind == "ended" and names.FILTER_NAME in span.attributes:
                self.gate.refused(refusals(span))
        elif message:
            what = f"{message['operation']} {message['method']}"
            self.feed.put(BusSeen(moment.kind, message["id"], what))

    def _settle(self) -> None:
        if self._session is not None:
            self._session.flush()

    def _is_of_story(self, span: Span) -> bool:
        if (
            span.parent_id is None
            and span.service == "client"
            and span.name.startswith("boot ")
        ):
            self._stories.add(span.trace_id)
        return span.trace_id in self._stories

    def _narrate(self, text: str) -> None:
        self.feed.put(Said(text))

    def _tell(self, state: str, text: str = "") -> None:
        self.state = state
        self.feed.put(LabState(state, text))

    def _work(self) -> None:
        for task in self._hands.each():
            try:
                task()
            except Exception as error:  # noqa: BLE001 - told, not fatal
                self.feed.put(Said(f"{type(error).__name__}: {error}", "warning"))

    def _look_at_hosts(self) -> None:
        from tracenova.lab.running import hosts_of

        if self._cloud is not None and self.tap is not None:
            self.feed.put(Told("hosts", hosts_of(self._cloud)))


def _patient(lab: Any) -> Any:
    """Let callers wait while somebody looks at a held message."""
    conf = {group: dict(options) for group, options in lab.conf.items()}
    conf.setdefault("DEFAULT", {}).setdefault("rpc_response_timeout", PATIENCE_S)
    return dataclasses.replace(lab, conf=conf)
