"""A request that is read once and asked often."""

from typing import Any

from tracenova.read_once import ReadOnce


class Slow:
    """Counts how often it is read."""

    reads = 0

    @property
    def memory_mb(self) -> int:
        """Return a number, and count."""
        self.reads += 1
        return 512

    def __contains__(self, name: str) -> bool:
        return name == "memory_mb"


def test_an_attribute_is_read_once() -> None:
    """The second look costs the subject nothing."""
    subject = Slow()
    request: Any = ReadOnce(subject)
    assert (request.memory_mb, request.memory_mb) == (512, 512)
    assert subject.reads == 1


def test_what_is_written_reaches_the_subject() -> None:
    """A filter that writes to the request writes to the real one."""
    subject: Any = Slow()
    request: Any = ReadOnce(subject)
    request.reads = 7
    assert (subject.reads, request.reads) == (7, 7)


def test_membership_is_the_subjects() -> None:
    """``"field" in spec_obj`` asks whether a versioned object's field is set."""
    assert "memory_mb" in ReadOnce(Slow())
    assert "vcpus" not in ReadOnce(Slow())
