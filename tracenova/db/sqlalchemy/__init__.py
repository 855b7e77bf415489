"""The databases, through SQLAlchemy.

Nova: nova/db/sqlalchemy/__init__.py
"""
