"""Lesson 5, solved."""


def choose_version(offers: list[str], cap: str | None) -> str | None:
    """Return the best of the offers that the cap allows."""
    return next((offer for offer in offers if can_send(offer, cap)), None)


def can_send(version: str, cap: str | None) -> bool:
    """Say whether the cap allows the version: versions are numbers, not texts."""
    if cap is None:
        return True
    major, minor = map(int, version.split("."))
    cap_major, cap_minor = map(int, cap.split("."))
    return major == cap_major and minor <= cap_minor
