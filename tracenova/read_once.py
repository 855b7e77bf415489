"""A request read once and asked ten thousand times.

Every look at a versioned object's field costs about a microsecond, and filters and
weighers look at the same few fields for each host. Ours; Nova does not mind.
"""

from typing import Any


class ReadOnce:
    """Stands for an object and remembers each attribute once it has been read.

    Good for as long as nobody else changes the object: one run of a filter or weigher.
    What is written goes to the object itself.
    """

    def __init__(self, subject: Any) -> None:
        self.__dict__["_subject"] = subject

    def __getattr__(self, name: str) -> Any:
        value = self.__dict__[name] = getattr(self.__dict__["_subject"], name)
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.__dict__["_subject"], name, value)
        self.__dict__.pop(name, None)

    def __contains__(self, name: str) -> bool:
        return name in self.__dict__["_subject"]

    def __repr__(self) -> str:
        return repr(self.__dict__["_subject"])
