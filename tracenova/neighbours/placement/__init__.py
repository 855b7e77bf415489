"""placement: what is there, and who holds it. API 1.0, as of Newton."""
