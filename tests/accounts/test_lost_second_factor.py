"""Who lost the second factor comes back by two administrators: never by one, never by themselves; all else ends."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core import mail
from django.test import Client

from accounts import queries
from accounts.commands.tokens import LISTENERS
from accounts.models import Notification, User
from casework import clock, outbox
from casework.actor import Via
from casework.errors import ConflictOfInterest, Invalid, NotAllowed
from casework.models import Event
from rules import commands as rules
from rules.models import CatalogueChange
from tests import factories as make
from tests.accounts.conftest import PASSWORD, Caller, browser, enrol, token_of
from tests.laws import assert_refused
from tests.pages import Visitor

CHANGES = "/workbench/changes/"
LAW = "nobody_enters_or_signs_the_removal_of_their_second_factor"
WHY = "手机丢失。已当面核对工牌。"


@pytest.fixture
def admins(today):
    return [make.staff("administrator", now=today, name=name) for name in ("proposes", "signs", "lost-too")]


@pytest.fixture
def lost(reviewer):
    User.objects.filter(pk=reviewer.pk).update(email="tan@example.com", language="en")
    reviewer.refresh_from_db()
    enrol(reviewer)
    RecoveryCodes.activate(reviewer)
    return reviewer


def propose(actor, user):
    return rules.propose_second_factor_removal(actor=actor, user=user.ref, reason=WHY, now=clock.now())


def test_two_administrators_let_somebody_back_in(
    admins, lost, today, caller, monkeypatch, django_capture_on_commit_callbacks
):
    one, two = Visitor(admins[0]), Visitor(admins[1])
    session, token = browser(lost, shown=True), token_of(lost, today, second_factor=True)
    others = browser(User.objects.get(pk=admins[2].user_id), shown=True)
    credential = queries.Credential(session_key=session.session.session_key)
    assert session.get("/workbench/queue/").status_code == 200
    assert Caller(token).get("me").status_code == 200
    at = f"{CHANGES}second-factor/{lost.ref}/"
    assert at in one.sees(f"/admin/accounts/user/{lost.pk}/change/")
    assert "Another administrator signs it" in one.sees(at)

    one.sends(at, {"reason": WHY})

    change = CatalogueChange.objects.get()
    outbox.sweep(now=clock.now())
    assert "to be removed" in mail.outbox[-1].subject
    assert mail.outbox[-1].to == ["tan@example.com"]
    waiting = Notification.objects.filter(event__case_ref=change.ref, path=f"{CHANGES}{change.ref}/")
    assert set(waiting.values_list("user_id", flat=True)) == {admins[1].user_id, admins[2].user_id}
    sent = {"version": change.version}
    one.sends(f"{CHANGES}{change.ref}/sign/", sent, status=403)
    assert Authenticator.objects.filter(user=lost).count() == 2
    assert WHY in two.sees(f"{CHANGES}{change.ref}/")
    called = []
    monkeypatch.setattr("accounts.commands.tokens.LISTENERS", [*LISTENERS, lambda: called.append(True)])
    with django_capture_on_commit_callbacks(execute=True):
        two.sends(f"{CHANGES}{change.ref}/sign/", sent)

    assert called  # open sockets are authorised anew, and find nothing
    assert queries.actors_of_credentials([credential], via=Via.WEB, now=clock.now()) == {}
    assert not Authenticator.objects.filter(user=lost).exists()
    assert session.get("/workbench/queue/").headers["Location"].startswith("/account/login/")
    assert Caller(token).get("me").status_code == 401
    assert others.get("/workbench/queue/").status_code == 200
    outbox.sweep(now=clock.now())
    assert mail.outbox[-1].subject.startswith("Two administrators removed your second factor")
    by = {event.type: event.actor_ref for event in Event.objects.filter(case_kind="catalogue_change")}
    assert by == {"catalogue_change.proposed": admins[0].ref, "catalogue_change.signed": admins[1].ref}

    assert caller.sign_in(lost).status_code == 403  # no token before they have another
    back = Client(headers={"accept-language": "en"})
    back.post("/account/login/", {"login": lost.username, "password": PASSWORD})
    asked = back.get("/workbench/queue/")
    assert asked.headers["Location"].startswith("/account/2fa/totp/activate/")


def test_one_s_own_is_removed_by_others_alone(admins, today):
    me, other = admins[2], admins[0]
    user = User.objects.get(pk=me.user_id)
    enrol(user)
    own = Visitor(me)
    own.sends(f"{CHANGES}second-factor/{user.ref}/", {"reason": WHY}, status=400)
    assert not CatalogueChange.objects.exists()
    with pytest.raises(ConflictOfInterest):
        propose(me, user)
    change = propose(other, user)
    outbox.sweep(now=clock.now())
    assert Notification.objects.get(user_id=me.user_id).what_en.startswith("Your second factor")
    assert "/sign/" not in own.sees(f"{CHANGES}{change.ref}/")
    assert "/sign/" in Visitor(admins[1]).sees(f"{CHANGES}{change.ref}/")
    own.sends(f"{CHANGES}{change.ref}/sign/", {"version": change.version}, status=403)
    for actor in (me, other):
        with pytest.raises(ConflictOfInterest):
            rules.sign_change(actor=actor, ref=change.ref, now=clock.now())
    assert Authenticator.objects.filter(user=user).exists()
    rows = CatalogueChange.objects.filter(pk=change.pk)
    assert_refused(LAW, lambda: rows.update(state="SIGNED", signed_by=me.user_id))
    assert_refused(
        "catalogue_change_is_signed_by_another_person",
        lambda: rows.update(state="SIGNED", signed_by=other.user_id),
    )
    mine = rows.values().get() | {"id": None, "ref": "cat_own", "number": "K-own", "entered_by_id": me.user_id}
    rules.refuse_change(actor=me, ref=change.ref, reason="没有丢。", now=clock.now())
    assert_refused(LAW, lambda: CatalogueChange(**mine).save(force_insert=True))
    assert Authenticator.objects.filter(user=user).exists()


def test_compliance_neither_proposes_nor_signs_it(admins, lost, today):
    officer = make.staff("compliance", now=today, name="officer")
    visitor = Visitor(officer)
    visitor.sends(f"{CHANGES}second-factor/{lost.ref}/", {"reason": WHY}, status=403)
    with pytest.raises(NotAllowed):
        propose(officer, lost)
    change = propose(admins[0], lost)
    with pytest.raises(NotAllowed):
        rules.sign_change(actor=officer, ref=change.ref, now=clock.now())


def test_nobody_without_one_and_nobody_but_staff_is_proposed(admins, lost, owner, today):
    enrol(owner)
    for person in (owner, User.objects.get(pk=admins[1].user_id)):
        with pytest.raises(Invalid):
            propose(admins[0], person)
    with pytest.raises(Invalid):
        rules.propose_second_factor_removal(actor=admins[0], user=lost.ref, reason=" ", now=today)
    change = propose(admins[0], lost)
    Authenticator.objects.filter(user=lost).delete()
    with pytest.raises(Invalid):
        rules.sign_change(actor=admins[1], ref=change.ref, now=clock.now())


def test_no_administrator_reads_or_ends_the_factors_of_others_alone(lost, admins):
    User.objects.filter(pk=admins[0].user_id).update(is_superuser=True)
    row = Authenticator.objects.filter(user=lost).first()
    Visitor(admins[0]).sees(f"/admin/mfa/authenticator/{row.pk}/change/", status=404)


def test_the_page_of_the_code_says_what_to_do(lost):
    client = Client(headers={"accept-language": "en"})
    client.post("/account/login/", {"login": lost.username, "password": PASSWORD})
    assert b"lost both? Ask an administrator" in client.get("/account/2fa/authenticate/").content
