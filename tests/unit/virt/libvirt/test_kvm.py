"""KVM where it really runs a guest, emulation otherwise, and the reason said."""

from typing import Any

import pytest

from tracenova.virt.libvirt import kvm, seam

LOCAL, REMOTE = "qemu:///system", "qemu+ssh://elsewhere/system"
OFFERED = "<guest><arch><domain type='kvm'/></arch></guest>"


class Trial:
    """A trial guest; its firmware speaks or does not."""

    destroyed = False

    def info(self) -> list[int]:
        """Say that it runs."""
        return [1, 0, 0, 1, 0]

    def openConsole(self, *_arguments: Any) -> None:  # noqa: N802 - libvirt's name
        """Let its console be read."""

    def destroy(self) -> None:
        """End it."""
        self.destroyed = True


class Stream:
    """What a console says: a word, or nothing yet.

    Args:
        speaks: which of the two.
    """

    def __init__(self, speaks: bool) -> None:
        self.speaks = speaks

    def recv(self, _count: int) -> bytes | int:
        """Read."""
        return b"SeaBIOS" if self.speaks else -2


class Connection:
    """A libvirt that offers KVM or not, and whose guests speak or not."""

    def __init__(self) -> None:
        self.offers = self.speaks = True
        self.features: tuple[str, ...] = ()
        self.trials: list[Trial] = []
        self.closed = False

    def getCapabilities(self) -> str:  # noqa: N802 - libvirt's name
        """Say what is offered."""
        offered = OFFERED if self.offers else ""
        return f"<capabilities><host><cpu/></host>{offered}</capabilities>"

    def baselineCPU(self, _cpus: list[str], _flags: int) -> str:  # noqa: N802
        """Say what the processor's model means."""
        names = "".join(f"<feature name='{name}'/>" for name in self.features)
        return f"<cpu>{names}</cpu>"

    def createXML(self, _xml: str, _flags: int) -> Trial:  # noqa: N802
        """Start a trial guest."""
        self.trials.append(Trial())
        return self.trials[-1]

    def newStream(self, _flags: int) -> Stream:  # noqa: N802 - libvirt's name
        """Return a stream for a console."""
        return Stream(self.speaks)

    def close(self) -> None:
        """End the connection."""
        self.closed = True


@pytest.fixture(name="machine")
def fixture_machine(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A machine with the processor's flag; a test puts its libvirt in."""
    pytest.importorskip("libvirt")
    kvm.why_not.cache_clear()
    connection = Connection()
    monkeypatch.setattr(kvm, "_processor_has_flag", lambda: True)
    monkeypatch.setattr(kvm, "TRIAL_LIMIT_S", 0.2)
    monkeypatch.setattr(seam.libvirt(), "open", lambda _uri: connection)
    yield connection
    kvm.why_not.cache_clear()


def test_kvm_is_used_where_a_trial_guest_runs(machine):
    """And the trial guest is gone afterwards."""
    assert kvm.why_not(LOCAL) is None
    assert kvm.said(LOCAL, "kvm") == "KVM"
    assert [trial.destroyed for trial in machine.trials] == [True]
    assert machine.closed


def test_a_kvm_that_opens_but_never_runs_a_guest_is_none(machine):
    """The trial has a limit: nothing hangs."""
    machine.speaks = False
    assert "did not run within" in str(kvm.why_not(LOCAL))
    assert [trial.destroyed for trial in machine.trials] == [True]


def test_a_libvirt_that_offers_no_kvm_is_not_tried(machine):
    """Its capabilities say so."""
    machine.offers = False
    assert kvm.why_not(LOCAL) == "libvirt does not offer it"
    assert machine.trials == []


def test_a_processor_without_the_flag_is_not_even_asked(machine, monkeypatch):
    """Whatever /dev/kvm looks like."""
    monkeypatch.setattr(kvm, "_processor_has_flag", lambda: False)
    reason = str(kvm.why_not(LOCAL))
    assert "no vmx or svm flag" in reason
    assert machine.trials == []
    assert kvm.said(LOCAL, "qemu") == f"TCG (emulation): {reason}"


def test_another_machine_s_processor_is_asked_through_libvirt(machine, monkeypatch):
    """This one's flags say nothing about that one; the trial is made there, too."""
    monkeypatch.setattr(kvm, "_processor_has_flag", lambda: False)
    machine.features = ("sse2", "svm")
    assert kvm.why_not(REMOTE) is None
    assert len(machine.trials) == 1
    kvm.why_not.cache_clear()
    machine.features = ("sse2",)
    assert "no vmx or svm flag" in str(kvm.why_not(REMOTE))
    assert len(machine.trials) == 1


def test_the_answer_is_asked_for_once(machine):
    """A lab of thirty hosts tries once."""
    for _host in range(3):
        kvm.why_not(LOCAL)
    assert len(machine.trials) == 1


def test_a_refused_trial_counts_as_none(machine, monkeypatch):
    """libvirtError from createXML."""
    libvirt = seam.libvirt()

    def refuse(*_args: Any) -> None:
        raise libvirt.libvirtError("no")

    monkeypatch.setattr(machine, "createXML", refuse)
    assert "did not run" in str(kvm.why_not(LOCAL))
