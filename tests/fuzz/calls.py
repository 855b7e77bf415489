"""An example of every call that the served APIs answer: what is sent, and to whom."""

import re
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True)
class Call:
    """One kind of request; ``{name}`` stands for the id of something there is."""

    service: str
    method: str
    path: str
    body: Any = None

    @property
    def placeholders(self) -> list[str]:
        """Return the names in its path."""
        return re.findall(r"{(\w+)}", self.path)


QUERIES: Final = [
    *("limit", "marker", "sort_key", "sort_dir", "all_tenants", "name", "status", "ip"),
    *(
        "changes-since",
        "fields",
        "id",
        "device_id",
        "member_of",
        "deleted",
        "is_public",
    ),
    *("minRam", "reservation_id", "host", "with_servers", "resources", "binary", "x"),
]
