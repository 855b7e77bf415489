"""Lets a process write below a few folders only, where Linux can (Landlock, since 5.13).

Nothing is gained elsewhere, and nothing is lost: then the runner's other means remain.
"""

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_BENEATH = 1
_NO_NEW_PRIVILEGES = 38
_WRITE_FILE, _TRUNCATE = 1 << 1, 1 << 14
_CHANGES_FOLDERS: Final = sum(1 << bit for bit in range(4, 13))  # remove and make


def only_write_below(folders: Iterable[Path]) -> bool:
    """Give up writing anywhere else, for good; say whether that was possible."""
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return False
    rights = _WRITE_FILE | _CHANGES_FOLDERS | (_TRUNCATE if version >= 3 else 0)
    wanted = ctypes.create_string_buffer(struct.pack("Q", rights))
    rules = libc.syscall(_CREATE_RULESET, wanted, 8, 0)
    if rules < 0:
        return False
    on_files = rights & (_WRITE_FILE | _TRUNCATE)
    for path, allowed in (
        *((folder, rights) for folder in folders),
        (Path(os.devnull), on_files),
    ):
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rule = ctypes.create_string_buffer(struct.pack("=Qi", allowed, place))
        failed = libc.syscall(_ADD_RULE, rules, _BENEATH, rule, 0)
        os.close(place)
        if failed:
            return False
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    restricted = libc.syscall(_RESTRICT_SELF, rules, 0) == 0
    os.close(rules)
    return restricted
