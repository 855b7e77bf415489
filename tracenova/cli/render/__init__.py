"""A trace as text, view by view: pure functions from a trace to lines.

Each takes the trace, the width, and the server to narrow to; ``boot`` uses them too.
"""
