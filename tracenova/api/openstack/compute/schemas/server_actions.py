"""Bodies of actions on servers.

Nova: nova/api/openstack/compute/schemas/servers.py reboot, console_output.py,
reset_server_state.py
"""

from typing import Any, Final

Schema = dict[str, Any]


def _action(name: str, properties: Schema, *required: str) -> Schema:
    arguments: Schema = {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    if required:
        arguments["required"] = list(required)
    return {
        "type": "object",
        "properties": {name: arguments},
        "required": [name],
        "additionalProperties": False,
    }


reboot: Final = _action(
    "reboot",
    {"type": {"enum": ["HARD", "Hard", "hard", "SOFT", "Soft", "soft"]}},
    "type",
)

reset_state: Final = _action(
    "os-resetState", {"state": {"type": "string", "enum": ["active", "error"]}}, "state"
)

# -1 means everything, and so does null
get_console_output: Final = _action(
    "os-getConsoleOutput",
    {
        "length": {
            "type": ["integer", "string", "null"],
            "pattern": "^-?[0-9]+$",
            "minimum": -1,
        }
    },
)
