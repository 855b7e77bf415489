"""How much a project may have: its quota, what it uses of it, and the limits it is told."""

import threading
from typing import Any, Final

import webob
import webob.exc

from tracenova.neighbours.cinder.facts import CinderFacts
from tracenova.neighbours.wsgi import body as object_of
from tracenova.neighbours.wsgi import may_touch, require_admin, route

Body = dict[str, Any]

_DEFAULTS: Final = {
    "volumes": 10,
    "snapshots": 10,
    "gigabytes": 1000,
    "backups": 10,
    "backup_gigabytes": 1000,
    "per_volume_gigabytes": -1,
}
_LARGEST: Final = 0x7FFFFFFF
_WORDS: Final = frozenset({"tenant_id", "force", "skip_validation", "id"})


class CinderQuotas(CinderFacts):
    """The part of cinder that counts."""

    _lock: threading.RLock
    _quotas: dict[str, dict[str, int]]

    @route("GET", "/{version}/{project_id}/os-quota-sets/{owner}")
    def quota(
        self, request: webob.Request, version: str, project_id: str, owner: str
    ) -> Body:
        """Show a project's limits."""
        if not may_touch(request, owner):
            raise webob.exc.HTTPForbidden("Only an admin may see another's quota.")
        limits: Body = dict(self._limits_of(owner))
        if request.GET.get("usage", "").lower() == "true":
            used = self._used(owner)
            limits = {
                name: {"limit": limit, "in_use": used.get(name, 0), "reserved": 0}
                for name, limit in limits.items()
            }
        return {"quota_set": {"id": owner, **limits}}

    @route("GET", "/{version}/{project_id}/os-quota-sets/{owner}/defaults")
    def default_quota(
        self, request: webob.Request, version: str, project_id: str, owner: str
    ) -> Body:
        """Show the limits that a project has by default."""
        return {"quota_set": {"id": owner, **_DEFAULTS}}

    @route("PUT", "/{version}/{project_id}/os-quota-sets/{owner}")
    def update_quota(
        self, request: webob.Request, version: str, project_id: str, owner: str
    ) -> Body:
        """Change a project's limits; for administrators."""
        require_admin(request)
        given = object_of(request, "quota_set")
        wished = {name: given[name] for name in given if name not in _WORDS}
        for name, limit in wished.items():
            if name not in _DEFAULTS:
                raise webob.exc.HTTPBadRequest(
                    f"Bad key(s) in quota set: {name}"  # as cinder says it
                )
            wished[name] = _limit(name, limit)
        with self._lock:
            own = {**self._quotas.get(owner, {}), **wished}
            self._quotas[owner] = own
        self.place.change("quotas", owner)
        return {"quota_set": {**_DEFAULTS, **own}}

    @route("DELETE", "/{version}/{project_id}/os-quota-sets/{owner}")
    def delete_quota(
        self, request: webob.Request, version: str, project_id: str, owner: str
    ) -> None:
        """Give a project the default limits again."""
        require_admin(request)
        with self._lock:
            self._quotas.pop(owner, None)
        self.place.change("quotas", owner)

    @route("GET", "/{version}/{project_id}/limits")
    def limits(self, request: webob.Request, version: str, project_id: str) -> Body:
        """Show limits and what is used of them."""
        limits, used = self._limits_of(project_id), self._used(project_id)
        absolute = {
            "maxTotalVolumes": limits["volumes"],
            "maxTotalSnapshots": limits["snapshots"],
            "maxTotalBackups": limits["backups"],
            "maxTotalVolumeGigabytes": limits["gigabytes"],
            "maxTotalBackupGigabytes": limits["backup_gigabytes"],
            "totalVolumesUsed": used["volumes"],
            "totalGigabytesUsed": used["gigabytes"],
            "totalSnapshotsUsed": used["snapshots"],
            "totalBackupsUsed": 0,
            "totalBackupGigabytesUsed": 0,
        }
        return {"limits": {"rate": [], "absolute": absolute}}

    def check_quota(self, project_id: str, kind: str, size_gb: int) -> None:
        """Make sure that a project may have one more volume or snapshot of this size.

        Args:
            project_id: whose.
            kind: ``volumes`` or ``snapshots``.
            size_gb: how large.

        Raises:
            webob.exc.HTTPRequestEntityTooLarge: it may not.
        """
        limits, used = self._limits_of(project_id), self._used(project_id)
        if kind == "volumes":
            self.check_size(project_id, size_gb)
        self.check_gigabytes(project_id, size_gb)
        if 0 <= limits[kind] <= used[kind]:
            what = {"volumes": "Volume", "snapshots": "Snapshot"}[kind]
            raise webob.exc.HTTPRequestEntityTooLarge(
                f"{what}LimitExceeded: Maximum number of {kind} allowed "
                f"({limits[kind]}) exceeded for quota '{kind}'."
            )

    def check_size(self, project_id: str, size_gb: int) -> None:
        """Make sure that a project may have a volume of this size.

        Raises:
            webob.exc.HTTPRequestEntityTooLarge: it may not.
        """
        largest = self._limits_of(project_id)["per_volume_gigabytes"]
        if 0 <= largest < size_gb:
            raise webob.exc.HTTPRequestEntityTooLarge(
                f"VolumeSizeExceedsLimit: Requested volume size {size_gb}G is larger "
                f"than maximum allowed limit {largest}G."
            )

    def check_gigabytes(self, project_id: str, more_gb: int) -> None:
        """Make sure that a project may have so much more.

        Raises:
            webob.exc.HTTPRequestEntityTooLarge: it may not.
        """
        limit = self._limits_of(project_id)["gigabytes"]
        used = self._used(project_id)["gigabytes"]
        if 0 <= limit < used + more_gb:
            raise webob.exc.HTTPRequestEntityTooLarge(
                "VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds "
                f"allowed gigabytes quota. Requested {more_gb}G, quota is {limit}G and "
                f"{used}G has been consumed."
            )

    def _limits_of(self, project_id: str) -> dict[str, int]:
        with self._lock:
            return {**_DEFAULTS, **self._quotas.get(project_id, {})}

    def _used(self, project_id: str) -> dict[str, int]:
        """Return what is in use; snapshots count as gigabytes, too."""
        volumes = self.sizes_of(project_id)
        snapshots = self.snapshot_sizes_of(project_id)
        return {
            "volumes": len(volumes),
            "snapshots": len(snapshots),
            "gigabytes": sum(volumes) + sum(snapshots),
        }

    def sizes_of(self, project_id: str) -> list[int]:
        """Return the sizes of a project's volumes, in GB."""
        raise NotImplementedError

    def snapshot_sizes_of(self, project_id: str) -> list[int]:
        """Return the sizes of a project's snapshots, in GB."""
        raise NotImplementedError


def _limit(name: str, value: Any) -> int:
    """Return a limit; 400 when it is none."""
    if isinstance(value, str) and value.removeprefix("-").isdecimal():
        value = int(value)
    if type(value) is not int or not -1 <= value <= _LARGEST:
        raise webob.exc.HTTPBadRequest(
            f"Quota limit of {name} must be an integer from -1 to {_LARGEST}."
        )
    return value
