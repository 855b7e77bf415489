"""The user's own keys: ``$XDG_CONFIG_HOME/tracenova/keys.toml``.

::

    set = "vim"              # optional
    [keys]
    next = "n,right"         # the ids are listed in the README
"""

import os
import tomllib
from pathlib import Path

VIM = {
    "up": "k,up",
    "down": "j,down",
    "left": "h,left",
    "right": "l,right",
    "page_up": "ctrl+u,ctrl+b,pageup",
    "page_down": "ctrl+d,ctrl+f,pagedown",
    "first": "g,home",
    "last": "G,end",
    "find_next_1": "n,f3",
    "find_next_minus_1": "N,shift+f3",
    "next": "right_square_bracket,full_stop",
    "back": "left_square_bracket,comma",
    "jump_source": "r",
    "note": "i",
    "scrub_minus_01": "less_than_sign",
    "scrub_01": "greater_than_sign",
}


def file() -> Path:
    """Return where the keymap file is looked for."""
    config = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(config) / "tracenova" / "keys.toml"


def load(path: Path | None = None) -> tuple[dict[str, str], str]:
    """Return binding id → keys, and what is wrong with the file, "" for nothing."""
    path = path or file()
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}, ""
    except (OSError, ValueError) as error:
        return {}, f"{path}: {error}; the usual keys are used"
    keys = document.get("keys", {})
    if not isinstance(keys, dict):
        return {}, f"{path}: [keys] is no table; the usual keys are used"
    base = VIM if document.get("set") == "vim" else {}
    return {**base, **{str(key): str(value) for key, value in keys.items()}}, ""
