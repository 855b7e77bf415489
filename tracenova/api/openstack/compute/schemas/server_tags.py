"""The tag of a server or of one of its devices.

Nova: nova/api/openstack/compute/schemas/server_tags.py. Left out: the tags API itself.
"""

from tracenova.api.validation.parameter_types import Schema

tag: Schema = {"type": "string", "pattern": "^[^,/]*$"}
