"""The placement API: resource providers, inventories, allocations.

Optional in Newton: the compute writes, nobody reads.
"""

import copy
import dataclasses
import json
import threading
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any, ClassVar

import webob
import webob.exc

from tracenova.neighbours.keystone.tokens import Token, TokenStore
from tracenova.neighbours.wsgi import Neighbour, route

Inventories = dict[str, dict[str, Any]]


@dataclass(slots=True)
class Provider:
    """One resource provider: here, one compute node."""

    uuid: str
    name: str
    generation: int = 0
    inventories: Inventories = field(default_factory=dict)


class Placement(Neighbour):
    """placement in memory. Thread-safe."""

    public: ClassVar[frozenset[str]] = frozenset({"/"})

    def __init__(self, tokens: TokenStore) -> None:
        super().__init__(tokens)
        self._providers: dict[str, Provider] = {}
        # consumer → provider → resource class → amount
        self._allocations: dict[str, dict[str, dict[str, int]]] = {}
        self._held: defaultdict[str, Counter[str]] = defaultdict(Counter)  # the sums
        self._lock = threading.RLock()

    @route("GET", "/")
    def root(self, request: webob.Request) -> dict[str, Any]:
        """Show the versions."""
        return {
            "versions": [{"id": "v1.0", "min_version": "1.0", "max_version": "1.0"}]
        }

    @route("GET", "/resource_providers")
    def providers(self, request: webob.Request) -> dict[str, Any]:
        """List the providers."""
        with self._lock:
            return {
                "resource_providers": [
                    _provider_view(p) for p in self._providers.values()
                ]
            }

    @route("POST", "/resource_providers", status=201)
    def create_provider(self, request: webob.Request) -> webob.Response:
        """Create a provider; 409 when its uuid or name is taken."""
        given = _json(request)
        provider = Provider(str(given["uuid"]), str(given["name"]))
        with self._lock:
            taken = {p.name for p in self._providers.values()} | set(self._providers)
            if {provider.uuid, provider.name} & taken:
                raise webob.exc.HTTPConflict(
                    "Conflicting resource provider already exists"
                )
            self._providers[provider.uuid] = provider
        self.place.change("providers", provider.uuid)
        location = f"{request.application_url}/resource_providers/{provider.uuid}"
        return webob.Response(status=201, headers=[("Location", location)])

    @route("GET", "/resource_providers/{uuid}")
    def provider(self, request: webob.Request, uuid: str) -> dict[str, Any]:
        """Show a provider."""
        return _provider_view(self._provider(uuid))

    @route("DELETE", "/resource_providers/{uuid}", status=204)
    def delete_provider(self, request: webob.Request, uuid: str) -> None:
        """Delete a provider; 409 while something is allocated on it."""
        with self._lock:
            self._provider(uuid)
            if any(uuid in held for held in self._allocations.values()):
                raise webob.exc.HTTPConflict("Resource provider has allocations.")
            del self._providers[uuid]
        self.place.change("providers", uuid)

    @route("GET", "/resource_providers/{uuid}/inventories")
    def inventories(self, request: webob.Request, uuid: str) -> dict[str, Any]:
        """Show what a provider has."""
        return _inventories_view(self._provider(uuid))

    @route("PUT", "/resource_providers/{uuid}/inventories")
    def set_inventories(self, request: webob.Request, uuid: str) -> dict[str, Any]:
        """Replace what a provider has; 409 when somebody else did so since."""
        given = _json(request)
        with self._lock:
            provider = self._provider(uuid)
            if given.get("resource_provider_generation") != provider.generation:
                raise webob.exc.HTTPConflict("resource provider generation conflict")
            provider.inventories = {
                name: _inventory(record)
                for name, record in given["inventories"].items()
            }
            provider.generation += 1
            self.place.change("providers", uuid)
            return _inventories_view(provider)

    @route("GET", "/resource_providers/{uuid}/allocations")
    def provider_allocations(self, request: webob.Request, uuid: str) -> dict[str, Any]:
        """Show who holds what of a provider."""
        with self._lock:
            provider = self._provider(uuid)
            held = {
                consumer: {"resources": dict(by_provider[uuid])}
                for consumer, by_provider in self._allocations.items()
                if uuid in by_provider
            }
        return {
            "resource_provider_generation": provider.generation,
            "allocations": held,
        }

    @route("GET", "/resource_providers/{uuid}/usages")
    def usages(self, request: webob.Request, uuid: str) -> dict[str, Any]:
        """Sum up what is allocated on a provider."""
        with self._lock:
            provider = self._provider(uuid)
            sums = dict.fromkeys(provider.inventories, 0)
            for held in self._allocations.values():
                for name, amount in held.get(uuid, {}).items():
                    sums[name] = sums.get(name, 0) + amount
        return {"resource_provider_generation": provider.generation, "usages": sums}

    @route("GET", "/allocations/{consumer}")
    def allocations(self, request: webob.Request, consumer: str) -> dict[str, Any]:
        """Show what a consumer (a server) holds."""
        with self._lock:
            held = self._allocations.get(consumer, {})
            shown = {
                uuid: {
                    "generation": self._providers[uuid].generation,
                    "resources": dict(amounts),
                }
                for uuid, amounts in held.items()
            }
        return {"allocations": shown}

    @route("PUT", "/allocations/{consumer}", status=204)
    def allocate(self, request: webob.Request, consumer: str) -> None:
        """Replace what a consumer holds; 409 when a provider cannot give it."""
        wanted = {
            str(item["resource_provider"]["uuid"]): {
                str(name): int(amount) for name, amount in item["resources"].items()
            }
            for item in _json(request)["allocations"]
        }
        with self._lock:
            for uuid, amounts in wanted.items():
                self._check_capacity(self._provider(uuid), consumer, amounts)
            self._hold(consumer, wanted)
            for uuid in wanted:
                self._providers[uuid].generation += 1
                self.place.change("providers", uuid)

    @route("DELETE", "/allocations/{consumer}", status=204)
    def deallocate(self, request: webob.Request, consumer: str) -> None:
        """Give everything back; 404 when nothing is held."""
        with self._lock:
            if consumer not in self._allocations:
                raise webob.exc.HTTPNotFound(
                    f"No allocations for consumer '{consumer}'"
                )
            self._hold(consumer, {})
            del self._allocations[consumer]
            self.place.change("allocations", consumer)

    def snapshot(self) -> dict[str, dict[str, dict[str, int]]]:
        """Return consumer → node's name → amounts as now: the auditor's own way in."""
        with self._lock:
            return {
                consumer: {
                    self._providers[uuid].name: dict(amounts)
                    for uuid, amounts in held.items()
                }
                for consumer, held in self._allocations.items()
            }

    def _hold(self, consumer: str, wanted: dict[str, dict[str, int]]) -> None:
        """Let a consumer hold this instead of what it has held."""
        for uuid, amounts in self._allocations.get(consumer, {}).items():
            self._held[uuid].subtract(amounts)
        for uuid, amounts in wanted.items():
            self._held[uuid].update(amounts)
        self._allocations[consumer] = wanted
        self.place.change("allocations", consumer)

    def _look(self, kind: str, key: str) -> Any:
        with self._lock:
            if kind == "allocations":
                return copy.deepcopy(self._allocations.get(key))
            provider = self._providers.get(key)
            return None if provider is None else dataclasses.asdict(provider)

    def _take(self, kind: str, key: str, value: Any) -> None:
        if kind == "allocations":
            self._hold(key, value)
        else:
            self._providers[key] = Provider(**value)

    def _check_capacity(
        self, provider: Provider, consumer: str, amounts: dict[str, int]
    ) -> None:
        for name, amount in amounts.items():
            record = provider.inventories.get(name)
            if record is None:
                raise webob.exc.HTTPConflict(f"No inventory of class {name}")
            own = self._allocations.get(consumer, {}).get(provider.uuid, {})
            others = self._held[provider.uuid][name] - own.get(name, 0)
            capacity = (record["total"] - record["reserved"]) * record[
                "allocation_ratio"
            ]
            if others + amount > capacity:
                raise webob.exc.HTTPConflict(
                    f"Unable to allocate inventory: {name} {others} + {amount} > {capacity}"
                )

    def _provider(self, uuid: str) -> Provider:
        with self._lock:
            provider = self._providers.get(uuid)
        if provider is None:
            raise webob.exc.HTTPNotFound(f"No resource provider with uuid {uuid} found")
        return provider

    def _validated(self, request: webob.Request) -> Token:
        """Let administrators in, and nobody else: users have no business here."""
        token = super()._validated(request)
        if not token.is_admin:
            raise webob.exc.HTTPForbidden("Only an admin may do this.")
        return token


def _json(request: webob.Request) -> dict[str, Any]:
    try:
        given = json.loads(request.body)
    except ValueError:
        raise webob.exc.HTTPBadRequest("Malformed JSON") from None
    if not isinstance(given, dict):
        raise webob.exc.HTTPBadRequest("The body must be a JSON object.")
    return given


def _inventory(record: dict[str, Any]) -> dict[str, Any]:
    defaults = {"reserved": 0, "min_unit": 1, "max_unit": 1, "step_size": 1}
    return {**defaults, "allocation_ratio": 1.0, **record}


def _provider_view(provider: Provider) -> dict[str, Any]:
    path = f"/resource_providers/{provider.uuid}"
    links = [{"rel": rel, "href": f"{path}/{rel}"} for rel in ("inventories", "usages")]
    return {
        "uuid": provider.uuid,
        "name": provider.name,
        "generation": provider.generation,
        "links": [{"rel": "self", "href": path}, *links],
    }


def _inventories_view(provider: Provider) -> dict[str, Any]:
    return {
        "resource_provider_generation": provider.generation,
        "inventories": {
            name: dict(record) for name, record in provider.inventories.items()
        },
    }
