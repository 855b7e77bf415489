"""Users, projects and the tokens that were given out."""

import functools
import secrets
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from tracenova.neighbours.shelf import Place

TOKEN_LIFETIME_S = 3600.0
_NAMESPACE = uuid.UUID("5f0e6a52-6d0c-4f6a-8f3e-2f6f1f1c8a11")


@functools.cache
def id_of(kind: str, name: str) -> str:
    """Return the id of a named thing: the same in every run, so labs can be compared."""
    return uuid.uuid5(_NAMESPACE, f"{kind}:{name}").hex


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who can log in. The password is never shown."""

    name: str
    password: str = field(repr=False)
    roles: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # project name → roles

    @property
    def id(self) -> str:
        """Return the user's id."""
        return id_of("user", self.name)


@dataclass(frozen=True, slots=True)
class Token:
    """What a token proves, until it expires."""

    user: User
    project: str
    issued_s: float
    expires_s: float
    audit_id: str

    @property
    def project_id(self) -> str:
        """Return the id of the project the token is scoped to; empty: none."""
        return id_of("project", self.project) if self.project else ""

    @property
    def roles(self) -> tuple[str, ...]:
        """Return the user's roles in that project."""
        return self.user.roles.get(self.project, ())

    @property
    def is_admin(self) -> bool:
        """Say whether the admin role is among them."""
        return "admin" in self.roles


class TokenStore:
    """Gives tokens for passwords, and knows them again. Thread-safe."""

    def __init__(self, users: list[User], lifetime_s: float = TOKEN_LIFETIME_S) -> None:
        self.users = {user.name: user for user in users}
        self.lifetime_s = lifetime_s
        self.place = Place("tokens", self._look, self._take)
        self._tokens: dict[str, Token] = {}
        self._lock = threading.Lock()

    @property
    def projects(self) -> list[str]:
        """Return every project's name, sorted."""
        return sorted(
            {project for user in self.users.values() for project in user.roles}
        )

    def log_in(self, name: str, password: str, project: str) -> str | None:
        """Return a new token, or None when name, password or project do not fit.

        Without a project the token proves only who somebody is.
        """
        user = self.users.get(name)
        if user is None or not secrets.compare_digest(
            user.password.encode(), password.encode()
        ):
            return None
        return self.issue(user, project) if project in ("", *user.roles) else None

    def issue(self, user: User, project: str) -> str:
        """Return a new token for a user that needs no password here (the lab's own)."""
        now = time.time()
        key = secrets.token_urlsafe(32)
        token = Token(
            user, project, now, now + self.lifetime_s, secrets.token_urlsafe(8)
        )
        with self._lock:
            for old in [k for k, t in self._tokens.items() if t.expires_s <= now]:
                self._forget(old)
            self._tokens[key] = token
        self.place.change("token", key)
        self.place.write()
        return key

    def find(self, key: str) -> Token | None:
        """Return what the token proves; None when unknown or expired."""
        with self._lock:
            token = self._tokens.get(key)
        return token if token is not None and token.expires_s > time.time() else None

    def revoke(self, key: str) -> None:
        """Forget the token."""
        with self._lock:
            self._forget(key)
        self.place.write()

    def _forget(self, key: str) -> None:
        self._tokens.pop(key, None)
        self.place.change("token", key)

    def _look(self, kind: str, key: str) -> Any:
        with self._lock:
            token = self._tokens.get(key)
        if token is None:
            return None
        times = [token.issued_s, token.expires_s]
        return [token.user.name, token.project, *times, token.audit_id]

    def _take(self, kind: str, key: str, value: Any) -> None:
        name, *rest = value
        if name in self.users:
            self._tokens[key] = Token(self.users[name], *rest)
