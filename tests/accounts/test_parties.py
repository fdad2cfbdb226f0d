"""The platform's back end provides parties and their people, and sees its own; nobody else's exist for it."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts import commands
from accounts.models import Membership, Party, User
from tests import factories as make
from tests.accounts.conftest import PASSWORD, Caller, member_of_staff, person, token_of

pytestmark = pytest.mark.once

BODY = {
    "external_ref": "S-1",
    "kind": "MERCHANT",
    "name": "竹里茶舍",
    "users": [{"username": "zhuli", "role": "owner", "display_name": "苏竹", "password": PASSWORD}],
}


def caller_with(today, *scopes: str) -> Caller:
    row = commands.create_client(actor=make.CONSOLE, name=f"c-{make.number()}", scopes=scopes, now=today)
    plain, _token = commands.issue_token(actor=make.CONSOLE, client=row, now=today)
    return Caller(plain)


@pytest.fixture
def platform(today) -> Caller:
    return caller_with(today, "parties:read", "parties:write")


def test_a_party_with_its_owner_who_can_sign_in(platform, caller):
    answer = platform.post("parties", BODY)

    assert answer.status_code == 201
    made = answer.json()
    assert (made["external_ref"], made["kind"]["code"], made["status"]["code"]) == ("S-1", "MERCHANT", "ACTIVE")
    assert [(u["username"], u["role"]["code"]) for u in made["users"]] == [("zhuli", "owner")]
    assert caller.sign_in(User.objects.get(username="zhuli")).status_code == 201


def test_the_same_content_under_the_number_answers_the_existing_party(platform):
    first = platform.post("parties", BODY).json()

    again = platform.post("parties", BODY | {"language": "zh-hans"})

    assert (again.status_code, again.json()["ref"]) == (200, first["ref"])
    assert Party.objects.count() == 1


def test_other_content_under_the_number_is_refused_by_field(platform):
    platform.post("parties", BODY)
    other = [{"username": "somebody_new", "role": "owner", "password": PASSWORD}]

    refused = platform.post("parties", BODY | {"kind": "CONSUMER", "name": "另一个名字", "users": other})

    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/external-ref-mismatch")
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/kind", "/name", "/users"]
    assert [party.name for party in Party.objects.all()] == ["竹里茶舍"]
    assert not User.objects.filter(username="somebody_new").exists()


def test_the_password_is_in_no_answer_and_no_kept_request(platform):
    from casework.models import IdempotencyKey

    answer = platform.post("parties", BODY)

    assert PASSWORD not in answer.content.decode()
    assert PASSWORD not in str(list(IdempotencyKey.objects.values_list()))


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"kind": "GHOST"}, "/kind", "unknown"),
        ({"name": "\u3000"}, "/name", "unseen"),
        ({"email": "nowhere"}, "/email", "invalid"),
        ({"users": [{"username": "a b", "role": "owner"}]}, "/users/0/username", "invalid"),
        ({"users": [{"username": "ok", "role": "king"}]}, "/users/0/role", "unknown"),
        ({"users": [{"username": "ok", "role": "owner", "password": "12345678901"}]}, "/users/0/password", None),
    ],
)
def test_a_hole_is_named_and_nothing_is_stored(platform, change, pointer, code):
    answer = platform.post("parties", BODY | change)

    assert answer.status_code == 400
    assert pointer in [e["pointer"] for e in answer.json()["errors"]]
    assert code is None or code in [e["code"] for e in answer.json()["errors"]]
    assert not Party.objects.exists()
    assert not User.objects.exists()


def test_the_scopes_are_needed(today):
    reads, other = caller_with(today, "parties:read"), caller_with(today, "notices:write")

    assert reads.get("parties").status_code == 200
    assert reads.post("parties", BODY).status_code == 403
    assert other.get("parties").status_code == 403
    assert other.post("parties", BODY).status_code == 403
    assert not Party.objects.exists()


def test_another_client_s_party_is_a_missing_one(platform, today):
    ref = platform.post("parties", BODY).json()["ref"]
    other = caller_with(today, "parties:read", "parties:write")

    hidden, missing = other.get(f"parties/{ref}"), other.get("parties/pty_nothing")

    assert hidden.status_code == missing.status_code == 404
    assert hidden.json() == missing.json()
    assert other.get("parties").json()["items"] == []
    assert other.post(f"parties/{ref}/members", {"username": "x", "role": "owner"}).status_code == 404
    assert other.post(f"parties/{ref}/set-status", {"status": "CLOSED"}).status_code == 404
    assert Party.objects.get(ref=ref).status == "ACTIVE"


def test_a_client_cannot_name_somebody_it_has_not_provided(platform, reviewer, owner):
    ref = platform.post("parties", BODY).json()["ref"]

    for user in (reviewer, owner):
        answer = platform.post(f"parties/{ref}/members", {"username": user.username, "role": "owner"})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "taken")

    assert Membership.objects.filter(party__ref=ref).count() == 1


def test_a_known_person_keeps_their_password(platform, caller):
    ref = platform.post("parties", BODY).json()["ref"]

    answer = platform.post(
        f"parties/{ref}/members", {"username": "zhuli", "role": "manager", "password": "somebody-elses-choice"}
    )

    assert answer.status_code == 201
    zhuli = User.objects.get(username="zhuli")
    assert caller.sign_in(zhuli, "somebody-elses-choice").status_code == 401
    assert caller.sign_in(zhuli).status_code == 201
    assert [m.role for m in Membership.objects.filter(ended_at=None)] == ["manager"]


def test_ending_a_membership_over_the_api_ends_the_person_s_token(platform, caller):
    made = platform.post("parties", BODY).json()
    token = caller.sign_in(User.objects.get(username="zhuli")).json()["token"]

    ended = platform.post(f"parties/{made['ref']}/members/{made['users'][0]['user']}/end")

    assert ended.status_code == 204
    assert Caller(token).get("me").status_code == 401
    assert platform.get(f"parties/{made['ref']}").json()["users"] == []


def test_a_person_sees_their_own_and_provides_none(owner, shop, client_row, today):
    make.make_party(client_row, "MERCHANT", "别人的店", now=today)
    mine = Caller(token_of(owner, today))

    assert [p["ref"] for p in mine.get("parties").json()["items"]] == [shop.ref]
    assert mine.post("parties", BODY).status_code == 403
    assert mine.post(f"parties/{shop.ref}/set-status", {"status": "CLOSED"}).status_code == 403
    shop.refresh_from_db()
    assert shop.status == "ACTIVE"


def test_a_reviewer_reads_no_list_of_parties_and_an_administrator_does(shop, reviewer, today):
    as_reviewer = Caller(token_of(reviewer, today, second_factor=True))
    as_admin = Caller(token_of(member_of_staff(today, "administrator"), today, second_factor=True))

    assert as_reviewer.get("parties").json()["items"] == []
    assert [p["ref"] for p in as_admin.get("parties").json()["items"]] == [shop.ref]


def test_language_and_text_size_are_kept_with_the_account(owner, today):
    mine = Caller(token_of(owner, today))

    assert mine.post("me/set-language", {"language": "en"}).json()["language"] == "en"
    assert mine.post("me/set-large-text", {"large_text": True}).json()["large_text"] is True
    assert mine.post("me/set-language", {"language": "tlh"}).status_code == 400

    owner.refresh_from_db()
    assert (owner.language, owner.large_text) == ("en", True)


def test_a_client_has_no_language(platform):
    assert platform.post("me/set-language", {"language": "en"}).status_code == 403


def test_members_are_listed_without_those_who_left(platform, shop, owner, client_row, today):
    gone = person(shop, today, role="staff")
    commands.end_membership(actor=make.CONSOLE, membership=Membership.objects.get(user=gone), now=today)
    plain, _row = commands.issue_token(actor=make.CONSOLE, client=client_row, now=today)

    users = Caller(plain).get(f"parties/{shop.ref}").json()["users"]

    assert [u["user"] for u in users] == [owner.ref]


def test_listing_takes_the_same_queries_for_many_parties(client_row, today, django_assert_max_num_queries):
    for _i in range(5):
        person(make.make_party(client_row, "MERCHANT", "店", now=today), today)
    plain, _row = commands.issue_token(actor=make.CONSOLE, client=client_row, now=today)

    with django_assert_max_num_queries(5):  # on PostgreSQL the clock is one of them
        assert len(Caller(plain).get("parties").json()["items"]) == 5


def test_somebody_new_who_could_never_sign_in_is_refused_and_nothing_is_made(platform):
    users = [{"username": "zhuli", "role": "owner"}]

    refused = platform.post("parties", BODY | {"users": users})

    assert refused.status_code == 400
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [("/users/0/password", "required")]
    assert not Party.objects.exists()


def test_somebody_new_with_an_address_sets_a_password_by_it(platform, mailoutbox):
    users = [{"username": "zhuli", "role": "owner", "email": "zhuli@example.com"}]
    assert platform.post("parties", BODY | {"users": users}).status_code == 201
    mailoutbox.clear()
    browser = Client()

    browser.post(reverse("account_reset_password"), {"email": "zhuli@example.com"})

    (mail,) = mailoutbox
    link = re.search(r"https?://[^/]+(/account/password/reset/key/\S+)", mail.body)[1]
    form = browser.get(link, follow=True)
    browser.post(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    assert User.objects.get(username="zhuli").check_password(PASSWORD)
