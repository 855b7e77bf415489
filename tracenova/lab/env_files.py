"""What clients read to find the cloud: ``clouds.yaml`` and ``openrc``."""

from pathlib import Path

from tracenova.lab.errors import SettingsError
from tracenova.lab.neighbourhood import ADMIN_PASSWORD, DEMO_PASSWORD

CLOUD_NAME = "tracenova"
_PEOPLE = {
    CLOUD_NAME: ("admin", ADMIN_PASSWORD),
    f"{CLOUD_NAME}-demo": ("demo", DEMO_PASSWORD),
}


def write(folder: Path, auth_url: str) -> list[Path]:
    """Write both files, readable by their owner only; return their paths.

    Raises:
        SettingsError: they cannot be written.
    """
    texts = {"clouds.yaml": _clouds_yaml(auth_url), "openrc": _openrc(auth_url)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            path = folder / name
            path.touch(mode=0o600)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{folder}: cannot be written: {error.strerror}") from None
    return [folder / name for name in texts]


def _clouds_yaml(auth_url: str) -> str:
    lines = ["# Two people of the same project: an administrator and a plain user."]
    lines.append("clouds:")
    for name, (user, password) in _PEOPLE.items():
        lines += [
            f"  {name}:",
            "    auth:",
            f"      auth_url: {auth_url}",
            f"      username: {user}",
            f"      password: {password}",
            "      project_name: demo",
            "      user_domain_id: default",
            "      project_domain_id: default",
            "    region_name: RegionOne",
            "    interface: public",
            '    identity_api_version: "3"',
        ]
    return "\n".join(lines) + "\n"


def _openrc(auth_url: str) -> str:
    user, password = _PEOPLE[CLOUD_NAME]
    values = {
        "OS_AUTH_URL": auth_url,
        "OS_USERNAME": user,
        "OS_PASSWORD": password,
        "OS_PROJECT_NAME": "demo",
        "OS_USER_DOMAIN_ID": "default",
        "OS_PROJECT_DOMAIN_ID": "default",
        "OS_REGION_NAME": "RegionOne",
        "OS_IDENTITY_API_VERSION": "3",
        "OS_INTERFACE": "public",
    }
    lines = [f"export {name}={value}" for name, value in values.items()]
    return "\n".join(["unset OS_CLOUD", *lines]) + "\n"
