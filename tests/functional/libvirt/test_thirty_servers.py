"""Three hosts of different size take servers until none fits any more."""

from typing import Any

from tests.functional.libvirt import labs


def test_hosts_fill_until_no_valid_host_and_give_everything_back(tmp_path: Any) -> None:
    """30 × 1 GB: each host holds what its own memory allows; then all is zero again."""
    text = labs.THREE_HOSTS + (
        '[[flavors]]\nname = "gb"\nmemory_mb = 1024\nvcpus = 1\ndisk_gb = 1\n'
    )
    with labs.running(tmp_path, text) as cloud:
        client = cloud.client()
        server_ids = [
            labs.create(cloud, client, flavor="gb", name=f"web-{number}")[0]
            for number in range(30)
        ]
        shown = [labs.settled(client, each) for each in server_ids]
        active = [server for server in shown if server["status"] == "ACTIVE"]
        failed = [server for server in shown if server["status"] == "ERROR"]
        # (memory × 1.5 − 512) // 1024 of each host: 11, 5, 3
        assert len(active) == 11 + 5 + 3
        assert len(failed) == 11
        assert all(
            server["fault"]["message"].startswith("No valid host was found")
            for server in failed
        )
        per_host = {
            name.partition("@")[2]: len(service.manager.driver.list_instances())
            for name, service in cloud.services.items()
            if name.startswith("nova-compute@")
        }
        assert per_host == {"compute1": 11, "compute2": 5, "compute3": 3}
        labs.audited(cloud)
        labs.delete(client, server_ids)
        labs.audited(cloud)
        assert not any(labs.sums(cloud).values())
