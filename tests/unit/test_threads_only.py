"""No eventlet in the process."""

import subprocess
import sys

_PROGRAM = """
import tracenova, sys, warnings
warnings.filterwarnings("error")
warnings.filterwarnings("ignore", message="eventletutils")
import oslo_messaging, oslo_service.periodic_task
assert sys.modules["eventlet"] is None
try:
    import eventlet
except ImportError:
    print("absent")
"""


def test_messaging_loads_without_eventlet():
    """oslo.messaging comes up, and nobody has imported (or warned of) eventlet."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("absent\n", "")


def test_a_host_program_that_uses_eventlet_keeps_it():
    """Loaded before this package, it is the host program's choice."""
    program = (
        "import sys; sys.modules['eventlet'] = sys; import tracenova;"
        "print(sys.modules['eventlet'] is sys)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "True\n"
