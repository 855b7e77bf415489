"""Sends a student's request to a real nova-api; runs in a process of its own."""

import json
import tempfile
import time
from pathlib import Path
from typing import Any

from tracenova import http, identity
from tracenova.lab import files
from tracenova.lab.client import Client
from tracenova.lab.cloud import Cloud
from tracenova.lab.settings import URLS, Settings

_PATIENCE_S = 45.0


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Return nova-api's answer: status, fault, and the server as it ended."""
    lab = files.load("default")
    with tempfile.TemporaryDirectory() as state:
        settings = Settings(
            state_path=Path(state), transport_url="fakeredis://lesson-rest-api/"
        )
        with Cloud(lab, settings, virt="fake") as cloud:
            return _asked(cloud, request)


def _asked(cloud: Cloud, request: dict[str, Any]) -> dict[str, Any]:
    client = cloud.client()
    path = str(request["path"]).replace("{project_id}", client.project_id)
    headers = {str(k): str(v) for k, v in request.get("headers", {}).items()}
    headers.setdefault("Content-Type", "application/json")
    with identity.acting_as(cloud.service_identity("client", "localhost")):
        nova = http.ServiceClient("nova-api", URLS["nova"])
        response = nova.request(
            str(request["method"]).upper(),
            path.replace("{", "{{").replace("}", "}}"),
            content=json.dumps(request.get("body", {})).encode(),
            headers=headers,
            token=client._token,
        )
    said = response.json() if response.content else {}
    found: dict[str, Any] = {"status": response.status_code, "server": None}
    if response.status_code >= 400:
        name, fault = next(iter(said.items()))
        if not isinstance(fault, dict):  # the router's own 404 has no name around it
            name, fault = "", said
        return {**found, "fault": name, "message": fault.get("message", "")}
    if "server" in said:
        found["server"] = _ended(client, said["server"]["id"])
    return found


def _ended(client: Client, server_id: str) -> dict[str, Any]:
    """Wait for the end of the build; return name, status and addresses."""
    deadline = time.monotonic() + _PATIENCE_S
    shown = client.show_server(server_id)
    while shown["status"] == "BUILD" and time.monotonic() < deadline:
        time.sleep(0.05)
        shown = client.show_server(server_id)
    return {key: shown[key] for key in ("name", "status", "addresses")}
