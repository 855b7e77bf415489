"""Whose guest is it? Only what carries a lab's mark may be touched."""

from typing import Any

import pytest

from tracenova.virt.libvirt import config_meta, marks

OURS, THEIRS = "lab:/tmp/state-1:compute1", "lab:/tmp/state-2:compute1"


def domain_xml(mark: str | None = None, is_nova: bool = True) -> str:
    """Return a definition with such metadata."""
    nova = f'<nova:instance xmlns:nova="{config_meta.NOVA_NS}"/>' if is_nova else ""
    owner = ""
    if mark is not None:
        owner = marks.LibvirtConfigGuestMetaOwner(mark).to_xml()
    return f"<domain><metadata>{nova}{owner}</metadata></domain>"


@pytest.mark.parametrize("mark", [OURS, "a<b&c:/x y:h", "", "ü:/ü:ü"])
def test_a_mark_is_read_back_as_it_was_written(mark):
    """Whatever the state folder is called."""
    assert marks.mark_of(domain_xml(mark)) == mark
    assert marks.of_a_lab(domain_xml(mark))


@pytest.mark.parametrize(
    "xml", ["<domain/>", "<domain><metadata/></domain>", domain_xml()]
)
def test_what_carries_no_mark_is_no_lab_s(xml):
    """Not even a guest of a Nova elsewhere."""
    assert marks.mark_of(xml) is None
    assert not marks.of_a_lab(xml)
    assert not marks.is_ours(xml, OURS)


@pytest.mark.parametrize(
    ("xml", "own_mark", "is_ours"),
    [
        (domain_xml(OURS), OURS, True),
        (domain_xml(THEIRS), OURS, False),
        (domain_xml(OURS, is_nova=False), OURS, False),
        # a hypervisor of one's own: libvirt's test driver
        (domain_xml(), "", True),
        (domain_xml(OURS), "", True),
        (domain_xml(is_nova=False), "", False),
    ],
)
def test_a_guest_is_ours_by_nova_s_note_and_the_mark(xml, own_mark, is_ours):
    """The other host of the lab, and the other lab, are strangers too."""
    assert marks.is_ours(xml, own_mark) is is_ours


class Domain:
    """A domain that notes what is done to it.

    Args:
        active: whether it runs.
        code: libvirt's error of the undefine; None: it works.
    """

    def __init__(self, active: bool, code: int | None = None) -> None:
        self.active, self.code = active, code
        self.done: list[str] = []

    def isActive(self) -> bool:  # noqa: N802 - libvirt's name
        """Say whether it runs."""
        return self.active

    def destroy(self) -> None:
        """Pull the plug."""
        self.done.append("destroy")

    def undefine(self) -> None:
        """Forget it, or fail."""
        self.done.append("undefine")
        if self.code is not None:
            libvirt = pytest.importorskip("libvirt")
            error = libvirt.libvirtError("undefine")
            error.err = (self.code, 0, "undefine", 2, None, None, None, -1, -1)
            raise error


@pytest.mark.parametrize("active", [True, False])
def test_a_guest_is_stopped_only_if_it_runs_and_then_forgotten(active):
    """Destroy, undefine."""
    pytest.importorskip("libvirt")
    domain = Domain(active)
    marks.remove(domain)
    assert domain.done == (["destroy"] if active else []) + ["undefine"]


def test_a_guest_that_went_by_itself_is_no_error_any_other_is():
    """VIR_ERR_NO_DOMAIN: somebody was quicker."""
    libvirt: Any = pytest.importorskip("libvirt")
    marks.remove(Domain(True, libvirt.VIR_ERR_NO_DOMAIN))
    with pytest.raises(libvirt.libvirtError):
        marks.remove(Domain(True, libvirt.VIR_ERR_OPERATION_FAILED))
