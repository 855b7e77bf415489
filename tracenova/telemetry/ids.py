"""Ids of traces and spans, from dice of their own.

The SDK throws Python's shared dice for them. A seeded lab throws the same ones where
Nova does, and what is watched must not decide what happens.
"""

import random

from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

_dice = random.Random()


class OwnDice(RandomIdGenerator):
    """Random ids; ``random.seed`` neither changes them nor is used up by them."""

    def generate_span_id(self) -> int:
        """Return 64 random bits that are a valid id."""
        return _dice.getrandbits(64) or self.generate_span_id()

    def generate_trace_id(self) -> int:
        """Return 128 random bits that are a valid id."""
        return _dice.getrandbits(128) or self.generate_trace_id()
