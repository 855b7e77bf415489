"""The databases. Services reach them through objects, not from here.

Nova: nova/db/__init__.py
"""
