"""Lab files: every mistake ends in one line that says where and what."""

import pytest

from tracenova.lab import files

HOST = "[[hosts]]\nname = 'a'\n"


@pytest.mark.parametrize("name", files.builtin_names())
def test_every_built_in_lab_loads(name):
    """A built-in lab has a title, a story, hosts and a request that names its own things."""
    lab = files.load(name)
    assert lab.title
    assert lab.about
    assert lab.hosts
    assert lab.request.flavor in {flavor.name for flavor in lab.flavors}
    assert lab.request.image in {image.name for image in lab.images}


def test_the_eight_promised_labs_are_there():
    """The built-in labs are the stories every other view is shown with."""
    assert files.builtin_names() == [
        "anti-affinity",
        "boot-from-volume",
        "dead-compute",
        "default",
        "multi-create",
        "no-valid-host",
        "quota-exceeded",
        "reschedule",
    ]


def test_a_lab_without_flavors_gets_the_default_ones():
    """A lab file may leave out what is not its point."""
    lab = files.parse(HOST, "x.toml")
    assert "m1.small" in {flavor.name for flavor in lab.flavors}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("hosts = 3", 1, "not of type 'array'"),
        (HOST + HOST, 4, "'a' is there twice"),
        (HOST + "memory_mb = -5", 3, "-5 is less than the minimum"),
        (HOST + "\nfoo = 1", 4, "unknown key 'foo'; known are"),
        (HOST + "virt = 'vmware'", 3, "is neither"),
        (HOST + "[[faults]]\nkind = 'dead'\nhost = 'b'", 5, "no host 'b'"),
        (HOST + "[[faults]]\nkind = 'plague'", 4, "is not one of"),
        (
            HOST + "[[networks]]\nname = 'n'\ncidr = '10.0.0.1/24'",
            5,
            "has host bits set",
        ),
        (HOST + "[[aggregates]]\nname = 'n'\nhosts = ['z']", 5, "no host 'z'"),
        ('[[hosts]]\nname = "a\\u0007"', 2, "is not a name"),
        (HOST + "[request]\ncount = 0", 4, "less than the minimum of 1"),
        (HOST + "[request]\ncount = 100000", 4, "greater than the maximum"),
        ("[lab]\n", 1, "needs hosts"),
    ],
)
def test_a_mistake_is_named_with_its_line(text, line, words):
    """The message is where:line: what, in one line."""
    with pytest.raises(files.LabError) as caught:
        files.parse(text, "x.toml")
    assert str(caught.value).startswith(f"x.toml:{line}: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_broken_toml_is_one_line():
    """The parser's own message names line and column."""
    with pytest.raises(files.LabError, match=r"x\.toml: not valid TOML: .*line 1"):
        files.parse("[[hosts]", "x.toml")


def test_an_unknown_lab_lists_the_known_ones(tmp_path):
    """Neither a name nor a file."""
    with pytest.raises(files.LabError, match="default"):
        files.load(str(tmp_path / "nope"))


def test_a_binary_file_is_refused(tmp_path):
    """A file that is no text is not decoded by force."""
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(files.LabError, match="cannot be read as text"):
        files.load(str(path))


def test_conf_outside_of_a_table_belongs_to_default():
    """As in nova.conf."""
    lab = files.parse(
        HOST + "[conf]\nscheduler_max_attempts = 1\n[conf.libvirt]\nvirt_type = 'qemu'",
        "x",
    )
    assert lab.conf == {
        "DEFAULT": {"scheduler_max_attempts": 1},
        "libvirt": {"virt_type": "qemu"},
    }
