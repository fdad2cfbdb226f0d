"""Whoever is reported, and everybody else but a person whose look is on record, never learns who gave a tip."""

import json

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from casework import outbox
from casework.models import Event
from notices.models import Notice
from tests import factories as make
from tests.infringements.claiming import picture
from tests.pages import browser, living, text_of
from tests.surfaces.people import token_of, user_of
from tests.tips.tipping import CONTACT, WORDS
from tips import commands
from tips.models import Tip
from tips.queries import tips_for
from webhooks.policies import cases_seen_by

pytestmark = [pytest.mark.django_db, pytest.mark.once]

now = living(minutes=5)
PAGES = ("/", "/notices/", "/appeals/", "/disputes/", "/infringements/", "/tips/", "/notifications/")
REST = ("notices", "appeals", "disputes", "infringements", "tips", "events", "todo", "remedies", "me")
OWN = {"tips_tip", "casework_idempotencykey", "django_session"}


def secrets_of(tipping, tip):
    """What would say who it was, or lead there."""
    consumer = tipping.world.consumer
    return [tip.number, tip.ref, consumer.name, consumer.ref, tipping.bob.ref, CONTACT, WORDS["what"]]


@pytest.fixture
def tips(tipping, now):
    """What led to a measure: a tip of a party, of a stranger and of the back end, each with a file."""
    said = {"files": [picture("shown.png")]}
    made = [tipping.filed(what=WORDS["what"], **said), tipping.of_stranger(files=[picture("other.png")])[0]]
    made.append(tipping.passed_on(files=[picture("third.png")]))
    for each in made:
        tipping.acted(each, object_ref=f"8812-{each.pk}")
    outbox.sweep(now=now)
    return [Tip.objects.get(pk=each.pk) for each in made]


def read(get, addresses):
    return [(address, get(address)) for address in addresses]


def leaks(texts, secrets):
    return [(address, secret) for address, text in texts for secret in secrets if secret in text]


def test_the_reported_party_reads_it_nowhere(tipping, tips, world, now):
    notices = list(Notice.objects.filter(party=world.merchant))
    appeal = make.file(world.alice, notices[0], now=now)
    pages = [*PAGES, *(f"/notices/{n.ref}/" for n in notices), f"/appeals/{appeal.ref}/", "/public-records/"]
    pages += [f"{n}letter/" for n in pages if n.startswith("/notices/ntc_")]
    paths = [*REST, *(f"notices/{n.ref}" for n in notices), f"appeals/{appeal.ref}"]
    paths += [f"appeals/{appeal.ref}/case-file", f"appeals/{appeal.ref}/events"]
    token = {"Authorization": f"Bearer {token_of(user_of(world.alice), now=now)}"}
    rest = Client(headers=token)

    def rest_text(path):
        answer = rest.get(f"/api/v1/{path}")
        return b"".join(answer).decode("utf-8", "replace") if answer.streaming else answer.content.decode()

    for tip in tips:
        secrets = secrets_of(tipping, tip)
        for language in ("en", "zh-hans"):
            alice = browser(world.alice, language)
            texts = read(lambda address, it=alice: it.get(address).content.decode("utf-8", "replace"), pages)
            assert leaks(texts, secrets) == []
        assert leaks(read(rest_text, paths), secrets) == []
        alice = browser(world.alice)
        assert alice.get(f"/tips/{tip.ref}/").status_code == 404
        assert alice.get(f"/files/tips/{tip.ref}/1").status_code == 404
        assert rest.get(f"/api/v1/tips/{tip.ref}").status_code == 404
        assert rest.get(f"/api/v1/tips/{tip.ref}/files/1").status_code == 404
    shown = browser(world.alice).get(f"/notices/{notices[0].ref}/").content.decode()
    assert "Found through a report." in shown


def test_no_table_but_its_own_says_it(tipping, tips, world):
    """Beside its own rows and ledger, and what people were told, nothing in the database says anything of a tip."""
    numbers = [secret for tip in tips for secret in (tip.number, tip.ref, tip.what)]
    found = []
    for model in apps.get_models():
        name = model._meta.db_table
        if name in OWN or name.startswith(("tips_", "accounts_notification")):
            continue
        with connection.cursor() as cursor:
            others = " WHERE case_kind <> 'tip'" if name == "casework_event" else ""
            cursor.execute(f'SELECT * FROM "{name}"{others}')
            text = json.dumps(cursor.fetchall(), default=str, ensure_ascii=False)
        found += [(name, each) for each in numbers if each in text]
    assert found == []
    events = Event.objects.filter(case_kind="tip")
    assert {each.actor_ref for each in events if each.actor_kind == "party"} == {"reporter"}
    told = apps.get_model("accounts.Notification").objects.filter(number__in=[tip.number for tip in tips])
    assert not told.exclude(user_id__in=[tipping.bob.user_id, world.carl.user_id, user_of(tipping.dora).pk]).exists()


def test_staff_see_it_only_after_a_look_that_is_on_record(tipping, tips, world, now):
    carl, dora, tip = browser(world.carl), browser(tipping.dora), tips[0]
    page = f"/workbench/tips/{tip.ref}/"
    name, addresses = world.consumer.name, [page, "/workbench/tips/", "/workbench/tips/?tab=ended"]
    addresses += [f"/workbench/find/?q={tip.number}", f"/workbench/tips/?q={tip.number}"]
    assert leaks(read(lambda a: text_of(carl.get(a)), addresses), [name, world.consumer.ref, tipping.bob.ref]) == []
    assert leaks(read(lambda a: text_of(carl.get(a)), [f"/workbench/tips/{tips[1].ref}/"]), [CONTACT]) == []
    commands.see_tip_reporter(actor=world.carl, ref=tip.ref, why="ASK", now=now)
    assert name in carl.get(page).content.decode()
    assert name not in dora.get(page).content.decode()
    for who in (world.rita, world.eve):
        assert browser(who).get(page).status_code in (403, 404)


def test_the_feed_of_the_back_end_names_only_what_it_passed_on(tipping, tips, world):
    events = [event for tip in tips for event in Event.objects.filter(case_kind="tip", case_id=tip.pk)]
    assert {number for _kind, number in cases_seen_by(world.platform, events)} == {tips[2].pk}
    assert set(tips_for(world.platform)) == {tips[2]}
