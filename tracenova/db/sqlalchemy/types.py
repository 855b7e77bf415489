"""Columns that every table shares, and how times are kept.

Nova: nova/db/sqlalchemy/types.py, oslo_db.sqlalchemy.models
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Integer
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class UTCDateTime(TypeDecorator[datetime]):
    """A time in UTC, kept without its zone, as Nova keeps times."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> Any:
        """Drop the zone after going to UTC."""
        del dialect
        if value is not None and value.tzinfo is not None:
            return value.astimezone(UTC).replace(tzinfo=None)
        return value


class Timestamped:
    """When a row was made and last changed."""

    created_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SoftDeleted(Timestamped):
    """A row is not removed: ``deleted`` becomes its own id, and it is not shown."""

    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    deleted: Mapped[int | None] = mapped_column(Integer, default=0)
