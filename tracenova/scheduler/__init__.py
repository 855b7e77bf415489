"""Chooses the host: filters, weighers, and the picture of the cloud they judge.

Nova: nova/scheduler/__init__.py
"""
