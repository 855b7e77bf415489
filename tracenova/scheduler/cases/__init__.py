"""The scheduler alone, on documents of hosts and requests: no services, no database.

The documents are those that the real Nova 14.1.0 has answered (tests/data).
"""
