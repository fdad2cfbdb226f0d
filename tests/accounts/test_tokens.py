"""A token speaks for a person or a client for as long as everything it rests on holds, and not a request longer."""

from datetime import timedelta

import pytest

from accounts import commands, queries
from accounts.models import AccountRecord, ApiToken, User, token_digest
from casework.actor import ActorKind, Via
from casework.errors import NotAllowed
from casework.models import Event
from tests import factories as make
from tests.accounts.conftest import PASSWORD, Caller, actor_of_token, member_of_staff, person, token_of
from tests.laws import assert_refused

pytestmark = pytest.mark.once


def test_a_person_gets_a_token_for_their_password(caller, owner, shop):
    answer = caller.sign_in(owner, device="phone")

    assert answer.status_code == 201
    assert answer.json()["token"].startswith("tok_")
    assert answer.json()["ref"] == owner.ref
    assert answer.headers["Cache-Control"] == "private, no-store"
    me = Caller(answer.json()["token"]).get("me").json()
    assert me["ref"] == owner.ref
    assert me["kind"] == "party"
    assert [(p["ref"], p["role"]["code"]) for p in me["parties"]] == [(shop.ref, "owner")]


def test_only_the_digest_is_kept(caller, owner):
    plain = caller.sign_in(owner).json()["token"]

    row = ApiToken.objects.get()
    assert row.digest == token_digest(plain)
    assert plain not in {str(value) for value in vars(row).values()}
    assert row.issued_by == owner.ref


def test_the_name_may_be_typed_in_any_case(caller, owner):
    answer = caller.post("auth/token", {"username": owner.username.upper(), "password": PASSWORD})

    assert answer.status_code == 201


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(caller, owner):
    wrong = caller.sign_in(owner, "not-the-pass-phrase")
    unknown = caller.post("auth/token", {"username": "nobody-here", "password": "not-the-pass-phrase"})

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert not ApiToken.objects.exists()


def test_a_person_ends_their_token(caller, owner):
    plain = caller.sign_in(owner).json()["token"]

    ended = Caller(plain).delete("auth/token")

    assert ended.status_code == 204
    assert Caller(plain).get("me").status_code == 401
    assert Caller(plain).delete("auth/token").status_code == 401


def test_a_bad_token_is_refused_although_a_session_is_there(owner, today):
    caller = Caller("tok_made-up")
    caller.client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")

    answer = caller.get("me")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["type"] == "/problems/not-signed-in"


def test_a_stale_token_does_not_stop_somebody_from_signing_in(owner):
    assert Caller("tok_made-up").sign_in(owner).status_code == 201


def test_a_new_password_ends_the_tokens(owner, today):
    plain = token_of(owner, today)
    assert actor_of_token(plain, now=today) is not None

    owner.set_password("another-long-pass-phrase")
    owner.save()

    assert actor_of_token(plain, now=today) is None


def test_a_token_ends_at_its_time(owner, today):
    plain = token_of(owner, today, lasts_for=timedelta(hours=1))

    assert actor_of_token(plain, now=today + timedelta(minutes=59)) is not None
    assert actor_of_token(plain, now=today + timedelta(hours=1)) is None


def test_somebody_deactivated_is_nobody(owner, today):
    plain = token_of(owner, today)

    User.objects.filter(pk=owner.pk).update(is_active=False)

    assert actor_of_token(plain, now=today) is None
    assert Caller(plain).get("me").status_code == 401


def test_a_person_s_token_is_a_session_and_a_client_s_is_none(owner, client_row, today):
    of_person = actor_of_token(token_of(owner, today), now=today)
    plain, _row = commands.issue_token(actor=make.CONSOLE, client=client_row, now=today)
    of_client = actor_of_token(plain, now=today)

    assert of_person.session.startswith("tok:")
    assert of_person.kind is ActorKind.PARTY
    assert of_client.session == ""
    assert of_client.kind is ActorKind.CLIENT
    assert of_client.client_id == client_row.pk


def test_an_inactive_client_is_nobody(client_row, today):
    plain, _row = commands.issue_token(actor=make.CONSOLE, client=client_row, now=today)
    assert Caller(plain).get("me").json()["scopes"] == client_row.scopes

    client_row.is_active = False
    client_row.save()

    assert Caller(plain).get("me").status_code == 401


def test_nobody_issues_a_token_for_somebody_else(owner, shop, client_row, today):
    other = person(shop, today, role="staff")
    actor = queries.actor_of_user(other, via=Via.API)

    with pytest.raises(NotAllowed):
        commands.issue_token(actor=actor, user=owner, now=today)
    with pytest.raises(NotAllowed):
        commands.issue_token(actor=actor, client=client_row, now=today)
    with pytest.raises(NotAllowed):
        commands.revoke_tokens(actor=actor, user=owner, now=today)

    assert not ApiToken.objects.exists()


def test_an_administrator_issues_a_client_s_token_but_no_person_s(owner, client_row, today):
    actor = queries.actor_of_user(member_of_staff(today, "administrator"), via=Via.ADMIN, session="s")

    _plain, row = commands.issue_token(actor=actor, client=client_row, now=today)
    with pytest.raises(NotAllowed):
        commands.issue_token(actor=actor, user=owner, now=today)

    assert list(ApiToken.objects.all()) == [row]


def test_every_token_of_a_person_is_revoked_at_once(owner, today):
    plains = [token_of(owner, today) for _i in range(2)]
    actor = queries.actor_of_user(owner, via=Via.WEB, session="s")

    assert commands.revoke_tokens(actor=actor, user=owner, now=today) == 2

    assert [actor_of_token(plain, now=today) for plain in plains] == [None, None]


def test_unknown_fields_are_refused_and_nothing_is_issued(caller, owner):
    answer = caller.sign_in(owner, remember="yes")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/remember"
    assert not ApiToken.objects.exists()


def test_answers_speak_the_language_of_the_account_when_the_caller_names_none(owner, today):
    plain = token_of(owner, today)
    caller = Caller()

    told = caller.client.get("/api/v1/me", headers={"Authorization": f"Bearer {plain}"}).json()

    assert told["parties"][0]["kind"]["code"] == "MERCHANT"
    assert told["language"] == "zh-hans"


def test_a_client_rotates_its_token_and_both_are_good_meanwhile(today, monkeypatch):
    client = commands.create_client(actor=make.CONSOLE, name="back end", scopes=["parties:read"], now=today)
    first, _row = commands.issue_token(actor=make.CONSOLE, client=client, now=today)

    rotated = Caller(first).post("auth/token/rotate", {"overlap_hours": 2})

    assert rotated.status_code == 201
    second = rotated.json()["token"]
    assert Caller(second).get("me").json()["token_expires_at"] == rotated.json()["expires_at"]
    assert Caller(first).get("me").json()["token_expires_at"] == rotated.json()["earlier_ends_at"]
    ends = ApiToken.objects.get(digest=token_digest(first)).expires_at
    assert queries.live_token(first, now=ends - timedelta(seconds=1)) is not None
    assert queries.live_token(first, now=ends) is None
    assert queries.live_token(second, now=ends) is not None


def test_a_person_rotates_no_token(caller, owner):
    mine = caller.sign_in(owner).json()["token"]

    assert Caller(mine).post("auth/token/rotate", {}).status_code == 403
    assert ApiToken.objects.count() == 1


def test_signing_in_is_counted_apart_from_what_an_address_reads(caller, owner, settings):
    settings.API_RATES = {**settings.API_RATES, "anonymous": 1}
    caller.get("terms")

    assert caller.get("terms").status_code == 429
    assert caller.sign_in(owner).status_code == 201


@pytest.fixture
def back_end(today):
    client = commands.create_client(
        actor=make.CONSOLE, name="back end", scopes=["parties:read", "notices:read"], now=today
    )
    plain, _row = commands.issue_token(actor=make.CONSOLE, client=client, now=today)
    return Caller(plain)


def restricted(caller, **said):
    return caller.post("auth/tokens", {"scopes": ["notices:read"]} | said)


def test_a_client_makes_a_token_that_may_less_and_sees_both(back_end):
    made = restricted(back_end, label="reports")

    assert made.status_code == 201
    plain = made.json()["token"]
    me = Caller(plain).get("me").json()
    assert me["scopes"] == ["notices:read"]
    assert me["token_expires_at"] == back_end.get("me").json()["token_expires_at"]
    assert Caller(plain).get("parties").status_code == 403
    answer = back_end.get("auth/tokens")
    narrow, wide = answer.json()["items"]
    assert (narrow["label"], narrow["last_four"], narrow["is_restricted"]) == ("reports", plain[-4:], True)
    assert (narrow["made_with"], narrow["issued_by"]) == (wide["ref"], back_end.get("me").json()["ref"])
    assert narrow["last_used_at"]
    assert wide["scopes"] == ["notices:read", "parties:read"]
    assert plain not in answer.content.decode()
    assert {"token", "digest"}.isdisjoint(narrow)


def test_a_restricted_token_is_never_wider_nor_longer_than_its_maker(back_end, today):
    made = restricted(back_end, expires_at=(today + timedelta(days=9)).isoformat())
    narrow = Caller(made.json()["token"])

    wrong = restricted(narrow, scopes=["parties:read"], expires_at=(today + timedelta(days=10)).isoformat())
    assert wrong.status_code == 400
    assert {(each["pointer"], each["code"]) for each in wrong.json()["errors"]} == {
        ("/scopes", "unknown"),
        ("/expires_at", "out-of-range"),
    }
    rotated = narrow.post("auth/token/rotate", {}).json()
    assert rotated["expires_at"] == made.json()["expires_at"]
    assert Caller(rotated["token"]).get("me").json()["scopes"] == ["notices:read"]
    assert restricted(back_end, scopes=[]).status_code == 400
    assert restricted(back_end, expires_at="2020-01-01T00:00:00Z").json()["errors"][0]["code"] == "in-the-past"


def test_a_restricted_token_sees_and_ends_what_is_its_own_alone(back_end):
    plain = restricted(back_end).json()["token"]
    narrow = Caller(plain)
    below = restricted(narrow).json()
    others = [each["ref"] for each in back_end.get("auth/tokens").json()["items"]]

    assert [each["ref"] for each in narrow.get("auth/tokens").json()["items"]] == others[:2]
    assert narrow.delete(f"auth/tokens/{others[2]}").status_code == 404
    assert narrow.delete(f"auth/tokens/{below['ref']}").status_code == 204
    assert Caller(below["token"]).get("me").status_code == 401
    assert back_end.delete(f"auth/tokens/{others[1]}").status_code == 204
    assert narrow.get("me").status_code == 401
    assert back_end.delete(f"auth/tokens/{others[1]}").status_code == 404


def test_a_token_reads_no_answer_that_was_given_to_one_with_other_scopes(today):
    client = commands.create_client(
        actor=make.CONSOLE, name="writer", scopes=["parties:write", "notices:read"], now=today
    )
    whole = Caller(commands.issue_token(actor=make.CONSOLE, client=client, now=today)[0])
    narrow = Caller(restricted(whole).json()["token"])
    writer = Caller(restricted(whole, scopes=["parties:write"]).json()["token"])
    body, key = {"kind": "MERCHANT", "name": "甲店", "external_ref": "S-1"}, {"Idempotency-Key": "1"}

    first = whole.post("parties", body, **key)
    assert first.status_code == 201
    assert whole.post("parties", body, **key).content == first.content
    for other in (narrow, writer):
        refused = other.post("parties", body, **key)
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/idempotency-mismatch")

    made = writer.post("parties", body | {"external_ref": "S-2"}, **key)
    again = Caller(writer.post("auth/token/rotate", {}).json()["token"])
    assert again.post("parties", body | {"external_ref": "S-2"}, **key).content == made.content, "it rotated"


def test_tokens_that_are_made_and_ended_stand_in_the_ledger(back_end):
    made = restricted(back_end).json()
    back_end.delete(f"auth/tokens/{made['ref']}")

    record = AccountRecord.objects.get(client__isnull=False)
    events = Event.objects.filter(case_kind="account_record", case_id=record.pk).order_by("sequence")
    assert [(each.type, each.facts.get("token")) for each in events][1:] == [
        ("account_record.token_made", made["ref"]),
        ("account_record.token_ended", made["ref"]),
    ]


def test_a_client_makes_no_more_tokens_than_it_may_have(back_end, monkeypatch):
    monkeypatch.setattr("accounts.commands.tokens.MOST", 2)

    assert restricted(back_end).status_code == 201
    refused = restricted(back_end)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "too-many")
    assert ApiToken.objects.count() == 2


def test_a_client_ends_no_token_of_another(back_end, client_row, today):
    theirs, _row = commands.issue_token(actor=make.CONSOLE, client=client_row, now=today)
    ref = back_end.get("auth/tokens").json()["items"][0]["ref"]

    assert Caller(theirs).delete(f"auth/tokens/{ref}").status_code == 404
    actor, token = actor_of_token(theirs, now=today), ApiToken.objects.exclude(client=client_row).get()
    with pytest.raises(NotAllowed):
        commands.end_token(actor=actor, token=token, now=today)
    assert back_end.get("me").status_code == 200


def test_a_person_lists_makes_and_ends_no_token_of_a_client(caller, owner, back_end):
    mine = Caller(caller.sign_in(owner).json()["token"])
    ref = back_end.get("auth/tokens").json()["items"][0]["ref"]

    assert mine.get("auth/tokens").status_code == 403
    assert restricted(mine).status_code == 403
    assert mine.delete(f"auth/tokens/{ref}").status_code == 403


@pytest.mark.parametrize(
    "wider", [{"scopes": ["parties:read"]}, {"scopes": None}, {"expires_at": timedelta(days=2)}, {"client": None}]
)
def test_the_database_refuses_a_token_that_is_wider_than_its_maker(back_end, today, wider):
    restricted(back_end, expires_at=(today + timedelta(days=1)).isoformat())
    maker = ApiToken.objects.get(made_with__isnull=False)
    other = commands.create_client(actor=make.CONSOLE, name="another", scopes=["notices:read"], now=today)
    said = {"client": maker.client, "made_with": maker, "scopes": ["notices:read"], "expires_at": maker.expires_at}
    said |= {"client": other} if "client" in wider else wider
    if "expires_at" in wider:
        said["expires_at"] = maker.expires_at + wider["expires_at"]

    def write():
        ApiToken.objects.create(digest=token_digest(str(wider)), created_at=today, issued_by="somebody", **said)

    assert_refused("token_made_with_another_is_no_wider", write)
    assert_refused(
        "token_stays_as_wide_as_it_was_made",
        lambda: ApiToken.objects.filter(pk=maker.pk).update(scopes=["parties:read"]),
    )


def test_it_is_noted_once_an_hour_that_a_token_was_used(back_end, today):
    back_end.get("me")
    row = ApiToken.objects.get()
    first = row.last_used_at

    commands.note_token_used(row, now=first + timedelta(minutes=59))
    assert ApiToken.objects.get().last_used_at == first
    commands.note_token_used(row, now=first + timedelta(hours=1))
    assert ApiToken.objects.get().last_used_at == first + timedelta(hours=1)
