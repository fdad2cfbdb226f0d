"""SCIM: the provider says who works here. Whom it removes is out at once; it makes nobody staff and sees no party."""

import json
import time

import pytest
from django.test import Client
from django.urls import reverse
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

from accounts import commands
from accounts.models import ApiToken, Membership, SignOn, StaffRole, User
from accounts.queries import actor_of_user, live_token
from casework import clock
from casework.actor import Via
from casework.models import Event
from disputes.models import Dispute
from tests import factories as make
from tests.accounts.conftest import browser, member_of_staff
from tests.accounts.providing import Forger, Scim, asked_by, claims, provider
from tests.laws import assert_refused
from tests.pages import living

pytestmark = [pytest.mark.once, pytest.mark.django_db]
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


now = living(hours=1)


@pytest.fixture
def today(db):
    return clock.now()


def client_with(*scopes):
    row, actor = make.make_client(clock.now(), name="idp", scopes=scopes)
    plain, _token = commands.issue_token(actor=make.CONSOLE, client=row, now=clock.now())
    return actor, Scim(plain)


@pytest.fixture
def idp(db):
    return client_with("people:write")


@pytest.fixture
def scim(idp):
    return idp[1]


@pytest.fixture
def ada(today):
    return make.staff("administrator", now=today, name="ada")


def made(scim, username="tan@corp.example", **more):
    body = {"schemas": [USER], "userName": username, "externalId": f"emp-{username}", "displayName": "谭某"} | more
    answer = scim("POST", "Users", body)
    assert answer.status_code == 201, answer.content
    return answer.json()


def patched(scim, ref, *operations):
    return scim("PATCH", f"Users/{ref}", {"schemas": [PATCH], "Operations": list(operations)})


def person(found):
    return User.objects.get(ref=found["id"])


def grant(ada, user, role):
    commands.grant_staff_role(actor=ada, user=user, role=role, now=clock.now())
    return actor_of_user(User.objects.get(pk=user.pk), via=Via.WEB, session="s")


def test_whom_the_provider_removes_is_out_within_a_minute_holds_nothing_and_is_named_in_the_ledger(
    court, idp, ada, settings
):
    forger = Forger()
    settings.SSO = provider(forger.issuer, second_factors=frozenset({"mfa"}))
    who, scim = idp
    found = made(scim)
    user = person(found)
    mediator = grant(ada, user, "mediator")
    held = court.joined()
    Dispute.objects.filter(pk=held.pk).update(mediator_id=mediator.user_id)
    signed_in = Client()
    asked = asked_by(signed_in)
    forger.says = claims(forger, asked, sub=found["externalId"], amr=["mfa"])
    signed_in.get("/account/sign-on/back/", {"state": asked["state"], "code": "c"})
    assert signed_in.get(f"/workbench/disputes/{held.ref}/").status_code == 200
    token, _row = commands.issue_token(actor=make.CONSOLE, user=user, now=clock.now(), second_factor=True)
    assert live_token(token, now=clock.now())

    began = time.monotonic()
    answer = patched(scim, found["id"], {"op": "Replace", "path": "active", "value": "False"})  # as a word
    left = signed_in.get(f"/workbench/disputes/{held.ref}/")

    assert time.monotonic() - began < 60
    assert (answer.status_code, answer.json()["active"]) == (200, False)
    assert left.status_code == 302
    assert live_token(token, now=clock.now()) is None
    user.refresh_from_db()
    assert (user.is_active, user.is_staff, user.left_by) == (False, False, who.ref)
    assert not StaffRole.objects.filter(user=user, ended_at=None).exists()
    assert not ApiToken.objects.filter(user=user, revoked_at=None).exists()
    assert Dispute.objects.get(pk=held.pk).mediator_id in {court.mia.user_id, court.max.user_id}
    last = Event.objects.filter(case_kind="dispute", case_id=held.pk).latest("sequence")
    assert (last.type, last.actor_ref, last.facts["left"]) == ("dispute.handed_over", who.ref, user.ref)
    record = Event.objects.filter(case_kind="account_record", actor_ref=who.ref, facts__of=user.ref).get()
    types = Event.objects.filter(case_kind="account_record", case_id=record.case_id).order_by("sequence")
    assert [each.type.partition(".")[2] for each in types] == ["opened", "shut_out", "left"]
    again = Client()
    asked = asked_by(again)
    forger.says = claims(forger, asked, sub=found["externalId"], amr=["mfa"])
    again.get("/account/sign-on/back/", {"state": asked["state"], "code": "c"})
    assert "_auth_user_id" not in again.session
    forger.close()


def test_where_nobody_can_take_what_they_hold_they_are_out_all_the_same(court, idp, ada, settings, now):
    _who, scim = idp
    found = made(scim)
    user = person(found)
    mediator = grant(ada, user, "mediator")
    held = court.joined()
    Dispute.objects.filter(pk=held.pk).update(mediator_id=mediator.user_id)
    others = StaffRole.objects.filter(user_id__in=[court.mia.user_id, court.max.user_id])
    others.update(ended_at=clock.now(), ended_by="test")
    desk = browser(user, shown=True)

    answer = patched(scim, found["id"], {"op": "replace", "value": {"active": False}})  # without a path

    assert answer.status_code == 409
    assert held.number in answer.json()["detail"]
    assert desk.get("/workbench/").status_code == 302
    assert scim("GET", f"Users/{found['id']}").json()["active"] is False
    user.refresh_from_db()
    assert (user.is_active, Dispute.objects.get(pk=held.pk).mediator_id) == (True, user.pk)

    StaffRole.objects.create(user_id=court.mia.user_id, role="mediator", granted_at=clock.now(), granted_by="test")
    answer = patched(scim, found["id"], {"op": "replace", "value": {"active": False}})
    assert (answer.status_code, User.objects.get(pk=user.pk).is_active) == (200, False)


def test_scim_makes_nobody_staff(scim, ada, today):
    found = made(scim, roles=[{"value": "administrator"}], groups=["administrators"], is_superuser=True, is_staff=True)
    user = person(found)
    assert (user.is_staff, user.is_superuser, user.has_usable_password()) == (False, False, False)
    assert not StaffRole.objects.filter(user=user).exists()
    for path in ("Groups", "Groups/administrators", "Bulk", "Me", "Users/x/roles"):
        for method in ("GET", "POST", "PATCH"):
            assert scim(method, path, {"displayName": "administrators"}).status_code in {404, 405, 501}, (method, path)
    with pytest.raises(Exception, match="not-allowed"):
        commands.grant_staff_role(actor=scim_actor(), user=user, role="administrator", now=today)


def scim_actor():
    return client_with("people:write")[0]


def test_no_token_without_the_scope_reads_or_writes_anybody(db, scim, reviewer):
    found = made(scim)
    everything_else = tuple(make.SCOPES)
    strangers = [Scim(""), Scim("tok_x"), client_with(*everything_else)[1]]
    plain, _row = commands.issue_token(actor=make.CONSOLE, user=reviewer, now=clock.now(), second_factor=True)
    for each, status in zip([*strangers, Scim(plain)], [401, 401, 403, 403], strict=True):
        for method, path in (
            ("GET", "Users"),
            ("POST", "Users"),
            ("DELETE", f"Users/{found['id']}"),
            ("GET", "Schemas"),
        ):
            assert each(method, path, {}).status_code == status, (method, path)
    admin = browser(member_of_staff(clock.now(), "administrator"), shown=True)
    assert admin.get("/scim/v2/Users").status_code == 401, "a session is no client"


def test_parties_people_are_neither_read_nor_taken_over(scim, owner, shop):
    User.objects.filter(pk=owner.pk).update(email="lin@shop.example")
    assert scim("GET", "Users").json()["totalResults"] == 0
    assert scim("GET", f"Users/{owner.ref}").status_code == 404
    for query in (f'userName eq "{owner.username}"', 'emails.value eq "lin@shop.example"', f'id eq "{owner.ref}"'):
        assert scim("GET", f"Users?filter={query}").json()["totalResults"] == 0
    answer = scim("POST", "Users", {"schemas": [USER], "userName": owner.username.upper(), "externalId": "x"})
    assert (answer.status_code, answer.json()["scimType"]) == (409, "uniqueness")
    assert patched(scim, owner.ref, {"op": "replace", "path": "active", "value": False}).status_code == 404
    assert scim("DELETE", f"Users/{owner.ref}").status_code == 404
    assert User.objects.get(pk=owner.pk).is_active
    assert Membership.objects.get().ended_at is None


def test_nor_is_the_account_of_staff_who_do_not_sign_in_there(scim, reviewer):
    assert scim("POST", "Users", {"userName": reviewer.username, "externalId": "evil"}).status_code == 409
    assert not SignOn.objects.exists()


def test_the_token_cannot_have_a_colleagues_account_opened_for_somebody_else(scim, ada, reviewer, today):
    by_hand = commands.let_sign_on(actor=ada, user=reviewer, address="boss@corp.example", now=today)
    for said in ({"path": "externalId", "value": "evil"}, {"path": "userName", "value": "evil"}):
        assert patched(scim, reviewer.ref, {"op": "replace", **said}).status_code == 403
    mail = {"op": "replace", "path": 'emails[type eq "work"].value', "value": "evil@corp.example"}
    assert patched(scim, reviewer.ref, mail).status_code == 403
    found = made(scim)
    grant(ada, person(found), "compliance")
    refused = patched(scim, found["id"], {"op": "replace", "path": "externalId", "value": "evil"})
    assert refused.status_code == 409
    row = SignOn.objects.get(user__ref=found["id"])
    assert row.external_ref == found["externalId"]
    assert_refused(
        "staff_are_recognised_as_when_they_were_provided",
        lambda: SignOn.objects.filter(pk=row.pk).update(address="evil@corp.example"),
    )
    assert SignOn.objects.get(pk=by_hand.pk).external_ref == ""


def test_whom_the_provider_made_has_no_password_here(scim, ada):
    found = made(scim)
    assert_refused(
        "person_of_the_provider_has_no_password",
        lambda: User.objects.filter(ref=found["id"]).update(password="pbkdf2_sha256$x"),
    )
    row = SignOn.objects.get()
    assert_refused("sign_on_is_kept", row.delete)
    assert_refused(
        "client_provides_nobody_who_is_staff_already",
        lambda: SignOn.objects.create(
            user_id=ada.user_id, client_id=row.client_id, external_ref="y", made_at=clock.now(), made_by="x"
        ),
    )
    reset = reverse("account_reset_password")
    User.objects.filter(ref=found["id"]).update(email="tan@corp.example")
    Client().post(reset, {"email": "tan@corp.example"})
    assert not User.objects.get(ref=found["id"]).has_usable_password()


def test_whom_an_administrator_deactivated_here_the_provider_does_not_let_back_in(scim, ada, today):
    found = made(scim)
    commands.deactivate_user(actor=ada, user=person(found), now=today)
    assert patched(scim, found["id"], {"op": "replace", "path": "active", "value": True}).status_code == 403
    assert not person(found).is_active


def test_back_again_without_a_role(scim, ada):
    found = made(scim)
    grant(ada, person(found), "reviewer")
    patched(scim, found["id"], {"op": "replace", "path": "active", "value": False})
    answer = patched(scim, found["id"], {"op": "replace", "path": "active", "value": True})
    assert (answer.status_code, answer.json()["active"]) == (200, True)
    assert not StaffRole.objects.filter(user__ref=found["id"], ended_at=None).exists()

    assert scim("DELETE", f"Users/{found['id']}").status_code == 204
    assert scim("GET", f"Users/{found['id']}").status_code == 404
    assert not person(found).is_active
    once_more = made(scim)
    assert (once_more["id"], person(found).is_active) == (found["id"], True)


def test_found_changed_and_listed_as_providers_do(scim):
    found = made(scim, emails=[{"type": "work", "primary": True, "value": "tan@corp.example"}])
    made(scim, "wu@corp.example", displayName=None, name={"givenName": "Wu", "familyName": "Li"})
    for query in ('userName eq "TAN@corp.example"', f'externalId eq "{found["externalId"]}"', f'id eq "{found["id"]}"'):
        listed = scim("GET", f"Users?filter={query}&startIndex=1&count=1").json()
        assert [each["id"] for each in listed["Resources"]] == [found["id"]], query
    page = scim("GET", "Users?startIndex=2&count=1").json()
    assert (page["totalResults"], page["startIndex"], page["Resources"][0]["displayName"]) == (2, 2, "Li Wu")
    assert scim("GET", "Users?count=0").json()["Resources"] == []
    for wrong in ("userName sw t", 'password eq "x"', 'userName eq "x" or id eq "y"'):
        answer = scim("GET", f"Users?filter={wrong}")
        assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidFilter"), wrong

    answer = patched(
        scim,
        found["id"],
        {"op": "Add", "path": "title", "value": "not kept"},
        {"op": "Replace", "value": {"displayName": "谭二", "name.givenName": "x"}},
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "t2@corp.example"},
    )
    assert answer.status_code == 200
    assert (person(found).display_name, person(found).email) == ("谭二", "t2@corp.example")
    put = scim("PUT", f"Users/{found['id']}", {"userName": "tan2", "externalId": "e2", "active": True})
    assert (put.json()["userName"], put.json()["externalId"]) == ("tan2", "e2")
    assert made_refused(scim, {"userName": "tan2"}) == (409, "uniqueness")
    assert made_refused(scim, {"externalId": "x"}) == (400, "invalidValue")
    assert made_refused(scim, {"userName": "a b"}) == (400, "invalidValue")
    assert made_refused(scim, {"userName": ["x"]}) == (400, "invalidValue")
    assert made_refused(scim, []) == (400, "invalidValue")


def made_refused(scim, body):
    answer = scim("POST", "Users", body)
    return answer.status_code, answer.json()["scimType"]


def test_scim2_tester_finds_nothing_wrong(scim):
    def program(environ, start):
        path = f"{environ['PATH_INFO'].removeprefix('/scim/v2/')}?{environ['QUERY_STRING']}"
        answer = scim(environ["REQUEST_METHOD"], path, body=json.loads(environ["wsgi.input"].read() or "null"))
        start(f"{answer.status_code} -", list(answer.items()))
        return [answer.content]

    client = WSGISCIMClient(program, base_url="http://localhost/scim/v2")
    results = check_server(client)
    wrong = [f"{each.title}: {each.reason}" for each in results if each.status in (Status.ERROR, Status.CRITICAL)]
    assert not wrong, "\n".join(wrong)
    assert len(results) > 20
