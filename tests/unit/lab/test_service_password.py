"""The password with which services log in: another one in every cloud."""

from pathlib import Path

from tracenova.lab import files, settings
from tracenova.lab.settings import Settings


def test_every_cloud_makes_its_own(tmp_path: Path) -> None:
    """Nobody who knows one cloud's knows another's; it stands in no repr."""
    one, other = (Settings(tmp_path, "fakeredis://") for _ in range(2))
    assert one.service_password != other.service_password
    assert len(one.service_password) >= 32
    assert one.service_password not in repr(one)


def test_the_processes_of_a_state_folder_share_one(tmp_path: Path) -> None:
    """The first one writes it where only the owner reads it."""
    made = settings.password_kept_in(tmp_path)
    assert settings.password_kept_in(tmp_path) == made
    (kept,) = tmp_path.iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600


def test_a_lab_may_name_it(tmp_path: Path) -> None:
    """Processes on several machines have only the lab file in common."""
    text = '[lab]\nservice_password = "of the class"\n[[hosts]]\nname = "one"\n'
    lab = files.parse(text, "x.toml")
    given = Settings(tmp_path, "fakeredis://").with_password(lab.service_password)
    assert given.service_password == "of the class"
    assert given.base_options()["placement"]["password"] == "of the class"
    assert "of the class" not in repr(lab)
