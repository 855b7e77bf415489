"""What a live lab stands on goes away while it runs."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.messaging.conftest import RedisServer
from tests.tui import screens
from tests.tui.test_live import Watched
from tracenova.lab import libvirt_health
from tracenova.lab.libvirtd import LibvirtdError, PrivateLibvirtd
from tracenova.trace.trace import Trace
from tracenova_tui.app import TracenovaApp
from tracenova_tui.feed import Feed, LabState, Said
from tracenova_tui.live import hypervisors
from tracenova_tui.live.hypervisors import LibvirtWatch
from tracenova_tui.live.services import ServicesWatch
from tracenova_tui.screens.story import StoryScreen
from tracenova_tui.story import Story


@pytest.mark.redis
@pytest.mark.timeout(900)
def test_redis_vanishes_and_the_screen_is_told(tmp_path: Path) -> None:
    """The boot fails in one line that names Redis; then the lab itself has failed."""
    server = RedisServer(tmp_path)
    watched = Watched(tmp_path, virt="fake", transport_url=server.url)
    try:
        watched.ready()
        server.kill()
        watched.lab.boot({"name": "lonely"})
        watched.until(lambda: "failed" in watched.states())
        last = [one for one in watched.told if isinstance(one, LabState)][-1]
        assert "Cannot reach redis://" in last.text or "was closed" in last.text
        said = [one.text for one in watched.told if isinstance(one, Said)]
        assert any("the boot failed" in text for text in said), said
    finally:
        watched.lab.stop(wait_s=20.0)
        server.kill()


@pytest.fixture
def private() -> Iterator[PrivateLibvirtd]:
    """A libvirtd of the test's own."""
    pytest.importorskip("libvirt", reason="needs the libvirt-python package")
    with tempfile.TemporaryDirectory(prefix="tn-") as short:
        libvirt = PrivateLibvirtd(Path(short), dies_with_caller=True)
        try:
            libvirt.up()
        except LibvirtdError as error:
            pytest.skip(f"no private libvirtd here: {error}")
        yield libvirt
        libvirt.down()


@pytest.mark.libvirt
def test_libvirt_goes_and_comes_back(
    private: PrivateLibvirtd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are told, once each; nothing is told while nothing changes."""
    monkeypatch.setattr(hypervisors, "_EVERY_S", -1.0)
    feed, uri = Feed(), private.status().uri
    watch = LibvirtWatch(
        feed, [uri, uri], lambda one: libvirt_health.complaint(one, patience_s=60)
    )
    watch.look()
    assert not list(feed.drain())
    private.down()
    watch.look()
    watch.look()
    (gone,) = feed.drain()
    assert isinstance(gone, Said)
    assert gone.severity == "error"
    assert "libvirt has gone: Failed to connect socket" in gone.text
    private.up()
    watch.look()
    watch.look()
    assert list(feed.drain()) == [Said("libvirt answers again")]


def test_a_service_dies_and_another_is_there_in_its_place() -> None:
    """Each is told once, by the service's name."""
    deaf, feed = set[str](), Feed()
    watch = ServicesWatch(feed, lambda: set(deaf))
    watch.look()
    deaf.add("nova-scheduler@controller")
    watch.look()
    watch.look()
    deaf.clear()
    watch.look()
    died, back = feed.drain()
    assert isinstance(died, Said)
    assert isinstance(back, Said)
    assert died.severity == "error"
    assert died.text.startswith("nova-scheduler@controller has died")
    assert back.text == "nova-scheduler@controller is there again"


def test_what_the_lab_has_to_say_is_shown() -> None:
    """In words on the screen; what went wrong stays in the title until it is mended."""

    async def look() -> None:
        def title(app: TracenovaApp) -> str:
            return screens.text_of(app).splitlines()[0]

        app = TracenovaApp(theme="dark")
        app.NOTIFICATION_TIMEOUT = 1000.0  # type: ignore[misc]
        async with app.run_test(size=(160, 48), notifications=True) as pilot:
            screen = StoryScreen(Story(Trace(), "lab", live=True))
            await app.push_screen(screen)
            screen.happened([Said("libvirt has gone: [/no] markup", "error")])
            await screens.shows(pilot, "✗ libvirt has gone: [/no] markup")
            screen.happened([Said("libvirt answers again")])
            await screens.shows(pilot, "libvirt answers again")
            await screens.until(pilot, lambda: "✗ libvirt" not in title(app))

    screens.run(look())
