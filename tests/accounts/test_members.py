"""An owner says who belongs to the shop; whoever is invited joins once, and a shop keeps an owner."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from accounts import commands
from accounts.commands.members import USABLE_FOR
from accounts.contacts import INVITATION, invitation_address
from accounts.models import Invitation, Membership, User
from accounts.policies import active
from accounts.signing import signed
from casework.errors import ConflictOfInterest, NotAllowed, NotFound, NotYourTurn
from tests import factories as make
from tests.appeals.test_workbench import browser
from tests.laws import assert_refused
from tests.pages import living

SECOND = timedelta(seconds=1)
PASSWORD = "a-long-pass-phrase"


now = living(hours=1)


def page(response):
    return response.content.decode()


def invite(world, now, role="manager", **more):
    return commands.invite_member(actor=world.alice, party=world.merchant, role=role, now=now, **more)


def text_of(invitation):
    return signed(invitation.ref, purpose=INVITATION)


def roles_in(party):
    return sorted(Membership.objects.filter(active(), party=party).values_list("user__username", "role"))


def test_an_owner_invites_and_somebody_new_joins_by_the_link_that_is_shown_once(world, now):
    owner, at = browser(world.alice), f"/account/parties/{world.merchant.ref}/people/"
    assert at in page(owner.get("/account/"))
    assert owner.post(at, {"role": ""}).status_code == 400
    made = owner.post(at, {"role": "staff", "email": "new@example.com"})
    invitation = Invitation.objects.get()
    link = invitation_address(invitation)
    assert link in page(made)
    assert link not in page(owner.get(at))
    path = link.removeprefix("http://127.0.0.1:8000")
    stranger = Client(headers={"accept-language": "en"})
    assert "invites you to 云上数码 as shop staff" in page(stranger.get(path))
    account = {"username": "new.colleague", "password": "x", "display_name": "新同事"}
    assert stranger.post(path, account).status_code == 400
    assert stranger.post(path, account | {"password": PASSWORD}).headers["Location"] == "/account/login/"
    joined = Membership.objects.get(user__username="new.colleague")
    assert (joined.party, joined.role, joined.granted_by) == (world.merchant, "staff", world.alice.ref)
    assert stranger.get(path).status_code == 404
    assert stranger.post(path, account | {"username": "another", "password": PASSWORD}).status_code == 404
    assert not User.objects.filter(username="another").exists()


def test_the_page_says_who_did_what_and_manages_members(world, now):
    make.file(world.alice, world.notice(), now=now)
    at, owner = f"/account/parties/{world.merchant.ref}/people/", browser(world.alice)
    assert "The appeal was submitted." in page(owner.get(at))
    staff_at = f"{at}{world.alice_staff.ref}/"
    helper = browser(world.alice_staff)
    seen = page(helper.get(at))
    assert "Invite a colleague" not in seen
    assert helper.post(at, {"role": "owner"}).status_code == 403
    assert helper.post(f"{staff_at}role/", {"role": "owner"}).status_code == 403
    assert owner.post(f"{staff_at}role/", {"role": "finance"}).status_code == 302
    assert ("finance",) in {(role,) for _name, role in roles_in(world.merchant)}
    assert owner.get(f"{staff_at}end/").status_code == 200
    assert owner.post(f"{staff_at}end/").status_code == 302
    assert helper.get(at).headers["Location"].startswith("/account/login/")
    assert "Former people" in page(owner.get(at))
    assert owner.post(f"{at}{world.alice.ref}/end/").status_code == 409  # nobody would be owner
    for foreign in (browser(world.eve), browser(world.bob)):
        missing = foreign.get("/account/parties/pty_missing/people/")
        answer = foreign.get(at)
        assert (answer.status_code, missing.status_code) == (404, 404)
        assert foreign.post(f"{at}{world.alice.ref}/end/").status_code == 404
        assert foreign.post(f"/account/parties/{world.merchant.ref}/links/end/").status_code == 404
    assert browser(world.bob).get(f"/account/parties/{world.consumer.ref}/people/").status_code == 404
    assert "You act for" not in page(browser(world.bob).get("/account/"))


def test_an_invitation_works_in_time_once_and_while_its_owner_owns(world, now):
    invitation = invite(world, now, address="new@example.com")
    user, other = make.make_user("first", now=now), make.make_user("second", now=now)
    good = text_of(invitation)
    for wrong in (invitation.ref, good + "x", signed(invitation.ref, purpose="access")):
        with pytest.raises(NotFound):
            commands.join_party(signed=wrong, user=user, now=now)
    with pytest.raises(NotFound):
        commands.join_party(signed=good, user=user, now=now + USABLE_FOR + SECOND)
    commands.join_party(signed=good, user=user, now=now + USABLE_FOR)
    with pytest.raises(NotFound):
        commands.join_party(signed=good, user=other, now=now + SECOND)

    second = invite(world, now)
    with pytest.raises(NotYourTurn):
        commands.join_party(signed=text_of(second), user=user, now=now)
    staff = User.objects.get(pk=world.rita.user_id)
    with pytest.raises(ConflictOfInterest):
        commands.join_party(signed=text_of(second), user=staff, now=now)
    commands.end_invitation(actor=world.alice, party=world.merchant, ref=second.ref, now=now)
    with pytest.raises(NotFound):
        commands.join_party(signed=text_of(second), user=other, now=now)
    third = invite(world, now, role="owner")
    commands.join_party(signed=text_of(third), user=other, now=now)
    fourth = invite(world, now)
    commands.change_role(actor=world.alice, party=world.merchant, user_ref=world.alice.ref, role="manager", now=now)
    with pytest.raises(NotFound):  # whoever invited can no longer invite
        commands.join_party(signed=text_of(fourth), user=make.make_user("third", now=now), now=now)
    for somebody in (world.alice_staff, world.eve, world.bob, world.rita, world.platform):
        with pytest.raises(NotAllowed):
            commands.invite_member(actor=somebody, party=world.merchant, role="staff", now=now)


def test_whoever_was_removed_meanwhile_does_not_come_back_by_a_change_of_role(world, now, monkeypatch):
    who = {"actor": world.alice, "party": world.merchant, "user_ref": world.alice_staff.ref, "now": now}
    other = Membership.objects.filter(party=world.merchant, user__ref=world.alice_staff.ref)

    def another_owner_removes(_membership):
        other.update(ended_at=now, ended_by="somebody")

    monkeypatch.setattr("accounts.commands.members._require_other_owner", another_owner_removes)
    with pytest.raises(NotFound):
        commands.change_role(role="finance", **who)
    assert other.count() == 1


def test_the_invitation_is_mailed_where_an_address_is_given(world, now, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        invitation = invite(world, now, address="new@example.com")
    (message,) = mail.outbox
    assert (message.to, invitation_address(invitation) in message.body) == (["new@example.com"], True)


def test_the_laws_hold_past_the_code(world, now):
    invitation = invite(world, now)
    rows = Invitation.objects.filter(pk=invitation.pk)
    owner = Membership.objects.get(user_id=world.alice.user_id)
    helper = Membership.objects.get(user_id=world.alice_staff.user_id)

    def another(**changes):
        values = {"party": world.merchant, "role": "staff", "invited_by_id": world.alice.user_id, "created_at": now}
        values |= {"expires_at": now + SECOND, "ref": f"inv_{make.number()}"}
        return lambda: Invitation.objects.create(**values | changes)

    assert_refused("invitation_is_by_an_owner", another(invited_by_id=world.alice_staff.user_id))
    assert_refused("invitation_is_by_an_owner", another(party=world.consumer))
    assert_refused("invitation_role_is_known", another(role="king"))
    assert_refused("invitation_expires_after_it_is_made", another(expires_at=now))
    assert_refused("invitation_is_ended_by_somebody", another(revoked_at=now))
    assert_refused("invitation_is_used_in_time_by_one_person", lambda: rows.update(membership=helper))
    assert_refused("invitation_gives_what_it_offers", lambda: rows.update(used_at=now, membership=helper))
    assert_refused("invitation_is_used_once", lambda: rows.update(role="owner"))
    ended = another(revoked_at=now, revoked_by="x")()
    used = {"used_at": now, "membership": helper}
    assert_refused("invitation_opens_nothing_once_ended", lambda: Invitation.objects.filter(pk=ended.pk).update(**used))
    assert_refused("invitation_is_kept", rows.delete)
    end = {"ended_at": now, "ended_by": world.alice.ref}
    assert_refused(
        "party_keeps_an_owner_against_its_own_people", lambda: Membership.objects.filter(pk=owner.pk).update(**end)
    )
    assert Membership.objects.filter(pk=owner.pk).update(ended_at=now, ended_by=world.platform.ref) == 1
