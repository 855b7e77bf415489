"""Lesson 2, solved."""

from typing import Any


def request(flavor_id: str, image_id: str) -> dict[str, Any]:
    """Ask for a server on no network: microversion 2.37 is the first that can say so."""
    return {
        "method": "POST",
        "path": "/v2.1/{project_id}/servers",
        "headers": {"OpenStack-API-Version": "compute 2.37"},
        "body": {
            "server": {
                "name": "quiet",
                "imageRef": image_id,
                "flavorRef": flavor_id,
                "networks": "none",
            }
        },
    }
