"""The services that Nova talks to, each as small as a boot allows.

Real URLs, status codes and JSON; memory instead of databases.
"""
