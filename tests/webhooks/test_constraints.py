"""The laws of webhooks hold for whoever writes past the code."""

from datetime import timedelta

import pytest

from accounts.models import User
from tests.laws import Laws, assert_refused, insert
from tests.webhooks.receiving import endpoint, permit, told
from webhooks import commands
from webhooks.models import TodoTold, WebhookDelivery, WebhookEndpoint, WebhookSecret

LAWS = Laws()


@pytest.fixture
def made(world):
    """An endpoint with one delivery."""
    made = endpoint(world, "https://hooks.example.com/")
    world.notice()
    told(world.now)
    return made


def rows(made):
    return WebhookEndpoint.objects.filter(pk=made.pk)


LAWS.rows(
    webhook_endpoint_state_is_known=lambda made: rows(made).update(state="ELSEWHERE"),
    webhook_endpoint_switched_off_says_why=lambda made: rows(made).update(state="DISABLED"),
    webhook_endpoint_has_an_address=lambda made: insert(made, url="", ref="whe_other", number="W-other"),
    webhook_endpoint_fails_since_its_first_failure=lambda made: rows(made).update(failures=1),
    webhook_endpoint_is_active_once_per_address=lambda made: insert(made, ref="whe_other", number="W-other"),
    webhook_endpoint_keeps_its_owner_and_address=lambda made: rows(made).update(url="https://elsewhere.example.com/"),
    webhook_endpoint_is_kept=lambda made: WebhookEndpoint.objects.filter(pk=made.pk)._raw_delete("default"),
    webhook_secret_is_current_once=lambda made: insert(made.secrets.get(), ref="whk_other", salt="other"),
    webhook_secret_ends_after_it_begins=lambda made: (
        secret := made.secrets.get(),
        insert(secret, ref="whk_other", salt="other", ends_at=secret.created_at - timedelta(seconds=1)),
    ),
    webhook_secret_is_never_changed_nor_revived=lambda made: WebhookSecret.objects.filter(endpoint=made).update(
        salt="mine"
    ),
    webhook_delivery_is_one_per_endpoint_and_event=lambda made: insert(made.deliveries.get(), ref="whd_other"),
    webhook_delivery_state_is_known=lambda made: made.deliveries.update(state="ELSEWHERE"),
    webhook_delivery_without_an_event_is_of_no_case=lambda made: insert(
        made.deliveries.get(), ref="whd_other", event_id=None
    ),
    todo_is_told_by_person_and_party=lambda made: insert(
        TodoTold.objects.create(
            user=User.objects.first(), party=made.client.parties.first(), rests_until=made.created_at
        )
    ),
    webhook_delivery_delivered_says_when=lambda made: made.deliveries.update(state="DELIVERED"),
    webhook_delivery_ends_after_ten_attempts=lambda made: made.deliveries.update(attempts=11),
    webhook_delivery_says_what_it_said=lambda made: made.deliveries.update(body="{}"),
    webhook_attempt_is_to_an_active_endpoint=lambda made: (
        rows(made).update(state="DISABLED", disabled_reason="GONE", disabled_at=made.created_at),
        made.deliveries.update(attempts=1),
    ),
)


@pytest.mark.parametrize("name", sorted(LAWS))
def test_the_database_refuses(name, made):
    assert_refused(name, lambda: LAWS[name](made))


@pytest.mark.parametrize("field", ["client_id", "ref"])
def test_nothing_of_whose_it_is_changes(made, world, field):
    from tests import factories as make

    other, _actor = make.make_client(world.now)
    assert_refused(
        "webhook_endpoint_keeps_its_owner_and_address",
        lambda: rows(made).update(**{field: other.pk if field == "client_id" else "whe_other"}),
    )


def test_a_secret_that_ended_is_not_revived(made, world):
    old = made.secrets.get()
    commands.rotate_secret(actor=permit(world.client), ref=made.ref, now=world.now)
    for end in (None, world.now + timedelta(days=9)):
        assert_refused(
            "webhook_secret_is_never_changed_nor_revived",
            lambda end=end: WebhookSecret.objects.filter(pk=old.pk).update(ends_at=end),
        )


@pytest.mark.parametrize("field", ["ref", "type", "event_id", "endpoint_id"])
def test_nothing_of_what_was_promised_changes(made, world, field):
    commands.send_test(actor=permit(world.client), ref=made.ref, now=world.now)
    other = endpoint(world, "https://other.example.com/")
    values = {"ref": "whd_other", "type": "notice.ended", "event_id": None, "endpoint_id": other.pk}
    assert_refused(
        "webhook_delivery_says_what_it_said",
        lambda: WebhookDelivery.objects.filter(event__isnull=False).update(**{field: values[field]}),
    )
