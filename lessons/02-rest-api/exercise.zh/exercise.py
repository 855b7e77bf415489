"""第 2 课：nova-api 看不懂的请求。

它应当要一台叫 "quiet"、*不接任何网络*的服务器。里面有好几处错。一处一处地改：
tracenova lesson check 把你的请求发给真正的 nova-api，并告诉你它怎么回答。
"""


def request(flavor_id, image_id):
    """返回 HTTP 请求。路径里的 {project_id} 和令牌会替你填上。"""
    # TODO：改好它。
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
