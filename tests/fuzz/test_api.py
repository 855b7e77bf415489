"""The served APIs: whatever is sent, the answer is below 500 and says what is wrong."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.calls import QUERIES, Call
from tests.fuzz.changing import TIMEOUT_S, changed, many, nasty
from tests.fuzz.world import CALLS, World, running

pytestmark = [
    pytest.mark.timeout(TIMEOUT_S),
    # The cloud's threads use random while an example is drawn.
    pytest.mark.filterwarnings("ignore:Do not use the `random` module"),
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A cloud on fake hosts, in this process."""
    with running(tmp_path_factory.mktemp("fuzz")) as world:
        yield world


HEADERS = {
    "X-OpenStack-Nova-API-Version": ["2.1", "2.37", "latest", "2.99", "x", "", "2.1.1"],
    "OpenStack-API-Version": ["compute 2.37", "placement 1.0", "compute", "volume x"],
    "Content-Type": ["application/json", "text/xml", "", "application/json; x", "\xff"],
    "Accept": ["application/json", "*/*;q=x", "", "image/png"],
    "X-Auth-Token": ["", "forged", "\xff\xfe", "x" * 9000],
    "X-Project-Id": ["x", ""],
    "X-Roles": ["admin"],
    "traceparent": [
        "00-" + "a" * 32 + "-" + "b" * 16 + "-01",
        "00--",
        "\x7f",
        "x" * 999,
    ],
    "X-OpenStack-Request-ID": ["req-x", "x" * 500, "req-00000000"],
    "Range": ["bytes=0-", "bytes=9-1", "x"],
}


@st.composite
def headers(draw: st.DrawFn, token: str) -> dict[str, str]:
    """Draw the headers of a request, some of them wrong."""
    found = {"X-Auth-Token": token, "Content-Type": "application/json"}
    for name in draw(st.lists(st.sampled_from(sorted(HEADERS)), max_size=2)):
        found[name] = draw(st.sampled_from(HEADERS[name]))
    return found


@st.composite
def paths(draw: st.DrawFn, call: Call, ids: dict[str, str]) -> str:
    """Draw the call's path: things that are there, or are not; and a query."""
    words = dict(ids)
    bad = st.sampled_from(["x", "%00", "..", "00000000-0000-0000-0000-000000000000"])
    for name in call.placeholders:
        if name not in words or draw(st.integers(0, 5)) == 0:
            words[name] = draw(bad | nasty().map(str).filter(lambda t: "/" not in t))
    if call.method == "DELETE":
        words |= {name: draw(bad) for name in call.placeholders if name != "project"}
    path = call.path.format(**words)
    if draw(st.booleans()):
        names = st.sampled_from(QUERIES)
        pairs = draw(st.lists(st.tuples(names, nasty().map(str)), max_size=3))
        text = "&".join(f"{name}={value}" for name, value in pairs)
        path += ("&" if "?" in path else "?") + text
    return _latin(path)


def _latin(text: str) -> str:
    """Return the text as WSGI has it: bytes in the guise of characters."""
    return text.encode(errors="surrogatepass").decode("latin-1")


@st.composite
def bodies(draw: st.DrawFn, call: Call, ids: dict[str, str]) -> bytes:
    """Draw a body: the example with something changed, or no JSON at all."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=60) | st.sampled_from([b"{", b"[" * 2000, b"1"]))
    text = json.dumps(call.body)
    for name, value in ids.items():
        text = text.replace("{" + name + "}", value)
    document = draw(changed(json.loads(text)))
    return json.dumps(document).encode(errors="surrogatepass")


@given(data=st.data())
@many(220)
def test_no_request_is_answered_with_500(world: World, data: st.DataObject) -> None:
    """Each call of each API, by an administrator or a user; the answer is JSON or text."""
    call = data.draw(st.sampled_from(CALLS))
    token = world.tokens[data.draw(st.sampled_from(["admin", "demo"]))]
    path = data.draw(paths(call, world.ids))
    sent = data.draw(headers(token))
    body = b"" if call.body is None else data.draw(bodies(call, world.ids))
    answer = world.ask(call, path, body, sent)
    assert answer.status_int < 500, (call, path, body, sent, answer.text)
    assert "Traceback" not in answer.text
    if answer.body and answer.content_type == "application/json":
        json.loads(answer.body)
