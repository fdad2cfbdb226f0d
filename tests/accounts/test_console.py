"""What the console opens follows from live roles; grants go through commands; tokens are only looked at."""

import pytest

from accounts.models import ApiClient, ApiToken, Membership, Party, StaffRole, User
from tests import factories as make
from tests.accounts.conftest import actor_of_token, browser, member_of_staff, token_of

pytestmark = [
    pytest.mark.filterwarnings("ignore:Overriding get_action_choices"),  # unfold 0.110 on Django 6.1
    pytest.mark.once,
]
LISTS = ["user", "team", "party", "apiclient", "membership", "staffrole", "apitoken"]


@pytest.fixture
def admin(today):
    return browser(member_of_staff(today, "administrator"), shown=True)


@pytest.mark.parametrize("model", LISTS)
def test_an_administrator_reads_every_list(admin, owner, model):
    assert admin.get(f"/admin/accounts/{model}/").status_code == 200


@pytest.mark.parametrize("model", LISTS)
def test_a_reviewer_reads_none_of_them(reviewer, model):
    assert browser(reviewer, shown=True).get(f"/admin/accounts/{model}/").status_code == 403


@pytest.mark.parametrize("model", LISTS)
def test_compliance_reads_and_changes_nothing(today, owner, model):
    client = browser(member_of_staff(today, "compliance"), shown=True)

    assert client.get(f"/admin/accounts/{model}/").status_code == 200
    assert client.get(f"/admin/accounts/{model}/add/").status_code == 403


def test_a_merchant_is_not_let_in(owner):
    assert browser(owner).get("/admin/").status_code in {302, 403}


def test_tokens_can_neither_be_made_nor_changed_by_hand(admin, owner, today):
    token_of(owner, today)
    row = ApiToken.objects.get()

    page = admin.get(f"/admin/accounts/apitoken/{row.pk}/change/")

    assert row.digest not in page.content.decode()
    assert admin.get("/admin/accounts/apitoken/add/").status_code == 403
    assert admin.post(f"/admin/accounts/apitoken/{row.pk}/change/", {"label": "x"}).status_code == 403
    assert admin.post(f"/admin/accounts/apitoken/{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_nothing_is_deleted(admin, owner, shop):
    assert admin.post(f"/admin/accounts/user/{owner.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin.post(f"/admin/accounts/party/{shop.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=owner.pk).exists()


def test_a_role_is_granted_and_ended(admin, today):
    somebody = make.make_user("new", now=today)

    admin.post("/admin/accounts/staffrole/add/", {"user": somebody.pk, "role": "mediator"})
    granted = StaffRole.objects.get(user=somebody)
    assert granted.granted_by.startswith("usr_")
    assert User.objects.get(pk=somebody.pk).is_staff

    admin.post("/admin/accounts/staffrole/", {"action": "end", "_selected_action": [granted.pk]})

    granted.refresh_from_db()
    assert granted.ended_at is not None
    assert not User.objects.get(pk=somebody.pk).is_staff


def test_a_refusal_is_shown_on_the_form_and_nothing_is_granted(admin, owner):
    page = admin.post("/admin/accounts/staffrole/add/", {"user": owner.pk, "role": "mediator"})

    assert page.status_code == 200
    assert not StaffRole.objects.filter(user=owner).exists()


def test_a_member_is_added_and_ended(admin, shop, today):
    somebody = make.make_user("new", now=today)

    admin.post("/admin/accounts/membership/add/", {"user": somebody.pk, "party": shop.pk, "role": "finance"})
    row = Membership.objects.get(user=somebody)
    admin.post("/admin/accounts/membership/", {"action": "end", "_selected_action": [row.pk]})

    row.refresh_from_db()
    assert row.ended_at is not None
    assert row.ended_by.startswith("usr_")


def test_staff_status_cannot_be_ticked(admin, owner):
    admin.post(
        f"/admin/accounts/user/{owner.pk}/change/",
        {"username": owner.username, "language": "en", "is_active": "on", "is_staff": "on", "is_superuser": "on"},
    )

    owner.refresh_from_db()
    assert owner.language == "en"
    assert (owner.is_staff, owner.is_superuser) == (False, False)


def test_an_officer_is_made_and_a_shop_suspended(admin, shop):
    admin.post(
        "/admin/accounts/user/add/",
        {
            "username": "officer",
            "display_name": "新同事",
            "officer_code": "R-900",
            "usable_password": "true",
            "password1": "quiet-river-stone-9",
            "password2": "quiet-river-stone-9",
        },
    )
    admin.post(
        f"/admin/accounts/party/{shop.pk}/change/", {"name": shop.name, "status": "SUSPENDED", "language": "zh-hans"}
    )

    assert User.objects.get(username="officer").ref.startswith("usr_")
    assert Party.objects.get(pk=shop.pk).status == "SUSPENDED"


def test_a_client_s_token_is_shown_once_and_revoked(admin, today):
    admin.post("/admin/accounts/apiclient/add/", {"name": "back end", "scopes": ["notices:write"], "is_active": "on"})
    row = ApiClient.objects.get(name="back end")
    assert row.scopes == ["notices:write"]

    page = admin.post(
        "/admin/accounts/apiclient/", {"action": "issue_token", "_selected_action": [row.pk]}, follow=True
    )
    plain = "tok_" + page.content.decode().split("tok_", 1)[1][:43]
    assert actor_of_token(plain, now=ApiToken.objects.get().created_at).client_id == row.pk
    assert plain not in admin.get("/admin/accounts/apiclient/").content.decode()

    admin.post("/admin/accounts/apiclient/", {"action": "revoke_tokens", "_selected_action": [row.pk]})
    assert actor_of_token(plain, now=ApiToken.objects.get().created_at) is None
