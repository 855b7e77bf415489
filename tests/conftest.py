"""What every test may rely on."""

import hypothesis

# First of all of ours: it keeps eventlet away from oslo.messaging.
import tracenova  # noqa: F401 - imported for what it does

# How long an example takes says something about the machine, nothing about the law.
hypothesis.settings.register_profile(
    "tracenova",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("tracenova")
