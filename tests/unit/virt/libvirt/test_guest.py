"""One guest on libvirt's own test driver: what has happened already is no error."""

import importlib.util
from collections.abc import Iterator

import pytest

from tracenova.virt.libvirt import seam
from tracenova.virt.libvirt.guest import Guest
from tracenova.virt.libvirt.host import Host

pytestmark = [
    pytest.mark.libvirt,
    pytest.mark.skipif(
        importlib.util.find_spec("libvirt") is None,
        reason="libvirt-python is not installed (it is built from source)",
    ),
]

XML = """
<domain type="test">
  <name>guest</name>
  <memory unit="MiB">1</memory>
  <os><type>hvm</type></os>
</domain>
"""


@pytest.fixture(name="guest")
def fixture_guest() -> Iterator[Guest]:
    """A guest that is defined and runs."""
    connection = seam.open_connection("test:///default")
    domain = connection.defineXML(XML)
    domain.create()
    yield Guest(Host("test:///default"), domain)
    for left in connection.listAllDomains():
        if left.name() == "guest":
            if left.isActive():
                left.destroy()
            left.undefine()
    connection.close()


def test_the_plug_of_a_guest_that_is_off_already_is_no_error(guest: Guest) -> None:
    """It went off between the look and the pull."""
    guest.poweroff()
    guest.poweroff()
    assert not guest.is_active()


def test_a_guest_that_cannot_be_switched_off_is_an_error(
    guest: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Libvirt refuses and the guest runs on: whoever wanted it off must know."""
    guest.poweroff()
    monkeypatch.setattr(guest, "is_active", lambda: True)
    with pytest.raises(seam.libvirt().libvirtError, match="is not running"):
        guest.poweroff()


def test_a_definition_that_is_gone_already_is_no_error(guest: Guest) -> None:
    """Somebody else was quicker."""
    guest.poweroff()
    guest.delete_configuration()
    guest.delete_configuration()
