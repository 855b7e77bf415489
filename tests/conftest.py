"""What every test may rely on."""

# First of all imports: it keeps eventlet away from oslo.messaging.
import tracenova  # noqa: F401 - imported for what it does
