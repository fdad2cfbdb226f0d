"""The laws of accounts hold in the database, whoever writes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import ApiToken, Installation, Membership, Party, StaffRole, User
from casework.firing import constraint_name
from tests import factories as make
from tests.accounts.conftest import member_of_staff, person, token_of


def refused_by(write) -> str | None:
    """The name of the law that refuses the write."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    return constraint_name(caught.value)


@pytest.mark.parametrize(
    ("change", "law"),
    [
        ({"kind": "GHOST"}, "party_kind_is_known"),
        ({"status": "ASLEEP"}, "party_status_is_known"),
        ({"language": "xx"}, "party_language_is_known"),
    ],
)
def test_a_party(shop, change, law):
    assert refused_by(lambda: Party.objects.filter(pk=shop.pk).update(**change)) == law


def test_a_number_is_one_party_s_of_a_client(shop, client_row, today):
    other = make.make_party(client_row, "MERCHANT", "另一家", now=today)

    broken = refused_by(lambda: Party.objects.filter(pk=other.pk).update(external_ref=shop.external_ref))

    assert broken == "party_external_ref_is_unique_per_client"


def test_another_client_may_use_the_same_number(shop, today):
    row, _actor = make.make_client(today)
    other = make.make_party(row, "MERCHANT", "另一家", now=today)

    assert Party.objects.filter(pk=other.pk).update(external_ref=shop.external_ref) == 1


@pytest.mark.parametrize(
    ("change", "law"),
    [({"language": "xx"}, "user_language_is_known"), ({"officer_code": "R-1"}, "officer_code_names_one_person")],
)
def test_a_person(owner, today, change, law):
    make.make_user("officer", now=today, officer_code="R-1")

    assert refused_by(lambda: User.objects.filter(pk=owner.pk).update(**change)) == law


def test_two_names_differ_in_more_than_case(owner, today):
    other = make.make_user("other", now=today)

    broken = refused_by(lambda: User.objects.filter(pk=other.pk).update(username=owner.username.upper()))

    assert broken == "username_is_unique_whatever_its_case"


@pytest.mark.parametrize(
    ("change", "law"),
    [
        ({"role": "king"}, "membership_stays_as_it_was_granted"),
        ({"ended_at": "before"}, "membership_ends_after_it_starts"),
    ],
)
def test_a_membership(owner, today, change, law):
    if "ended_at" in change:
        change = {"ended_at": today - timedelta(seconds=1)}

    assert refused_by(lambda: Membership.objects.filter(user=owner).update(**change)) == law


def test_a_membership_is_live_once(owner, shop, today):
    values = {"user": owner, "party": shop, "role": "finance", "started_at": today}

    assert refused_by(lambda: Membership.objects.create(**values)) == "membership_is_live_once_per_person_and_party"
    assert Membership.objects.create(**values, ended_at=today).pk
    king = values | {"role": "king", "ended_at": today}
    assert refused_by(lambda: Membership.objects.create(**king)) == "membership_role_is_known"


@pytest.mark.parametrize(
    ("change", "law"),
    [({"role": "king"}, "staff_role_is_known"), ({"ended_at": "before"}, "staff_role_ends_after_it_starts")],
)
def test_a_staff_role(reviewer, today, change, law):
    if "ended_at" in change:
        change = {"ended_at": today - timedelta(seconds=1)}

    assert refused_by(lambda: StaffRole.objects.filter(user=reviewer).update(**change)) == law


def test_a_staff_role_is_live_once(reviewer, today):
    again = lambda: StaffRole.objects.create(user=reviewer, role="reviewer", granted_at=today)  # noqa: E731

    assert refused_by(again) == "staff_role_is_live_once_per_person"


def test_staff_act_for_no_party_whoever_writes(owner, shop, reviewer, today):
    role = {"role": "reviewer", "granted_at": today}
    member = {"party": shop, "role": "staff", "started_at": today}

    assert refused_by(lambda: StaffRole.objects.create(user=owner, **role)) == "staff_act_for_no_party"
    assert refused_by(lambda: Membership.objects.create(user=reviewer, **member)) == "member_of_a_party_is_no_staff"

    ended = StaffRole.objects.create(user=owner, **role, ended_at=today)
    revived = lambda: StaffRole.objects.filter(pk=ended.pk).update(ended_at=None)  # noqa: E731
    assert refused_by(revived) == "staff_act_for_no_party"


@pytest.mark.parametrize(
    ("change", "law"),
    [
        ({"user": None}, "token_belongs_to_one_person_or_one_client"),
        ({"client": "both"}, "token_belongs_to_one_person_or_one_client"),
        ({"password_mark": ""}, "token_of_a_person_is_tied_to_a_password"),
        ({"expires_at": "before"}, "token_expires_after_it_is_made"),
        ({"revoked_at": "before"}, "token_is_revoked_after_it_is_made"),
    ],
)
def test_a_token(owner, client_row, today, change, law):
    token_of(owner, today)
    given = {"both": client_row, "before": today - timedelta(days=1)}
    change = {name: given.get(value, value) for name, value in change.items()}

    assert refused_by(lambda: ApiToken.objects.update(**change)) == law


def test_there_is_one_installation(today):
    Installation.objects.create(created_at=today)

    assert refused_by(lambda: Installation.objects.create(pk=2, created_at=today)) == "installation_is_single"


def test_refs_are_random_and_tell_their_kind(owner, shop, client_row, today):
    refs = {person(shop, today).ref, member_of_staff(today).ref, owner.ref}

    assert len(refs) == 3
    assert {ref[:4] for ref in refs} == {"usr_"}
    assert (shop.ref[:4], client_row.ref[:4]) == ("pty_", "cli_")
    assert min(len(ref) for ref in refs | {shop.ref, client_row.ref}) >= 24
