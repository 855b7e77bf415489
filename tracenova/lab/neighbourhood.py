"""The services around Nova, built and mounted at their URLs."""

import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tracenova import http, identity
from tracenova.lab.settings import URLS
from tracenova.neighbours.cinder.app import Cinder
from tracenova.neighbours.glance.app import Glance
from tracenova.neighbours.keystone.app import Keystone
from tracenova.neighbours.keystone.tokens import TokenStore, User, id_of
from tracenova.neighbours.neutron.app import Neutron
from tracenova.neighbours.neutron.notifier import NovaNotifier
from tracenova.neighbours.placement.app import Placement
from tracenova.neighbours.shelf import Place, Shelf

DEMO_PASSWORD = "demo"
ADMIN_PASSWORD = "admin"
ALT_DEMO_PASSWORD = "alt_demo"

PEOPLE = [
    User("demo", DEMO_PASSWORD, {"demo": ("member", "_member_")}),
    User("alt_demo", ALT_DEMO_PASSWORD, {"alt_demo": ("member", "_member_")}),
    User("admin", ADMIN_PASSWORD, {"admin": ("admin",), "demo": ("admin", "member")}),
]


def endpoints(urls: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return what keystone's catalog says: service type → service name, URL."""
    return {
        "identity": ("keystone", urls["keystone"] + "/v3"),
        "compute": ("nova", urls["nova"] + "/v2.1/%(project_id)s"),
        "image": ("glance", urls["glance"]),
        "network": ("neutron", urls["neutron"]),
        "volumev2": ("cinderv2", urls["cinder"] + "/v2/%(project_id)s"),
        "volumev3": ("cinderv3", urls["cinder"] + "/v3/%(project_id)s"),
        "placement": ("placement", urls["placement"]),
    }


class Neighbourhood:
    """keystone, glance, neutron, cinder and placement of one cloud."""

    def __init__(
        self,
        cloud: str,
        host: str = "controller",
        volumes: Path | None = None,
        *,
        service_password: str,
    ) -> None:
        self._cloud, self._host = cloud, host
        services = [
            User(name, service_password, {"service": ("admin", "service")})
            for name in ("nova", "neutron")
        ]
        self.tokens = TokenStore([*PEOPLE, *services])
        self.keystone = Keystone(self.tokens, endpoints(URLS))
        self.glance = Glance(self.tokens)
        self.neutron = Neutron(self.tokens)
        self.cinder = Cinder(self.tokens, volumes, self.glance.content)
        self.placement = Placement(self.tokens)

    def identity_of(self, name: str) -> identity.ServiceIdentity:
        """Return who a neighbour is in the trace."""
        return identity.ServiceIdentity(name, self._host, self._cloud)

    def keep_on(self, shelf: Shelf) -> None:
        """Know again what is on the shelf; put there whatever changes."""
        for place in self._places():
            place.given(shelf)

    def recall(self, shelf: Shelf) -> None:
        """Know what is on the shelf of neighbours in another process."""
        for place in self._places():
            place.recall(shelf)

    def write_down(self) -> None:
        """Put on the shelf what this thread has changed without a request."""
        for place in self._places():
            place.write()

    def _places(self) -> list[Place]:
        apps = (self.glance, self.neutron, self.cinder, self.placement)
        return [self.tokens.place, *(app.place for app in apps)]

    def mount(self) -> None:
        """Answer the neighbours' URLs in this process."""
        for name in ("keystone", "glance", "neutron", "cinder", "placement"):
            app: Any = getattr(self, name)
            http.mount(URLS[name], app, self.identity_of(name))

    def unmount(self) -> None:
        """Stop answering."""
        for url in URLS.values():
            http.unmount(url)

    def connect_neutron_to_nova(self) -> None:
        """Let neutron send its events to nova-api, with a token that nova-api knows."""
        notifier = self.send_events_to(URLS["nova"])
        with identity.acting_as(self.identity_of("neutron")):
            notifier.warm()

    def send_events_to(self, nova: str) -> NovaNotifier:
        """Let neutron send its events to the nova-api at the URL."""
        token = _LastingToken(self.tokens, "neutron")
        client = http.ServiceClient("nova-api", nova)
        notifier = NovaNotifier(client, token, id_of("project", "service"))
        self.neutron.notifier = notifier
        return notifier


class _LastingToken:
    """A service user's token: another one in time before it expires."""

    def __init__(self, tokens: TokenStore, user: str) -> None:
        self._tokens, self._user = tokens, tokens.users[user]
        self._key = ""
        self._renew_at_s = 0.0
        self._lock = threading.Lock()

    def __call__(self) -> str:
        """Return a token that is valid for a while."""
        with self._lock:
            if time.monotonic() >= self._renew_at_s:
                self._key = self._tokens.issue(self._user, "service")
                self._renew_at_s = time.monotonic() + self._tokens.lifetime_s / 2
            return self._key
