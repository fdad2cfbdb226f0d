"""A client's token in a stranger's hands: what it could do to become a merchant, and what its owners learn of it."""

from datetime import timedelta

import pytest
from django.core import mail

from accounts import commands as accounts
from accounts.commands.access import send_access_links
from accounts.models import AccessLink, AccountRecord, Membership, Notification, Party, User
from casework import clock, outbox
from casework.errors import NotYourTurn
from casework.models import Event
from rules import commands as rules
from tests import factories as make
from tests.accounts.conftest import browser, member_of_staff
from tests.laws import assert_refused
from tests.surfaces.people import Http

pytestmark = pytest.mark.once


ENDED = "Your membership ended, or that of another who acts for your shop. See who does."
PASSWORD = "a-bamboo-grove-in-rain-7"
OWNER_LAW = "who_binds_a_party_is_let_in_by_its_owner_or_by_two_people"


@pytest.fixture
def token(world):
    return Http(make.accounts.issue_token(actor=make.CONSOLE, client=world.client, now=clock.now())[0])


def members(party):
    return f"/api/v1/parties/{party.ref}/members"


def end(token, party, person):
    return token("POST", f"{members(party)}/{person.ref}/end")


def told(user_id):
    outbox.sweep(now=clock.now())
    return list(Notification.objects.filter(user_id=user_id).order_by("pk").values_list("what_en", flat=True))


def test_ending_the_only_owner_opens_the_door_to_nobody(world, token):
    for person in (world.alice, world.alice_staff):
        assert end(token, world.merchant, person).status_code == 204

    for role in ("owner", "manager", "finance"):
        answer = token("POST", members(world.merchant), {"username": "planted", "role": role, "password": PASSWORD})
        assert answer.status_code == 409, (role, answer.content)
    assert not User.objects.filter(username="planted").exists()
    assert ENDED in told(world.alice.user_id)
    record = AccountRecord.objects.get(party=world.merchant)
    types = Event.objects.filter(case_kind="account_record", case_id=record.pk).order_by("sequence")
    assert [each.type.partition(".")[2] for each in types] == ["opened", "member_ended", "member_ended"]


def test_an_owner_made_less_is_told_and_nobody_comes_in_their_place(world, token):
    name = User.objects.get(pk=world.alice.user_id).username
    assert token("POST", members(world.merchant), {"username": name, "role": "staff"}).status_code == 201
    planted = {"username": "planted", "role": "manager", "password": PASSWORD}
    assert token("POST", members(world.merchant), planted).status_code == 409
    assert told(world.alice.user_id)[-2:] == [
        ENDED,
        "Somebody new acts for your shop, or in another role. Look whether you know them.",
    ]
    # the same person can come back
    assert token("POST", members(world.merchant), {"username": name, "role": "owner"}).status_code == 201


@pytest.mark.on_both
def test_no_administrator_and_no_command_line_names_one_either(world, now, token):
    end(token, world.merchant, world.alice)
    staff = User.objects.get(pk=world.alice_staff.user_id)
    later = clock.now() + timedelta(days=1)
    for actor in (make.signers(now)[0], make.CONSOLE):
        with pytest.raises(NotYourTurn):
            accounts.add_member(actor=actor, party=world.merchant, user=staff, role="owner", now=later)
    for by in (world.platform.ref, make.CONSOLE.ref, world.alice.ref):
        row = {"user_id": world.bob.user_id, "party": world.merchant, "role": "manager", "started_at": later}
        assert_refused(OWNER_LAW, lambda row=row, by=by: Membership.objects.create(**row, granted_by=by))
    rows = Membership.objects.filter(party=world.merchant)
    assert_refused("membership_stays_as_it_was_granted", lambda: rows.filter(role="staff").update(role="owner"))
    assert_refused("membership_stays_as_it_was_granted", lambda: rows.filter(role="owner").update(ended_at=None))
    assert_refused("membership_is_kept", lambda: rows.filter(role="owner")._raw_delete("default"))


def test_two_people_sign_for_a_shop_without_an_owner_and_the_former_one_is_told(world, now, token):
    end(token, world.merchant, world.alice)
    asked = {"user": world.alice_staff.ref, "reason": "法院裁定，见附件。"}
    ref = token("POST", f"/api/v1/parties/{world.merchant.ref}/owners", asked).json()["ref"]
    assert "The platform was asked to give your shop another owner. Object if nobody of you asked for it." in told(
        world.alice.user_id
    )
    one, two = make.signers(now)
    rules.enter_change(actor=one, ref=ref, now=now)
    rules.sign_change(actor=two, ref=ref, now=now)

    owner = Membership.objects.get(party=world.merchant, role="owner", ended_at=None)
    assert owner.user_id == world.alice_staff.user_id
    assert "Two people of the platform gave your shop another owner. See who acts for it." in told(world.alice.user_id)


@pytest.mark.on_both
def test_a_number_named_later_opens_nothing_for_three_days_and_the_owners_are_told(world, token, now):
    number = "+8613900000777"
    said = token("POST", f"/api/v1/parties/{world.merchant.ref}/set-phone", {"phone": number})
    assert said.status_code == 200, said.content

    def codes(at):
        accounts.ask_access_link(address=number, now=at, source="203.0.113.7")
        send_access_links(now=at)
        return AccessLink.objects.filter(sent_to=number).count()

    at = clock.now()
    assert codes(at) == 0
    assert told(world.alice.user_id)[-1] == "How the platform reaches your shop was changed. Look whether it was you."
    link = {"party": world.merchant, "sent_to": number, "created_at": at, "expires_at": at + timedelta(minutes=9)}
    asked = AccessLink.request.field.related_model.objects.first()
    assert_refused(
        "access_link_is_sent_to_the_contact_of_record",
        lambda: AccessLink.objects.create(ref="lnk_x", request=asked, **link),
    )
    assert codes(at + timedelta(days=3, minutes=1)) == 1
    rows = Party.objects.filter(pk=world.merchant.pk)
    assert_refused("another_number_waits", lambda: rows.update(phone="+8613900000778"))


def test_once_no_owner_is_left_the_back_end_names_no_number(world, token):
    end(token, world.merchant, world.alice)
    said = token("POST", f"/api/v1/parties/{world.merchant.ref}/set-phone", {"phone": "+8613900000777"})
    assert said.status_code == 409


@pytest.mark.parametrize("role", ["agent", "agent_full"])
def test_a_back_end_makes_no_agent(world, token, role):
    answer = token("POST", members(world.merchant), {"username": "planted", "role": role, "password": PASSWORD})
    assert answer.status_code == 400


def test_a_back_end_changes_neither_the_account_nor_the_address_of_an_owner(world, token):
    """It names them again with an address and a password of its own, and asks under the party's number."""
    user = User.objects.get(pk=world.alice.user_id)
    body = {"username": user.username, "role": "owner", "email": "thief@example.org", "password": PASSWORD}
    assert token("POST", members(world.merchant), body).status_code == 201
    party = {"external_ref": world.merchant.external_ref, "kind": "MERCHANT", "name": world.merchant.name}
    assert token("POST", "/api/v1/parties", party | {"email": "thief@example.org"}).status_code == 409

    again = User.objects.get(pk=user.pk)
    assert (again.email, again.password, again.is_active) == (user.email, user.password, True)
    assert Party.objects.get(pk=world.merchant.pk).email == world.merchant.email
    for path in (f"/api/v1/users/{user.ref}/deactivate", f"/api/v1/parties/{world.merchant.ref}/email"):
        assert token("POST", path, {"email": "thief@example.org"}).status_code == 404


def test_another_address_is_told_at_the_old_one(world, today, django_capture_on_commit_callbacks):
    client = browser(member_of_staff(today, "administrator"), shown=True)
    for row, place in ((User.objects.get(pk=world.bob.user_id), "user"), (world.merchant, "party")):
        type(row).objects.filter(pk=row.pk).update(email=f"old-{place}@example.org")
        path = f"/admin/accounts/{place}/{row.pk}/change/"
        form = client.get(path).context["adminform"].form
        values = {name: form[name].value() or "" for name in form.fields if form[name].value() is not False}
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(path, values | {"email": f"new-{place}@example.org"})
        assert answer.status_code == 302, answer.context["adminform"].form.errors
        assert [one.to for one in mail.outbox] == [[f"old-{place}@example.org"]]
        mail.outbox.clear()
        whose = {place: row}
        record = AccountRecord.objects.get(**whose)
        last = Event.objects.filter(case_kind="account_record", case_id=record.pk).order_by("-sequence").first()
        assert (last.type, last.facts) == ("account_record.contact_changed", {"what": "email"})
