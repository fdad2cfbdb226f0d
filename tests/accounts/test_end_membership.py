"""What ends stops working with the next request, by session and by token; what is only suspended does not."""

import pytest

from accounts import commands, queries
from accounts.models import ApiToken, Membership, PartyStatus, StaffRole, User
from accounts.policies import active, may_provision
from casework.actor import Via
from casework.errors import ConflictOfInterest, NotAllowed
from tests import factories as make
from tests.accounts.conftest import Caller, actor_of_token, browser, member_of_staff, person, token_of

pytestmark = pytest.mark.once


def end(user: User, today) -> None:
    membership = Membership.objects.get(active(), user=user)
    commands.end_membership(actor=make.CONSOLE, membership=membership, now=today)


def test_the_token_stops_at_once_and_is_revoked(owner, today):
    plain = token_of(owner, today)
    assert Caller(plain).get("me").status_code == 200

    end(owner, today)

    assert Caller(plain).get("me").status_code == 401
    assert ApiToken.objects.get().revoked_at == today


def test_a_later_membership_does_not_revive_it(owner, shop, today):
    plain = token_of(owner, today)
    end(owner, today)

    commands.add_member(actor=make.CONSOLE, party=shop, user=owner, role="owner", now=today)

    assert Caller(plain).get("me").status_code == 401


def test_the_session_stops_at_once(owner, today):
    client = browser(owner)
    assert client.get("/account/").status_code == 200

    end(owner, today)
    answer = client.get("/account/")

    assert answer.status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_token_had_before_reaches_no_one_who_acts_for_nobody(caller, owner, today):
    end(owner, today)

    assert caller.sign_in(owner).status_code == 403
    assert not ApiToken.objects.exists()


def test_another_party_stays(owner, client_row, today):
    other = make.make_party(client_row, "MERCHANT", "山野干货行", now=today)
    commands.add_member(actor=make.CONSOLE, party=other, user=owner, role="manager", now=today)
    plain = token_of(owner, today)

    first = Membership.objects.get(active(), user=owner, role="owner")
    commands.end_membership(actor=make.CONSOLE, membership=first, now=today)

    assert actor_of_token(plain, now=today).parties == {other.pk: "manager"}


def test_a_new_role_in_a_party_ends_the_old_one(owner, shop, today):
    commands.add_member(actor=make.CONSOLE, party=shop, user=owner, role="finance", now=today)

    assert queries.actor_of_user(owner, via=Via.WEB).parties == {shop.pk: "finance"}
    assert Membership.objects.filter(user=owner).count() == 2


def test_a_revoked_staff_role_is_gone_with_the_next_request(reviewer, today):
    client = browser(reviewer, shown=True)
    plain = token_of(reviewer, today, second_factor=True)
    assert client.get("/admin/").status_code == 200

    commands.revoke_staff_role(actor=make.CONSOLE, user=reviewer, role="reviewer", now=today)

    assert client.get("/admin/").headers["Location"].startswith("/account/login/")
    assert Caller(plain).get("me").status_code == 401
    assert User.objects.get(pk=reviewer.pk).is_staff is False


@pytest.mark.parametrize("status", PartyStatus.values)
def test_whatever_a_shop_s_status_is_its_people_act_for_it(owner, shop, today, status):
    commands.set_party_status(actor=make.CONSOLE, party=shop, status=status)
    plain = token_of(owner, today)

    assert queries.actor_of_user(owner, via=Via.WEB).parties == {shop.pk: "owner"}
    assert Caller(plain).get("me").json()["parties"][0]["status"]["code"] == status
    assert Caller(plain).get("notices").status_code == 200


def test_nobody_is_staff_and_acts_for_a_party(owner, shop, reviewer, today):
    with pytest.raises(ConflictOfInterest):
        commands.grant_staff_role(actor=make.CONSOLE, user=owner, role="reviewer", now=today)
    with pytest.raises(ConflictOfInterest):
        commands.add_member(actor=make.CONSOLE, party=shop, user=reviewer, role="owner", now=today)

    assert not StaffRole.objects.filter(user=owner).exists()
    assert not User.objects.get(pk=owner.pk).is_staff
    assert not Membership.objects.filter(user=reviewer).exists()


def test_no_administrator_gives_themselves_a_role(today):
    admin = member_of_staff(today, "administrator")
    actor = queries.actor_of_user(admin, via=Via.ADMIN, session="s")

    with pytest.raises(ConflictOfInterest):
        commands.grant_staff_role(actor=actor, user=admin, role="reviewer", now=today)

    assert queries.actor_of_user(admin, via=Via.ADMIN).roles == {"administrator"}


def test_a_reviewer_makes_no_reviewer(reviewer, today):
    actor = queries.actor_of_user(reviewer, via=Via.ADMIN, session="s")
    somebody = make.make_user("new", now=today)

    with pytest.raises(NotAllowed):
        commands.grant_staff_role(actor=actor, user=somebody, role="reviewer", now=today)

    assert not StaffRole.objects.filter(user=somebody).exists()


def test_a_client_changes_its_own_parties_only(shop, owner, today):
    _other_row, other = make.make_client(today)

    assert isinstance(may_provision(other, party=shop), NotAllowed)
    with pytest.raises(NotAllowed):
        commands.add_member(actor=other, party=shop, user=owner, role="manager", now=today)
    with pytest.raises(NotAllowed):
        commands.set_party_status(actor=other, party=shop, status="CLOSED")
    assert queries.actor_of_user(owner, via=Via.WEB).parties == {shop.pk: "owner"}
    assert person(shop, today, role="finance").ref.startswith("usr_")
