"""A bus that only writes down what is sent."""

import pytest

from tests.unit.fake_rpc import FakeRpc
from tracenova import rpc


@pytest.fixture
def fake_rpc(monkeypatch: pytest.MonkeyPatch) -> FakeRpc:
    """Clients made within the test send to this bus."""
    bus = FakeRpc()
    monkeypatch.setattr(rpc, "get_client", bus.get_client)
    return bus
