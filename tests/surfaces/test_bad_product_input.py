"""No request to the product ends in a mistake of ours: wrong input is refused with a code, and nothing is stored."""

import copy
import itertools
import json
import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import resolve

from casework import clock
from config.api.documents import document
from surfaces.api.views import CommandView
from tests import factories as make
from tests.extent import LEVEL, extent
from tests.surfaces.appealing import PNG, appeal_in
from tests.surfaces.operations import OPERATIONS, a_notice, addresses, at, call
from tests.surfaces.people import FILE, form, remedy_in
from tests.surfaces.test_permissions import by_recipe, rows, who_may

pytestmark = [pytest.mark.exhaustive, pytest.mark.once]

COMMANDS = [name for name, (method, _path) in addresses(document("en")).items() if method == "POST"]
JSON_COMMANDS = [name for name in COMMANDS if not OPERATIONS[name].takes_form]
DEEP = b"[" * 100_000 + b"]" * 100_000
HUGE = "长" * 400_000  # 1.2 MB of UTF-8
VALUES = (
    None, True, 0, -1, 2**53 + 1, 10**400, 1.5, "", "   ", "\u200b", "\x00", "a\x00b", "\ud83d", "\udc00x", "\x1b[31m",
    "\ufffe", "x" * 20_001, HUGE, [], [None], [[]], [1] * 1001, {}, {"a": 1}, {"\x00": 1}, "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00Z", "2026-13-45", "' OR 1=1 --", "../../etc/passwd", "{{7*7}}", "%s%n", "𠮷" * 50,
)  # fmt: skip


@pytest.fixture(autouse=True)
def _nobody_is_locked_out(settings):
    settings.AXES_ENABLED = False  # every refused sign-in would count towards one lock-out


def made_for(cast, name):
    operation = OPERATIONS[name]
    method, path = addresses(document("en"))[name]
    made = operation.made(cast.world, clock.now()) if operation.made else {}
    _what_it_names = operation.body(cast.world) if operation.body else None  # is there before anybody counts rows
    return operation, method, at(path, made), made


def refused(answer, *, saying):
    """A coded problem of the 4xx kind; its own words never repeat half a character."""
    assert 400 <= answer.status_code < 500, f"{saying}: {answer.status_code} {answer.content[:300]!r}"
    assert answer["Content-Type"] == "application/problem+json", saying
    body = json.loads(answer.content.decode("utf-8"))
    assert body["type"].startswith("/problems/"), saying
    return body


def view_of(name):
    _method, path = addresses(document("en"))[name]
    function = resolve(re.sub(r"{\w+}", "1", path)).func
    return function.view_class(**function.view_initkwargs)


def some_of(names):
    """For what one method does for all commands: one of each kind under each first part of an address, and
    whatever has a method of its own; at night every one.
    """
    names = sorted(names)
    if LEVEL == "full":
        return names
    some = {}
    for name in names:
        view = view_of(name)
        part = addresses(document("en"))[name][1].split("/")[3]
        of_all = type(view).post is CommandView.post and type(view)._understood is CommandView._understood
        some.setdefault((part, view.decides, OPERATIONS[name].takes_form) if of_all else name, name)
    return sorted(some.values())


def test_a_command_asks_for_a_key_and_a_version_where_the_table_of_operations_says_so():
    for name in COMMANDS:
        view = view_of(name)
        assert (view.needs_key, view.decides) == (OPERATIONS[name].is_keyed, OPERATIONS[name].decides), name


NO_BODIES = [
    (DEEP, "too-deep"),
    (b'{"a":' * 100_000, "too-deep"),
    (b'{"\\u0000": 1}', "nul"),
    (b'{"x": "\\ud83d"}', "surrogate"),
    (b'{"x": "\xed\xa0\xbd"}', "not-utf-8"),
    (b"{", "not-json"),
    (b'{"x": NaN}', "not-finite"),
    (b'{"x": 1, "x": 2}', "duplicate-key"),
    (b"[]", None),
    (b"null", None),
    (b'"text"', None),
    (b'{"no_such_field": 1}', "unknown-field"),
]
TOO_LARGE = b'{"x": "' + b"x" * (6 * 1024 * 1024) + b'"}'


@pytest.mark.parametrize("name", some_of(JSON_COMMANDS))
def test_a_body_that_is_no_body_is_refused_and_leaves_nothing(cast, name):
    operation, method, address, made = made_for(cast, name)
    headers = {"If_Match": f'"{made["version"]}"'} if operation.decides else {}
    http = cast.http(who_may(name))
    before = rows()

    for raw, code in NO_BODIES:
        problem = refused(http(method, address, raw=raw, **headers), saying=f"{name} {raw[:40]!r}")
        assert problem["type"] == "/problems/validation", raw[:40]
        assert code is None or [error["code"] for error in problem["errors"]] == [code], raw[:40]
        assert rows() == before, raw[:40]
    assert refused(http(method, address, raw=TOO_LARGE, **headers), saying=name)["type"] == "/problems/too-large"
    assert rows() == before


def places(value, path=()):
    """Every place in a body at which something else can be put."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key)
            yield from places(inner, (*path, key))
    elif isinstance(value, list) and value:
        yield (*path, 0)
        yield from places(value[0], (*path, 0))


def put(body, path, value):
    changed = copy.deepcopy(body)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return changed


STRIDE = len(VALUES) // extent("values at each place of a body", everyday=1, ci=1, full=len(VALUES))


@pytest.mark.parametrize("name", sorted(name for name in JSON_COMMANDS if OPERATIONS[name].body))
def test_no_value_at_any_place_is_a_mistake_of_ours(cast, name):
    """At each place of a body other values: over all operations each value at many, at night each at every one."""
    operation, method, address, made = made_for(cast, name)
    body = operation.body(cast.world)
    http = cast.http(who_may(name))
    headers = {"If_Match": f'"{made["version"]}"'} if operation.decides else {}
    before = rows()
    for turn, path in enumerate(places(body), len(name)):
        for value in VALUES[turn % STRIDE :: STRIDE]:
            with transaction.atomic():
                raw = json.dumps(put(body, path, value), ensure_ascii=True).encode()
                answer = http(method, address, raw=raw, **headers)
                if answer.status_code >= 400:
                    refused(answer, saying=f"{name} {path} {str(value)[:40]!r}")
                else:
                    transaction.set_rollback(True)
        assert rows() == before, f"{name} {path}: something was refused, and yet something was stored"


NO_REFS = ("%00", "a%00b", "%0A", "%ED%A0%BD", "x" * 201, "x" * 5000, "%EF%BF%BE", "..", "'", "%25", "0")
REFS_APART = len(NO_REFS) // extent("places that name nothing, for each operation", everyday=1, ci=1, full=len(NO_REFS))


def test_a_place_that_names_nothing_is_refused_everywhere(cast):
    """At each operation others, at night all."""
    named, turns = addresses(document("en")), itertools.count()
    for alike in by_recipe(name for name, (_method, path) in named.items() if "{" in path):
        with transaction.atomic():
            made = OPERATIONS[alike[0]].made(cast.world, clock.now())
            for name, turn in zip(alike, turns):  # noqa: B905  the turns never end
                with transaction.atomic():
                    ask_for_nothing(cast, name, *named[name], made, NO_REFS[turn % REFS_APART :: REFS_APART])
                    transaction.set_rollback(True)
            transaction.set_rollback(True)


def ask_for_nothing(cast, name, method, path, made, refs):
    body = OPERATIONS[name].body
    content = body(cast.world) if body and not OPERATIONS[name].takes_form else None
    raw = json.dumps(content).encode() if content is not None else b""
    headers = {"If_Match": '"1"'} if OPERATIONS[name].decides else {}
    if OPERATIONS[name].takes_form:
        raw, headers["Content_Type"] = body(cast.world)
    before = rows()
    for ref in refs:
        no = ref if "{ref}/versions" in path or "burden-tables" in path else 10**30
        address = at(path, {**made, "ref": ref, "no": no, "user": ref, "sequence": 10**30})
        answer = cast.http(who_may(name))(method, address, raw=raw, **headers)
        assert refused(answer, saying=f"{name} {ref}")["type"] == "/problems/not-found"
    assert rows() == before, name


PARAMETERS = ("limit", "cursor", "updated_since", "tab", "search", "no_such")
AT_A_LIST = extent("parameters at each list", everyday=1, ci=1, full=len(PARAMETERS))


@pytest.mark.parametrize("query", ["%00", "%ED%A0%BD", "x" * 600, "-1", "1e9", "a:b", "%0A"])
def test_a_query_parameter_that_makes_no_sense_is_refused_or_ignored(cast, query):
    """At each list other parameters: over all lists each value at every parameter, at night each at every list."""
    some = itertools.cycle(itertools.batched(PARAMETERS, AT_A_LIST))
    for method, path in addresses(document("en")).values():
        if method != "GET" or "{" in path:
            continue
        who = "reviewer" if "review-queue" in path else "mediator" if "dispute-queue" in path else "platform"
        who = "executor" if "/executor/" in path else who
        for parameter in next(some):
            answer = cast.http(who)("GET", f"{path}?{parameter}={query}")
            assert answer.status_code in (200, 400), f"{path} {parameter} {answer.content[:200]!r}"


EMPTY, TEXT = ("a.png", b"", "image/png"), ("a.png", b"hello, I am no picture", "image/png")
SVG = ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "image/svg+xml")


NO_FILES = [
    (EMPTY, 415),
    (TEXT, 415),
    (SVG, 415),
    (("a.pdf", PNG, "application/pdf"), 415),
    (("a.exe", PNG, "image/png"), 415),
    (("a.png", PNG[:40], "image/png"), 415),
    (("a.png", PNG + b"\0" * (11 * 1024 * 1024), "image/png"), 413),
    (("a\ud83d.png".encode("utf-8", "surrogatepass").decode("latin-1"), PNG, "image/png"), None),
    (None, 400),
]
OTHERS_THAT_SEAL = ("stage_evidence", "add_fact_evidence", "add_incident_file")


# Every command seals through `files.attachments.seal`: one is asked all, the others an empty file and a missing one.
@pytest.mark.parametrize(
    ("name", "file", "status"),
    [
        *(("seal_attachment", *each) for each in NO_FILES),
        *(
            (name, *each)
            for name in ("stage_evidence", "add_fact_evidence", "add_incident_file")
            for each in NO_FILES[::8]
        ),
    ],
)
def test_a_file_that_cannot_be_kept_is_refused(cast, name, file, status):
    _operation, method, address, _made = made_for(cast, name)
    fields = {} if name == "seal_attachment" else {"caption": "授权书"}
    if file is not None:
        fields["file"] = file
    raw, kind = form(**fields)
    before = rows()

    answer = cast.http(who_may(name))(method, address, raw=raw, Content_Type=kind)

    if status is None:
        assert answer.status_code in (201, 400, 415)
        return
    assert answer.status_code == status, answer.content
    refused(answer, saying=name)
    assert rows() == before


@pytest.mark.parametrize("name", ["seal_attachment", "stage_evidence"])
@pytest.mark.parametrize(
    ("raw", "kind", "status"),
    [
        (b"{}", "application/json", 415),
        (b"nonsense", "multipart/form-data", 400),
        (b"nonsense", "multipart/form-data; boundary=x", 400),
        (b"", "multipart/form-data; boundary=x", 400),
        (form(file="not a file", caption="a")[0], form(file="", caption="")[1], 400),
        (form(file=FILE, caption="a", other="b")[0], form(file="", caption="")[1], 400),
        (form(file=FILE, caption="\u200b")[0], form(file="", caption="")[1], 400),
        (form(file=FILE, caption="a\x00")[0], form(file="", caption="")[1], 400),
    ],
)
def test_a_form_that_is_none_is_refused(cast, name, raw, kind, status):
    _operation, method, address, _made = made_for(cast, name)
    before = rows()

    answer = cast.http(who_may(name))(method, address, raw=raw, Content_Type=kind)

    assert answer.status_code == status, answer.content
    refused(answer, saying=name)
    assert rows() == before


@pytest.mark.parametrize("name", some_of(name for name in COMMANDS if OPERATIONS[name].is_keyed))
def test_every_post_needs_its_key_and_one_key_means_one_request(cast, name):
    operation, method, address, made = made_for(cast, name)
    http = cast.http(who_may(name))
    before = rows()

    keyless = call(http, operation, method, address, cast.world, made.get("version"), key=None)
    assert refused(keyless, saying=name)["type"] == "/problems/idempotency-key-required"
    malformed = call(http, operation, method, address, cast.world, made.get("version"), key="with space é")
    assert refused(malformed, saying=name)["errors"][0]["code"] == "idempotency-key-malformed"
    assert rows() == before

    if operation.takes_form:
        raw, kind = operation.body(cast.world)
        other, other_kind = form(**({"file": ("b.png", PNG, "image/png")} | ({"caption": "b"} if made else {})))
        sent = [{"raw": raw, "Content_Type": kind}, {"raw": other, "Content_Type": other_kind}]
    else:
        body = operation.body(cast.world) if operation.body else {}
        sent = [{"body": body}, {"body": {**body, "no_such_field": 1}}]
    headers = {"If_Match": f'"{made["version"]}"'} if operation.decides else {}
    first, again, mismatch = (http(method, address, **one, key="k-1", **headers) for one in (sent[0], *sent))
    assert first.status_code < 300, first.content
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert refused(mismatch, saying=name)["type"] == "/problems/idempotency-mismatch"


@pytest.mark.parametrize("name", some_of(name for name, operation in OPERATIONS.items() if operation.decides))
def test_what_decides_needs_the_version_that_was_read(cast, name):
    operation, method, address, made = made_for(cast, name)
    http, before = cast.http(who_may(name)), rows()
    expected = {"": "precondition-required", "*": "precondition-required", '"999"': "stale", 'W/"1"': "stale"}

    for header, code in {**expected, "3": "validation", '"x"': "stale", '"1", "2"': "validation"}.items():
        answer = call(http, operation, method, address, cast.world, None, If_Match=header)
        assert refused(answer, saying=f"{name} {header}")["type"] == f"/problems/{code}"

    assert rows() == before
    assert call(http, operation, method, address, cast.world, made["version"]).status_code < 300


def test_a_notice_with_a_hole_is_refused_hole_by_hole(cast):
    http, before = cast.http("platform"), rows()
    sound = a_notice(cast.world)
    now = clock.now()
    future = (now + timedelta(days=1)).isoformat()
    before_the_rule = (now - timedelta(days=400)).isoformat()
    for change, status, code in (
        ({"facts": ""}, 400, "required"),
        ({"reasons": "\u3164"}, 400, "required"),
        ({"facts": "违规"}, 400, "says-nothing"),
        ({"reasons": sound["facts"]}, 400, "same-as-facts"),
        ({"reasons": "平台对本规则拥有最终解释权,特此告知。"}, 400, "forbidden-phrase"),
        ({"measures": []}, 400, "required"),
        ({"basis": []}, 400, "required"),
        ({"evidence": []}, 400, "required"),
        ({"party": "nobody"}, 400, "unknown-party"),
        ({"party": cast.theirs.merchant.ref}, 400, "unknown-party"),
        ({"conduct_at": future}, 400, "in-the-future"),
        ({"conduct_at": before_the_rule}, 422, "basis-not-in-force"),
        ({"basis": [{"kind": "CLAUSE", "rule": cast.world.rule, "clause": "99"}]}, 400, "unknown-clause"),
        ({"basis": [{"kind": "CLAUSE", "rule": "typo", "clause": "1"}]}, 400, "unknown-clause"),
        ({"basis": [dict(sound["basis"][0], version="99")]}, 400, "unknown-version"),
        ({"decision": {"officer": "R-none"}}, 400, "unknown-officer"),
        ({"detection": {"source": "MACHINE"}}, 400, "required"),
        ({"is_precautionary": True}, 400, "hold-too-long"),
    ):
        answer = http("POST", "/api/v1/notices", sound | change)
        assert answer.status_code == status, (change, answer.content)
        assert code in [error["code"] for error in refused(answer, saying=str(change))["errors"]], change
    assert rows() == before


def test_a_batch_refuses_only_the_rows_with_a_hole(cast):
    sound, taken = a_notice(cast.world), a_notice(cast.world)
    cast.http("platform")("POST", "/api/v1/notices", taken)
    rows_sent = [sound, sound | {"external_ref": "y"} | {"facts": ""}, "not an object", {"party": 5}, taken, sound]

    answer = cast.http("platform")("POST", "/api/v1/notices/batch", {"notices": rows_sent})

    results = answer.json()["results"]
    assert [row["index"] for row in results] == list(range(6))
    assert [row["status"] for row in results] == [201, 400, 400, 400, 200, 400]
    assert results[1]["problem"]["errors"][0]["pointer"] == "/facts"
    assert {error["code"] for error in results[3]["problem"]["errors"]} >= {"required", "not-text"}
    assert [bool(row["notice"]) for row in results] == [True, False, False, False, True, False]


def test_deadlines_that_passed_are_said_so(cast):
    now = clock.now()
    owner = cast.http("owner")
    long_ago = now - timedelta(days=200)
    notice = make.issue(
        cast.world.platform, make.draft(cast.world.merchant, cast.world.rule, now=long_ago), now=long_ago
    )
    late = owner("POST", f"/api/v1/notices/{notice.ref}/appeals", {"ground": "other"})
    assert refused(late, saying="file")["type"] == "/problems/deadline-passed"
    assert late.json()["actions"]

    then = now - timedelta(days=20)
    notice = make.issue(cast.world.platform, make.draft(cast.world.merchant, cast.world.rule, now=then), now=then)
    appeal = make.file(cast.world.alice, notice, now=then)
    raw, kind = form(file=FILE, caption="授权书")
    answer = owner("POST", f"/api/v1/appeals/{appeal.ref}/evidence", raw=raw, Content_Type=kind)
    assert refused(answer, saying="evidence")["type"] == "/problems/deadline-passed"


def test_what_is_over_is_not_done_again(cast):
    now = clock.now()
    appeal = appeal_in(cast.world, "decided", now=now)
    owner, reviewer = cast.http("owner"), cast.http("reviewer")
    for http, name in (
        (owner, "withdraw_appeal"),
        (owner, "respond"),
        (owner, "submit_evidence"),
        (reviewer, "release"),
    ):
        _method, path = addresses(document("en"))[name]
        body = OPERATIONS[name].body(cast.world) if OPERATIONS[name].body else None
        answer = http("POST", path.replace("{ref}", appeal.ref), body)
        assert refused(answer, saying=name)["type"] == "/problems/not-your-turn", name
    again = owner("POST", f"/api/v1/notices/{appeal.notice.ref}/appeals", {"ground": "other"})
    assert refused(again, saying="again")["type"] == "/problems/not-appealable"

    remedy = remedy_in(cast.world, now=now)
    platform = cast.http("platform")
    assert platform("POST", f"/api/v1/remedies/{remedy.ref}/confirm", {}).status_code == 200
    assert platform("POST", f"/api/v1/remedies/{remedy.ref}/confirm", {}).status_code == 200
    failed = platform("POST", f"/api/v1/remedies/{remedy.ref}/fail", {"note": "x"})
    assert refused(failed, saying="fail")["type"] == "/problems/not-your-turn"
