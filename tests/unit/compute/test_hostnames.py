"""Names that guests can have."""

import pytest

from tracenova.compute import hostnames


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("web", "web"),
        ("My Server_1", "my-server-1"),
        ("Äpfel & Birnen", "pfel--birnen"),
        ("..-a-..", "a"),
        ("服务器", "Server-u"),
        ("x" * 70, "x" * 63),
    ],
)
def test_hostnames_follow_rfc_1123(name: str, expected: str) -> None:
    """Rule: letters, digits, hyphens, dots, 63 at most; nothing left: the default."""
    assert (
        hostnames.sanitize_hostname(name, hostnames.default_host_name("u")) == expected
    )


def test_one_of_many_is_named_by_the_template() -> None:
    """Rule: %(name)s-%(count)d, counted from 1."""
    assert hostnames.name_from_template("u", "web", 0) == "web-1"
    assert hostnames.name_from_template("u", "web", 9) == "web-10"


def test_reservation_ids_are_r_and_eight_characters() -> None:
    """Rule: r-xxxxxxxx of lower case letters and digits."""
    topic, _, rest = hostnames.generate_uid("r").partition("-")
    assert (topic, len(rest), rest.isalnum() and rest == rest.lower()) == ("r", 8, True)
