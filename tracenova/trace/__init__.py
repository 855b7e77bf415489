"""The read model: a recorded trace, and the questions that views ask of it."""
