"""Where signs of life are left: one driver a file.

Nova: nova/servicegroup/drivers. Left out: mc (memcached).
"""
