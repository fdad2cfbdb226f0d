"""The workbench: who sees what in the queue, nothing of the system's view before one's own, two steps to a decision."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from appeals import commands as appeals
from appeals.models import Appeal, Decision, FirstView, Opening
from casework import clock
from casework.models import Event
from classifier.suggestion import Feature, Phrase, Suggestion
from tests import factories as make
from tests.pages import Form, browser, living, text_of

pytestmark = pytest.mark.once

CANARY = "canary7f3a"
LIKELY = re.compile(r"(?<![\w.:+-])(?:0?\.873|873|87\.3)(?!\w)")
"""The system's probability as a page could say it; not three digits that chance put into a token, a ref or a time."""


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def today(db):
    """The pages read the clock themselves, so this world lives now."""
    return clock.now()


now = living(hours=2)


def url(name: str, appeal: Appeal | None = None) -> str:
    return reverse(f"workbench:{name}", args=[appeal.ref] if appeal else [])


def suggestion(**changes) -> Suggestion:
    values = {
        "queue": f"queue-{CANARY}",
        "overturn_probability": 0.873,
        "closing_probability": 0.5,
        "reach": 0.5,
        "phrases": (Phrase("国标级", 6, 9, 1.5), Phrase(f"phrase-{CANARY}", 0, 3, -0.7)),
        "features": (Feature(f"measure={CANARY}", 0.4), Feature("intercept", -0.2)),
        "score": 1.9,
        "model_version": f"model-{CANARY}",
    }
    return make.suggestion(**values | changes)


@pytest.fixture
def appeal(world, today):
    filed = make.file(world.alice, world.notice(), now=today - timedelta(hours=1))
    appeals.record_triage(appeal_id=filed.pk, suggestion=suggestion(), now=today)
    filed.refresh_from_db()
    return filed


UPHELD = {"outcome-1": "UPHELD", "fact-0-finding": "established", "argument-0-finding": "rejected"}


def decision(appeal: Appeal, **changes) -> dict:
    appeal.refresh_from_db()
    return {
        "version": appeal.version,
        "outcome-1": "OVERTURNED",
        "facts": 1,
        "fact-0-text": "Did the page say national level?",
        "fact-0-finding": "not_established",
        "fact-0-sentence": "The screenshot reads otherwise.",
        "fact-0-burden_on": "platform",
        "arguments": 1,
        "argument-0-text": "The facts are wrong",
        "argument-0-finding": "accepted",
        "argument-0-sentence": "The stored page bears it out.",
        "reasons": "The stored screenshot does not show what the notice says it shows.",
        "rule_application": "Clause 8 forbids absolute terms, and this is none of them.",
    } | changes


def ready(client: Client, appeal: Appeal) -> None:
    """Claimed, every piece opened, first view locked; all through the pages."""
    client.post(url("claim", appeal))
    for subject in appeals.pieces_of(appeal):
        client.post(url("open", appeal), {"subject": subject})
    appeal.refresh_from_db()
    client.post(url("first-view", appeal), {"version": appeal.version, "first_outcome": "UPHELD", "confidence": "low"})
    appeal.refresh_from_db()


def checked(response) -> str:
    found = re.search(r'name="checked" value="([^"]+)"', response.content.decode())
    assert found, text_of(response)
    return unescape(found[1])


# — who sees what —


def test_the_queue_lists_what_the_reviewer_may_take(world, appeal):
    mine = text_of(browser(world.rita).get(url("queue")))
    theirs = text_of(browser(world.otto).get(url("queue")))

    assert appeal.number in mine
    assert appeal.number not in theirs
    assert browser(world.rita).get(url("queue") + "?tab=nonsense").status_code == 404


@pytest.mark.parametrize("name", ["otto", "odile"])
def test_a_conflict_is_refused_with_its_reason_and_changes_nothing(world, appeal, name):
    client = browser(getattr(world, name))
    before = Event.objects.count()

    for answer in (
        client.get(url("case", appeal)),
        client.post(url("claim", appeal)),
        client.get(url("ask", appeal)),
        client.post(url("open", appeal), {"subject": "exhibit:1"}),
        client.post(url("heartbeat", appeal)),
        client.post(url("decide", appeal), decision(appeal)),
        client.post(url("reveal", appeal)),
    ):
        assert answer.status_code == 403
        assert "You took part in this measure" in text_of(answer)
    assert Event.objects.count() == before
    assert not Opening.objects.exists()


def test_next_claims_the_most_urgent_case_and_says_when_there_is_none(world, appeal):
    client = browser(world.rita)

    answer = client.post(url("next"))
    appeal.refresh_from_db()
    assert answer.url == url("case", appeal)
    assert (appeal.state, appeal.reviewer_id) == ("HUMAN_REVIEW", world.rita.user_id)

    nothing = client.post(url("next"), follow=True)
    assert "No case is waiting for you." in text_of(nothing)


def test_oversight_sees_what_is_late_what_nobody_holds_and_who_holds_what(world, appeal, today, monkeypatch):
    held = make.file(world.alice, world.notice(), now=today)
    appeals.claim_appeal(actor=world.rita, ref=held.ref, now=today)
    client = browser(world.carl)

    def numbers(tab: str, **more: str) -> set[str]:
        page = client.get(url("cases"), {"tab": tab, **more})
        return {one.number for one in (appeal, held) if one.number in text_of(page)}

    assert numbers("open") == {appeal.number, held.number}
    assert numbers("unheld") == {appeal.number}
    assert numbers("late") == numbers("ended") == set()
    assert world.rita.at_work["officer_code"] in text_of(client.get(url("cases") + "?tab=open"))
    assert numbers("open", state="HUMAN_REVIEW") == {held.number}
    later = max(appeal.decide_due_at, held.decide_due_at) + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert numbers("late") == {appeal.number, held.number}
    assert browser(world.rita).get(url("cases")).status_code == 403


# — reading —


def test_a_piece_is_shown_only_once_its_opening_is_on_record(world, appeal):
    client = browser(world.rita)
    client.post(url("claim", appeal))

    closed = text_of(client.get(url("case", appeal) + "?piece=exhibit:1"))
    assert "匠心制造" not in closed
    assert "2 not opened" in closed

    opened = text_of(client.post(url("open", appeal), {"subject": "exhibit:1"}, follow=True))
    assert "匠心制造" in opened
    assert "1 not opened" in opened
    assert list(Opening.objects.values_list("subject", flat=True)) == ["exhibit:1"]
    assert client.post(url("open", appeal), {"subject": "suggestion"}).status_code == 404


def test_a_covered_picture_is_not_sent_and_not_opened_before_it_is_asked_for(world, appeal, today):
    picture = BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    picture.seek(0)
    sent = {"file": picture, "name": "a.png", "caption": "The wound"}
    appeals.stage_evidence(actor=world.alice, ref=appeal.ref, now=today, **sent)
    appeals.submit_evidence(actor=world.alice, ref=appeal.ref, now=today)
    client, overseer = browser(world.rita), browser(make.staff("compliance", now=today, name="overseer"))
    client.post(url("claim", appeal))
    file = reverse("workbench:file", args=[appeal.ref, "evidence:1"])
    for each in (client, overseer):
        each.post(reverse("workbench:pictures"), {"pictures": "covered"})

    covered = client.post(url("open", appeal), {"subject": "evidence:1"}, follow=True).content.decode()
    assert "The wound" in covered
    assert 'data-testid="covered"' in covered
    assert (file in covered, client.get(file).status_code) == (False, 404)
    assert not Opening.objects.exists()
    typed = decision(appeal, subject="evidence:1")
    assert file not in client.post(url("open", appeal), typed).content.decode()
    assert not Opening.objects.exists()

    shown = client.post(url("open", appeal) + "?shown=1", {"subject": "evidence:1"}, follow=True).content.decode()
    assert 'data-testid="covered"' not in shown
    assert f'<img src="{file}"' in shown
    assert list(Opening.objects.values_list("subject", flat=True)) == ["evidence:1"]
    kept = client.post(url("edit", appeal), decision(appeal, piece="evidence:1", shown="evidence:1")).content.decode()
    assert f'<img src="{file}"' in kept
    assert '<input type="hidden" name="shown" form="work" value="evidence:1">' in kept
    elsewhere = client.post(url("edit", appeal), decision(appeal, piece="evidence:1", shown="exhibit:1"))
    assert file not in elsewhere.content.decode()
    view = {"first_outcome": "UPHELD", "confidence": "high", "unread_reason": "The rest is a copy."}
    typed = decision(appeal, piece="evidence:1", shown="evidence:1", **view)
    locked = client.post(url("first-view", appeal), typed)
    assert locked.status_code == 302
    assert file in client.get(locked["Location"]).content.decode()
    again = client.get(url("case", appeal) + "?piece=evidence:1").content.decode()
    assert 'data-testid="covered"' in again
    assert file not in again

    read = overseer.get(url("case", appeal) + "?piece=evidence:1").content.decode()
    assert file not in read
    assert file in overseer.get(url("case", appeal) + "?piece=evidence:1&shown=1").content.decode()

    stranger = browser(world.rosa)
    stranger.post(reverse("workbench:pictures"), {"pictures": "covered"})
    assert 'data-testid="covered"' not in stranger.get(url("case", appeal) + "?piece=evidence:1").content.decode()

    client.post(reverse("workbench:pictures"), {"pictures": "shown"})
    assert file in client.get(url("case", appeal) + "?piece=evidence:1").content.decode()


def test_who_does_not_hold_the_case_reads_no_piece(world, appeal):
    page = browser(world.rosa).get(url("case", appeal) + "?piece=exhibit:1")
    assert page.status_code == 200
    assert "匠心制造" not in text_of(page)


@pytest.mark.parametrize("roles", [("reviewer", "senior_reviewer"), ("compliance",), ("administrator",)])
def test_who_oversees_reads_any_piece_without_holding_the_case(world, appeal, today, roles):
    client = browser(make.staff(*roles, now=today, name="overseer"))

    listed = client.get(url("case", appeal))
    shown = client.get(url("case", appeal) + "?piece=exhibit:1")

    assert 'href="?piece=exhibit:1"' in text_of(listed)
    assert 'data-subject="exhibit:1"' in text_of(shown)


def test_opening_a_piece_keeps_what_was_typed(world, appeal):
    client = browser(world.rita)
    ready(client, appeal)

    page = text_of(client.post(url("open", appeal), decision(appeal, subject="statement")))
    assert "The stored screenshot does not show" in page
    assert "The screenshot reads otherwise." in page
    assert "国标级" in page


SWITCHES = [("language=zh-hans", "case"), ("large_text=1", "case")]  # one view serves both
SWITCHES += [("language=zh-hans", "letter"), ("language=zh-hans", "refused")]


@pytest.mark.parametrize(("switch", "at"), SWITCHES)
def test_another_language_or_size_of_text_takes_nothing_that_was_typed(world, appeal, switch, at):
    client = browser(world.rita)
    ready(client, appeal)
    typed = decision(appeal, **({"reasons": ""} if at == "refused" else {}))
    page = text_of(client.get(url("case", appeal)) if at == "case" else client.post(url("check", appeal), typed))
    sent = Form(page, "send" if at == "letter" else "work")
    [to] = [each for each in sent.buttons if switch in each]

    answer = client.post(to, sent.fields | (typed if at == "case" else {}), follow=True)

    assert [status for _at, status in answer.redirect_chain] == [307]
    assert (answer.status_code, "The screenshot reads otherwise." in text_of(answer)) == (200, True)
    assert not Decision.objects.exists()


def test_a_switch_sends_a_form_to_no_foreign_place(world):
    for to in ("//example.com/", "https://example.com/", ""):
        answer = browser(world.rita).post(
            reverse("accounts:set_language") + f"?language=en&again={to}", {"reasons": "x"}
        )
        assert (answer.status_code, answer["Location"]) == (302, "/")


# — nothing of the system's view before one's own —


def test_no_answer_shows_or_even_reads_the_system_view_before_the_first_view(world, appeal):
    client = browser(world.rita)

    def answers():
        yield client.get(url("queue"))
        yield client.get(url("queue") + "?tab=mine")
        yield client.get(url("me"))
        yield client.get(url("case", appeal))
        yield client.post(url("claim", appeal))
        yield client.get(url("case", appeal))
        for subject in ("statement", "exhibit:1"):
            yield client.post(url("open", appeal), {"subject": subject}, follow=True)
        yield client.get(url("case", appeal) + "?piece=suggestion")
        yield client.post(url("heartbeat", appeal), headers={"accept": "application/json"})
        yield client.post(url("heartbeat", appeal))
        yield client.get(url("ask", appeal))
        yield client.post(url("ask", appeal), {"version": appeal.version, "item": "a photograph", "fact": "the label"})
        yield client.post(url("edit", appeal), decision(appeal, add="fact"))
        yield client.post(url("reveal", appeal))
        yield client.post(url("check", appeal), decision(appeal))
        yield client.post(url("decide", appeal), decision(appeal))
        yield client.post(url("first-view", appeal), {"version": appeal.version})
        yield client.post(url("release", appeal), {"version": appeal.version})

    with CaptureQueriesContext(connection) as asked:
        seen = list(answers())
    assert {answer.status_code for answer in seen} <= {200, 302, 400, 404, 409, 412}
    for answer in seen:
        whole = answer.content.decode() + str(answer.headers)
        assert CANARY not in whole
        assert not LIKELY.search(unescape(whole))
    assert not [query for query in asked if "appeals_triagesuggestion" in query["sql"]]
    assert not FirstView.objects.exists()
    assert not Decision.objects.exists()


def test_reveal_is_refused_before_the_first_view(world, appeal):
    client = browser(world.rita)
    client.post(url("claim", appeal))

    refused = client.post(url("reveal", appeal))
    assert refused.status_code == 409
    assert "Lock your own first view" in text_of(refused)
    assert not Opening.objects.filter(subject="suggestion").exists()


def test_after_the_first_view_the_system_view_waits_to_be_asked_for(world, appeal):
    client = browser(world.rita)
    ready(client, appeal)
    assert CANARY not in text_of(client.get(url("case", appeal)))

    page = text_of(client.post(url("reveal", appeal), follow=True))
    assert f"phrase-{CANARY}" in page
    assert f"model-{CANARY}" in page
    assert "The system leans strongly to undoing the measure." in page
    assert "Your first view points the other way." in page
    assert '<mark id="said-6"' in page
    assert "87" not in re.sub(r"<[^>]*>", "", page.split('data-testid="advice"')[1].split("</form>")[0])
    assert Opening.objects.filter(subject="suggestion", reviewer_id=world.rita.user_id).exists()
    assert CANARY not in text_of(browser(world.rosa).get(url("case", appeal)))


def test_a_first_view_needs_its_two_answers_and_is_locked_once(world, appeal):
    client = browser(world.rita)
    client.post(url("claim", appeal))
    appeal.refresh_from_db()

    missing = client.post(url("first-view", appeal), {"version": appeal.version, "note": "I wonder."})
    assert missing.status_code == 400
    assert "Choose what you would do with the measure." in text_of(missing)
    assert "I wonder." in text_of(missing)

    sent = {"version": appeal.version, "first_outcome": "VARIED", "confidence": "medium"}
    unread = client.post(url("first-view", appeal), sent)
    assert unread.status_code == 400
    assert "Not opened yet: the statement, exhibit 1." in text_of(unread)
    assert client.post(url("first-view", appeal), sent | {"unread_reason": "Read on paper."}).status_code == 302
    appeal.refresh_from_db()
    again = client.post(url("first-view", appeal), sent | {"version": appeal.version, "first_outcome": "UPHELD"})
    assert again.status_code == 409
    assert (FirstView.objects.get().outcome, FirstView.objects.get().unread_reason) == ("VARIED", "Read on paper.")


# — deciding —


def test_a_decision_is_checked_read_and_sent(world, appeal):
    client = browser(world.rita)
    ready(client, appeal)

    letter = client.post(url("check", appeal), decision(appeal))
    page = text_of(letter)
    assert letter.status_code == 200
    assert "Your appeal succeeds." in page
    assert page.count('data-testid="letter-') == 2
    assert not Decision.objects.exists()
    appeal.refresh_from_db()
    assert (appeal.state, appeal.notice.state, appeal.notice.remedies.count()) == ("HUMAN_REVIEW", "UNDER_APPEAL", 0)

    sent = client.post(url("decide", appeal), decision(appeal, checked=checked(letter)))
    appeal.refresh_from_db()
    assert sent.url == url("case", appeal)
    assert (appeal.state, appeal.outcome, appeal.decided_by_kind) == ("DECIDED", "OVERTURNED", "HUMAN")
    assert appeal.notice.remedies.count() == 2
    assert appeal.decision.reasons == decision(appeal)["reasons"]
    assert "Take the next case" in text_of(client.get(url("case", appeal)))


def test_a_decision_that_was_not_read_or_was_changed_after_is_not_sent(world, appeal):
    client = browser(world.rita)
    ready(client, appeal)

    unread = client.post(url("decide", appeal), decision(appeal))
    letter = client.post(url("check", appeal), decision(appeal))
    changed = client.post(url("decide", appeal), decision(appeal, checked=checked(letter)) | UPHELD)

    assert "Read the letter before you send it" in text_of(unread)
    assert "Your appeal does not succeed." in text_of(changed)
    assert not Decision.objects.exists()


def test_a_decision_with_gaps_comes_back_with_words_beside_each(world, appeal):
    client = browser(world.rita)
    ready(client, appeal)

    page = client.post(
        url("check", appeal),
        decision(appeal, **{"outcome-1": "VARIED", "ends_at-1": "soon", "fact-0-sentence": "", "reasons": "No."}),
    )
    assert page.status_code == 400
    assert "Give the new end as a date and a time." in text_of(page)

    page = client.post(
        url("check", appeal),
        decision(appeal, **{"outcome-1": "VARIED", "fact-0-sentence": "", "reasons": "No."}),
    )
    words = text_of(page)
    assert "Say what the measure is reduced to." in words
    assert "Give the reason in a sentence." in words
    assert '<a href="#reasons">Reasons: Write it in your own words' in words
    assert ">No.</textarea>" in words


def test_rows_are_added_without_losing_any(world, appeal):
    client = browser(world.rita)
    ready(client, appeal)

    page = text_of(client.post(url("edit", appeal), decision(appeal, add="fact")))
    assert 'name="fact-1-text"' in page
    assert "Did the page say national level?" in page
    letter = client.post(url("check", appeal), decision(appeal, facts=2, **{"fact-1-text": "", "fact-1-sentence": ""}))
    assert letter.status_code == 200


def test_a_measure_is_reduced_to_an_amount_and_an_end(world, today):
    both = world.notice(
        measures=[make.measure(today), make.deduction(today)],
        basis=[make.notices.BasisDraft(kind="CLAUSE", rule=world.rule, clause=no) for no in ("8", "9")],
    )
    appeal = make.file(world.alice, both, now=today)
    client = browser(world.rita)
    ready(client, appeal)
    ends = (today + timedelta(days=2)).astimezone(clock.BEIJING).strftime("%Y-%m-%dT%H:%M")
    typed = {"outcome-1": "VARIED", "ends_at-1": ends, "outcome-2": "VARIED", "amount-2": "80.00"}

    letter = client.post(url("check", appeal), decision(appeal, **typed))
    assert "is reduced to ¥80.00" in text_of(letter)
    client.post(url("decide", appeal), decision(appeal, checked=checked(letter), **typed))

    appeal.refresh_from_db()
    assert appeal.outcome == "VARIED"
    assert {r.measure.no: r.amount_minor for r in appeal.decision.rulings.all()} == {1: None, 2: 8000}


def test_who_saw_the_system_view_and_differs_says_where_the_difference_lies(world, appeal):
    client = browser(world.rita)
    ready(client, appeal)
    client.post(url("reveal", appeal))

    silent = client.post(url("check", appeal), decision(appeal, **UPHELD))
    assert "say where the difference lies" in text_of(silent)
    said = client.post(url("check", appeal), decision(appeal, **UPHELD, difference_reason="evidence"))
    assert said.status_code == 200


# — others act meanwhile —


def test_who_lost_the_case_is_told_to_whom_and_keeps_the_text(world, appeal, today):
    client = browser(world.rita)
    ready(client, appeal)
    typed = decision(appeal)
    Appeal.objects.filter(pk=appeal.pk).update(lease_expires_at=today - timedelta(minutes=1))
    appeals.claim_appeal(actor=world.rosa, ref=appeal.ref, now=clock.now())

    lost = client.post(url("check", appeal), typed)
    page = text_of(lost)
    assert lost.status_code == 409
    assert f"Taken over by officer {world.rosa.code}" in page
    assert "The stored screenshot does not show" in page
    assert world.rosa.code in page

    beat = client.post(url("heartbeat", appeal), headers={"accept": "application/json"})
    assert (beat.status_code, beat.json()["officer"]) == (409, world.rosa.code)
    assert not Decision.objects.exists()


def test_whose_hold_ran_out_takes_the_case_again_with_the_text(world, appeal, today):
    client = browser(world.rita)
    ready(client, appeal)
    Appeal.objects.filter(pk=appeal.pk).update(lease_expires_at=today - timedelta(minutes=1))

    lost = client.post(url("check", appeal), decision(appeal))
    assert lost.status_code == 409
    assert "Your hold on this case has run out." in text_of(lost)
    again = client.post(url("claim", appeal), decision(appeal))
    assert again.status_code == 200
    assert "The stored screenshot does not show" in text_of(again)
    assert client.post(url("check", appeal), decision(appeal)).status_code == 200


def test_a_change_meanwhile_is_named_and_the_text_kept(world, appeal, today):
    client = browser(world.rita)
    ready(client, appeal)
    typed = decision(appeal)
    appeals.demand_human(actor=world.alice, ref=appeal.ref, now=today)

    stale = client.post(url("check", appeal), typed)
    page = text_of(stale)
    assert stale.status_code == 412
    assert "A person was demanded" in page
    assert "The stored screenshot does not show" in page
    assert client.post(url("check", appeal), decision(appeal)).status_code == 200


def test_text_survives_even_when_the_case_is_out_of_sight(world, appeal, today):
    client = browser(world.rita)
    client.post(url("claim", appeal))
    Appeal.objects.filter(pk=appeal.pk).update(lease_expires_at=today - timedelta(minutes=1))
    make.ready_to_decide(world.rosa, appeal, now=clock.now())
    make.decide(world.rosa, appeal, now=clock.now())

    gone = client.post(url("decide", appeal), {"version": 1, "reasons": "Long and careful reasons."})
    assert gone.status_code == 404
    assert "Long and careful reasons." in text_of(gone)


# — asking, giving back, late requests —


def test_a_question_is_read_before_it_is_sent(world, appeal):
    client = browser(world.rita)
    client.post(url("claim", appeal))
    appeal.refresh_from_db()
    asked = {"version": appeal.version, "item": "a photograph of the label", "fact": "what it says"}

    read = client.post(url("ask", appeal), asked)
    assert "We need: a photograph of the label, to show what it says." in text_of(read)
    assert appeal.requests.count() == 0
    client.post(url("ask", appeal), asked | {"step": "send"})
    appeal.refresh_from_db()
    assert (appeal.state, appeal.requests.get().item) == ("MORE_NEEDED", asked["item"])
    assert appeal.number in text_of(client.get(url("queue") + "?tab=waiting"))


def test_giving_back_needs_a_reason(world, appeal):
    client = browser(world.rita)
    client.post(url("claim", appeal))

    assert client.post(url("release", appeal), {"reason": " "}).status_code == 400
    client.post(url("release", appeal), {"reason": "end of my shift"})
    appeal.refresh_from_db()
    assert (appeal.state, appeal.reviewer_id) == ("SUBMITTED", None)


@pytest.mark.parametrize(("act", "state"), [("accept", "SUBMITTED"), ("refuse", "LATE_REFUSED")])
def test_a_late_request_is_answered_with_a_reason(world, today, act, state):
    notice = make.issue(
        world.platform,
        make.draft(world.merchant, world.rule, now=today - timedelta(days=200), officer=world.otto.code),
        now=today - timedelta(days=200),
    )
    appeal = make.file(world.alice, notice, now=today, late_reason="I was in hospital.")
    client = browser(world.rita)
    assert appeal.number in text_of(client.get(url("queue") + "?tab=late"))
    assert "I was in hospital." in text_of(client.get(url("case", appeal)))
    assert "匠心制造" in text_of(client.get(url("case", appeal) + "?piece=exhibit:1"))

    answer = url(f"{act}-late", appeal)
    assert answer in text_of(client.get(url("case", appeal)))
    assert client.post(answer, {"version": appeal.version, "answer": " "}).status_code == 400
    client.post(answer, {"version": appeal.version, "answer": "The reason is weighed."})
    appeal.refresh_from_db()
    assert (appeal.state, appeal.late_answer) == (state, "The reason is weighed.")


def test_a_contradiction_is_pointed_at_before_anything_is_sent(world, appeal):
    rita = browser(world.rita)
    ready(rita, appeal)
    page = rita.post(url("check", appeal), decision(appeal, **{"outcome-1": "UPHELD"})).content.decode()

    assert 'data-testid="departure"' in page
    assert "no fact was established" in page
    assert not Decision.objects.exists()
    typed = {"outcome-1": "UPHELD", "departure_reason": "The rule names a second fact that nobody contests."}
    assert typed["departure_reason"] in rita.post(url("check", appeal), decision(appeal, **typed)).content.decode()


def test_the_words_of_an_own_decision_begin_another_of_its_group_and_no_finding_does(world, today):
    """Each is still judged by itself: nothing is chosen beforehand, and nothing shown before one's own view."""
    named = [appeals.NoticeInGroup(world.notice().ref) for _ in range(3)]
    filing = appeals.GroupFiling(ground="facts_wrong", notices=named)
    group = appeals.file_appeal_group(actor=world.alice, filing=filing, now=today - timedelta(hours=1))
    first, second, _third = Appeal.objects.filter(grouped__group=group).order_by("grouped__no")
    make.decide(world.rita, make.ready_to_decide(world.rita, first, now=today), now=today, reasons="页面文字不同。")
    client = browser(world.rita)
    appeals.claim_appeal(actor=world.rita, ref=second.ref, now=today)

    assert "页面文字不同。" not in text_of(client.get(url("case", second) + f"?like={first.ref}"))
    make.open_file(world.rita, second, now=today)
    appeals.record_first_view(actor=world.rita, ref=second.ref, outcome="UPHELD", confidence="high", now=today)
    page = text_of(client.get(url("case", second)))
    assert f"?like={first.ref}" in page
    assert "Number 2 of 3." in page
    drafted = text_of(client.get(url("case", second) + f"?like={first.ref}"))
    assert "页面文字不同。" in drafted
    assert make.points()[0].sentence in drafted
    work = drafted[drafted.index('id="work"') :]
    assert not re.search(r'name="(?:outcome|fact|argument)-\d+(?:-finding)?" value="[^"]+" checked', work)
    assert not Decision.objects.filter(appeal=second).exists()
    # Another's words are not taken over, nor those of a case outside of the group.
    appeals.release_appeal(actor=world.rita, ref=second.ref, now=today)
    assert "页面文字不同。" not in text_of(browser(world.rosa).get(url("case", second) + f"?like={first.ref}"))

    at = reverse("workbench:group", args=[group.ref])
    assert first.number in text_of(client.get(at))
    listed = text_of(browser(world.rosa).get(at))  # who finds no case that somebody else decided
    assert (second.number in listed) > (first.number in listed)
    assert 'data-testid="lead"' not in listed
    assert browser(world.otto).get(reverse("workbench:group", args=[group.ref])).status_code == 404


def test_what_a_reviewer_holds_is_shown_in_pages_the_first_due_first(world, today, monkeypatch):
    monkeypatch.setattr("surfaces.lists.declaring.MOST", 1)
    first, second = (make.file(world.alice, world.notice(officer=""), now=today) for _ in range(2))
    for appeal in (second, first):
        appeals.claim_appeal(actor=world.rita, ref=appeal.ref, now=today)
    client = browser(world.rita)

    page = client.get(url("me")).content.decode()
    assert first.number in page
    assert second.number not in page
    following = client.get(url("me"), {"after": first.ref}).content.decode()
    assert f"?after={first.ref}" in page
    assert second.number in following
    assert first.number not in following
