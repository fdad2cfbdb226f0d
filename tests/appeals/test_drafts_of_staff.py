"""What a reviewer typed and has not sent is kept for them alone, until it is sent or the case is not theirs."""

from datetime import timedelta

import pytest
from django.urls import reverse

from appeals import commands as appeals
from appeals.models import Appeal
from casework import clock
from casework.models import WorkDraft
from tests import factories as make
from tests.laws import assert_refused, insert
from tests.pages import Form, browser, living, text_of

pytestmark = pytest.mark.once

WORDS = "The photo shows another listing."


now = living(hours=2)


@pytest.fixture
def appeal(world):
    filed = make.file(world.alice, world.notice(), now=clock.now() - timedelta(hours=1))
    appeals.claim_appeal(actor=world.rita, ref=filed.ref, now=clock.now())
    return filed


def url(name, appeal):
    return reverse(f"workbench:{name}", args=[appeal.ref])


def saved(client, appeal, **typed):
    """What the page's script sends while somebody types."""
    form = Form(text_of(client.get(url("case", appeal))), "work").fields
    return client.post(url("draft", appeal), form | typed, headers={"Accept": "application/json"})


def shown(who, appeal):
    page = text_of(browser(who).get(url("case", appeal)))
    return page, Form(page, "work").fields


def lock_first_view(client, appeal):
    for subject in appeals.pieces_of(appeal):
        client.post(url("open", appeal), {"subject": subject})
    appeal.refresh_from_db()
    typed = {"version": appeal.version, "first_outcome": "UPHELD", "confidence": "low", "note": WORDS}
    assert client.post(url("first-view", appeal), typed).status_code == 302


def test_what_is_typed_for_a_first_view_is_there_again_until_it_is_locked(world, appeal):
    client = browser(world.rita)

    assert saved(client, appeal, first_outcome="VARIED", note=WORDS).json().keys() == {"saved_at"}
    page, fields = shown(world.rita, appeal)
    assert "draft-restored" in page
    assert (fields["first_outcome"], fields["note"]) == (["VARIED"], [WORDS])

    lock_first_view(client, appeal)
    assert not WorkDraft.objects.exists()
    assert "draft-restored" not in shown(world.rita, appeal)[0]


def test_a_decision_is_kept_with_whatever_is_pressed_and_gone_when_it_is_sent(world, appeal):
    client = browser(world.rita)
    lock_first_view(client, appeal)

    form = shown(world.rita, appeal)[1] | {"reasons": WORDS, "fact-0-text": "Whose photo?", "add": "fact"}
    client.post(url("edit", appeal), form)
    assert shown(world.rita, appeal)[1]["reasons"] == [WORDS]
    assert client.post(url("check", appeal), form | {"reasons": WORDS + " Look."}).status_code == 400
    assert shown(world.rita, appeal)[1]["reasons"] == [WORDS + " Look."]

    make.decide(world.rita, Appeal.objects.get(pk=appeal.pk), now=clock.now())
    assert not WorkDraft.objects.exists()


def test_nobody_else_reads_or_writes_a_draft(world, appeal):
    saved(browser(world.rita), appeal, note=WORDS)

    for who in (world.carl, world.rosa):
        assert WORDS not in text_of(browser(who).get(url("case", appeal)))
    assert WORDS not in text_of(browser(world.alice).get(f"/appeals/{appeal.ref}/"))
    for who, status in ((world.carl, 403), (world.alice, 403), (world.rosa, 409)):
        answer = browser(who).post(url("draft", appeal), {"note": "x"}, headers={"Accept": "application/json"})
        assert answer.status_code == status, who.ref
    [row] = WorkDraft.objects.all()
    assert row.typed_by == world.rita.ref
    assert_refused("work_draft_is_one_per_case_and_person", lambda: insert(row))


@pytest.mark.parametrize("ending", ["released", "taken over", "withdrawn"])
def test_a_draft_ends_with_the_hold(world, appeal, ending):
    saved(browser(world.rita), appeal, note=WORDS)

    later = clock.now() + timedelta(days=1)
    if ending == "released":
        appeals.release_appeal(actor=world.rita, ref=appeal.ref, now=clock.now(), reason="Not my subject.")
    elif ending == "taken over":
        appeals.claim_appeal(actor=world.rosa, ref=appeal.ref, now=later)
    else:
        appeals.withdraw_appeal(actor=world.alice, ref=appeal.ref, now=clock.now())
    assert not WorkDraft.objects.exists()


def test_a_hold_that_ran_out_and_is_taken_again_keeps_its_draft(world, appeal):
    saved(browser(world.rita), appeal, note=WORDS)
    appeals.claim_appeal(actor=world.rita, ref=appeal.ref, now=clock.now() + timedelta(days=1))
    assert shown(world.rita, appeal)[1]["note"] == [WORDS]
