"""A message bus that only writes down what is sent."""

from dataclasses import dataclass, field
from typing import Any

from oslo_utils import versionutils


@dataclass
class Message:
    """One message as the sender gave it away."""

    kind: str
    method: str
    version: str | None
    fanout: bool
    server: str | None
    kwargs: dict[str, Any]


@dataclass
class FakeRpc:
    """Stands for ``rpc.get_client`` and for the client that it returns.

    Attributes:
        cap: overrides the cap that the API class asks for, when set.
        messages: what was sent.
        answer: what every call returns, or the exception that it raises.
    """

    cap: str | None = None
    messages: list[Message] = field(default_factory=list)
    answer: Any = None

    def get_client(
        self, target: Any, version_cap: str | None = None, serializer: Any = None
    ) -> "FakeRpc":
        """Return itself, capped as asked."""
        self.cap = self.cap or version_cap
        self.target = target
        self.serializer = serializer
        return self

    @property
    def version_cap(self) -> str | None:
        """The cap, as a client router copies it."""
        return self.cap

    def can_send_version(self, version: str) -> bool:
        """Say whether the version is within the cap."""
        return self.cap is None or versionutils.is_compatible(version, self.cap)

    def prepare(
        self,
        version: str | None = None,
        fanout: bool = False,
        server: str | None = None,
        **_: Any,
    ) -> "_Prepared":
        """Return a client for one message."""
        assert version is None or self.can_send_version(version), "beyond the cap"
        return _Prepared(self, version, fanout, server)


@dataclass
class _Prepared:
    bus: FakeRpc
    version: str | None
    fanout: bool
    server: str | None

    def call(self, context: Any, method: str, **kwargs: Any) -> Any:
        self._note("call", method, kwargs)
        if isinstance(self.bus.answer, Exception):
            raise self.bus.answer
        return self.bus.answer

    def cast(self, context: Any, method: str, **kwargs: Any) -> None:
        self._note("cast", method, kwargs)

    def _note(self, kind: str, method: str, kwargs: dict[str, Any]) -> None:
        message = Message(kind, method, self.version, self.fanout, self.server, kwargs)
        self.bus.messages.append(message)
