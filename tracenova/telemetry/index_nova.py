"""Write the index of Nova's functions: where each one is defined, and nothing else.

    python -m tracenova.telemetry.index_nova /path/to/nova-14.1.0

The result, ``nova_index.json``, is committed: file → {qualified name: line}.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

INDEX = Path(__file__).with_name("nova_index.json")
_LEFT_OUT = re.compile(
    r"nova/(tests|locale|CA|cells|hacking|cloudpipe|console|consoleauth|vnc|cert|ipv6"
    r"|keymgr|cmd|conf|virt/(hyperv|vmwareapi|xenapi|ironic)|api/(ec2|metadata)"
    r"|db/sqlalchemy/(migrate_repo|api_migrations))/"
)


def index(root: Path) -> dict[str, dict[str, int]]:
    """Return where every class and function below ``root/nova`` begins."""
    found: dict[str, dict[str, int]] = {}
    for path in sorted(root.glob("nova/**/*.py")):
        relative = path.relative_to(root).as_posix()
        if not _LEFT_OUT.match(relative):
            source = re.sub(r"\basync\b", "async_", path.read_text(encoding="utf-8"))
            if defined := dict(_definitions(ast.parse(source), "")):
                found[relative] = defined
    return found


def _definitions(node: ast.AST, prefix: str) -> Iterator[tuple[str, int]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.ClassDef)):
            yield prefix + child.name, child.lineno
            yield from _definitions(child, f"{prefix}{child.name}.")
        elif isinstance(child, (ast.If, ast.Try, ast.With)):
            yield from _definitions(child, prefix)


def main() -> None:
    """Write the index of the tree named on the command line."""
    found = index(Path(sys.argv[1]))
    INDEX.write_text(json.dumps(found, separators=(",", ":"), sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
