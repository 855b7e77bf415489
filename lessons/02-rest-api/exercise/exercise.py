"""Lesson 2: a request that nova-api does not understand.

It is to ask for a server called "quiet" that is on *no network at all*. There are several
mistakes in it. Mend them one by one: tracenova lesson check sends your request to a real
nova-api and tells you what it answers.
"""


def request(flavor_id, image_id):
    """Return the HTTP request. {project_id} in the path is put in for you, so is the token."""
    # TODO: mend this.
    return {
        "method": "POST",
        "path": "/v2.1/{project_id}/server",
        "headers": {"OpenStack-API-Version": "compute 2.99"},
        "body": {
            "server": {
                "name": "quiet",
                "imageRef": image_id,
                "flavor": flavor_id,
            }
        },
    }
