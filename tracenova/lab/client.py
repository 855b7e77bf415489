"""The person who asks Nova for a server: logs in, POSTs, looks again."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from tracenova import http, identity, profiler
from tracenova.http_message import Response
from tracenova.neighbours.keystone.tokens import id_of


class Refused(Exception):
    """The API answered a request with an error.

    Attributes:
        status: the HTTP status code.
        fault: the body's ``{code, message}``.
    """

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(f"{status} {name}: {message}")
        self.status = status
        self.message = message


class Client:
    """One user of the compute API.

    Args:
        who: the client's identity in the trace.
        nova_url: where nova-api listens.
        keystone_url: where keystone listens.
        microversion: sent with every request.
    """

    def __init__(
        self,
        who: identity.ServiceIdentity,
        nova_url: str,
        keystone_url: str,
        microversion: str = "2.37",
    ) -> None:
        self._who = who
        self._nova = http.ServiceClient("nova-api", nova_url)
        self._keystone = http.ServiceClient("keystone", keystone_url)
        self._headers = {
            "OpenStack-API-Version": f"compute {microversion}",
            "X-OpenStack-Nova-API-Version": microversion,
        }
        self._token = ""
        self.project_id = ""

    def log_in(self, user: str, password: str, project: str) -> None:
        """Get a token from keystone.

        Raises:
            Refused: keystone does not know the user.
        """
        domain = {"id": "default"}
        auth = {
            "identity": {
                "methods": ["password"],
                "password": {
                    "user": {"name": user, "domain": domain, "password": password}
                },
            },
            "scope": {"project": {"name": project, "domain": domain}},
        }
        with identity.acting_as(self._who):
            response = self._keystone.request(
                "POST", "/v3/auth/tokens", json={"auth": auth}
            )
        _checked(response)
        self._token = response.headers["X-Subject-Token"]
        self.project_id = id_of("project", project)

    @contextlib.contextmanager
    def story(self, name: str) -> Iterator[None]:
        """Make everything within the block one trace, with the client at its root."""
        with identity.acting_as(self._who), profiler.span(name):
            yield

    def create_servers(self, body: Mapping[str, Any]) -> list[str]:
        """POST /servers; return the ids of all servers that were accepted.

        The answer to a request for several shows only the first; the others carry the
        same reservation and are looked up.

        Raises:
            Refused: the API did not accept the request.
        """
        first = self.call("POST", "/servers", json=body)["server"]["id"]
        if body["server"].get("min_count", 1) == 1:
            return [first]
        listed = self.call(
            "GET", "/servers", params={"sort_key": "created_at", "sort_dir": "asc"}
        )
        return [str(server["id"]) for server in listed["servers"]]

    def show_server(self, server_id: str) -> dict[str, Any]:
        """GET /servers/{id}; return its ``server``.

        Raises:
            Refused: there is no such server.
        """
        shown = self.call("GET", "/servers/{id}", path={"id": server_id})
        server: dict[str, Any] = shown["server"]
        return server

    def delete_server(self, server_id: str) -> None:
        """DELETE /servers/{id}.

        Raises:
            Refused: there is no such server.
        """
        self.call("DELETE", "/servers/{id}", path={"id": server_id})

    def call(
        self,
        method: str,
        template: str,
        path: Mapping[str, str] | None = None,
        params: http.Params | None = None,
        json: Any = None,
    ) -> dict[str, Any]:
        """Send any request to the compute API; return its JSON, {} when it has none.

        Raises:
            Refused: the status code is 400 or more.
        """
        with identity.acting_as(self._who):
            response = self._nova.request(
                method,
                "/v2.1/{project_id}" + template,
                path={"project_id": self.project_id, **(path or {})},
                params=params,
                json=json,
                headers=self._headers,
                token=self._token,
            )
        _checked(response)
        document: dict[str, Any] = response.json() if response.content else {}
        return document


def _checked(response: Response) -> None:
    if response.status_code < 400:
        return
    try:
        name, fault = next(iter(response.json().items()))
        message = str(fault["message"])
    except (ValueError, KeyError, TypeError, StopIteration, AttributeError):
        name, message = "error", response.text[:200]
    raise Refused(response.status_code, name, message)
