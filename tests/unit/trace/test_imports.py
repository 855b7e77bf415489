"""The read model stands alone."""

import subprocess
import sys

SCRIPT = """
import sys, pkgutil, importlib
import tracenova
before = set(sys.modules)
import tracenova.trace
for module in pkgutil.iter_modules(tracenova.trace.__path__):
    importlib.import_module('tracenova.trace.' + module.name)
from tracenova.trace import vocabulary
vocabulary.find('x', {})
new = {name.partition('.')[0] for name in set(sys.modules) - before}
print(sorted(new - set(sys.stdlib_module_names) - {'tracenova'}))
"""


def test_the_read_model_pulls_in_no_third_party_module() -> None:
    """A saved trace replays anywhere; networkx comes only when a graph is asked for."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
