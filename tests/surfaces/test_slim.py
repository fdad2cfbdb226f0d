"""`fields=`: what was asked for and nothing else, whoever asks, wherever something is read; nothing else changes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.api.documents import document
from surfaces.api.slim import NAMES
from tests.surfaces.described import members_of, operations_of, plain
from tests.surfaces.operations import OPERATIONS, addresses, at
from tests.surfaces.people import Http, token_of, user_of
from tests.surfaces.test_narrowing import token_of_client
from tests.surfaces.test_permissions import who_may

NAMED_OTHERWISE = {"read_test_clock"}  # elsewhere than in a sandbox there is none


@pytest.fixture
def http(world):
    return Http(token_of_client(world))


def rows_of(told):
    return told["items"] if "ref" not in told and isinstance(told.get("items"), list) else [told]


@pytest.mark.exhaustive
def test_each_read_answers_the_members_that_are_asked_for(cast):
    reads = {
        name: one
        for name, one in operations_of(plain(document("en"), strict=True)).items()
        if any(each["name"] == "fields" for each in one.get("parameters", ()))
    }
    wrong, with_rows, where = [], 0, addresses(document("en"))
    assert len(reads) > 75
    for name in sorted(reads.keys() - NAMED_OTHERWISE):
        made = OPERATIONS[name].made
        address = at(where[name][1], made(cast.world, cast.world.now) if made else {})
        http, members = cast.http(who_may(name)), members_of(reads[name])
        whole, last = http("GET", address), members[-1]
        slim = http("GET", f"{address}?fields={last}")
        if (whole.status_code, slim.status_code) != (200, 200):
            wrong.append((name, whole.status_code, slim.status_code, slim.content[:200]))
            continue
        for told, all_of_it in zip(rows_of(slim.json()), rows_of(whole.json()), strict=True):
            with_rows += 1
            kept = {last, *[each for each in NAMES if each in members][:1]}
            if told.keys() - {"server_now"} != kept & all_of_it.keys():
                wrong.append((name, sorted(told), kept))
        for is_in in ("no_such_thing", f"{last},", ""):
            refused = http("GET", f"{address}?fields={is_in}")
            told = refused.json()["errors"]
            if (refused.status_code, told[0]["pointer"]) != (400, "/fields") or last not in told[0]["message"]:
                wrong.append((name, is_in, refused.status_code, told))
    assert wrong == []
    assert with_rows > 60


def test_a_page_of_slim_rows_goes_on_where_it_ended(world, http):
    refs = [world.notice().ref for _ in range(5)]
    first = http("GET", "/api/v1/notices?limit=2&fields=number").json()
    second = http("GET", f"/api/v1/notices?limit=2&fields=state&cursor={first['next_cursor']}").json()
    third = http("GET", f"/api/v1/notices?limit=2&cursor={second['next_cursor']}").json()

    found = [each["ref"] for page in (first, second, third) for each in page["items"]]
    assert set(refs) <= {*found}
    assert len(found) == len({*found})
    assert {"sync_from", "next_cursor", "server_now"} <= first.keys()


def test_a_slim_answer_has_a_tag_of_its_own_that_holds_as_long(world, http):
    address = f"/api/v1/notices/{world.notice().ref}"
    whole, slim = http("GET", address), http("GET", f"{address}?fields=state")

    assert whole["ETag"] != slim["ETag"]
    assert whole["ETag"].split("-")[0] == slim["ETag"].split("-")[0], "the version comes first"
    assert http("GET", f"{address}?fields=state", If_None_Match=slim["ETag"]).status_code == 304
    assert http("GET", address, If_None_Match=slim["ETag"]).status_code == 200


def test_what_nobody_asked_for_is_not_worked_out(world, http):
    for _ in range(3):
        world.notice()
    http("GET", "/api/v1/me")  # once an hour it is noted that the token was used
    sizes, statements = [], []
    for asked in ("", "?fields=ref,state,external_ref"):
        with CaptureQueriesContext(connection) as queries:
            sizes.append(len(http("GET", f"/api/v1/notices{asked}").content))
        statements.append(len(queries))

    assert sizes[1] * 10 < sizes[0]
    assert statements[0] - statements[1] == 6, "nothing is read beside the rows"


def test_who_may_not_read_something_may_not_read_a_part_of_it(world):
    mine = Http(token_of(user_of(world.bob), now=world.now))
    hidden = f"/api/v1/notices/{world.notice(world.merchant).ref}"

    assert mine("GET", f"{hidden}?fields=ref").content == mine("GET", hidden).content
    assert mine("GET", hidden).status_code == 404
