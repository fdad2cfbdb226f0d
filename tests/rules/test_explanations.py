"""Asking what a clause means and being answered by a date (办法 8(2))."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from casework import clock
from casework.errors import Invalid, NotAllowed, NotFound, NotYourTurn, TooManyRequests
from casework.working_days import Calendar, add_working_days
from rules import commands
from rules.commands.explanations import OPEN_AT_ONCE
from rules.models import Clause, Explanation, RuleVersion
from tests import factories as make
from tests.appeals.test_workbench import browser as staff_browser
from tests.laws import assert_refused
from tests.pages import living

pytestmark = pytest.mark.once


now = living(hours=2)


@pytest.fixture
def clause(world):
    return Clause.objects.filter(version__rule__code=world.rule).first()


def ask(clause, now, actor=None, **more):
    values = {"question": "“等用语”包括哪些？", "contact": "" if actor else "reader@example.com"} | more
    return commands.ask_explanation(actor=actor, clause_id=clause.pk, now=now, **values)


def page(response):
    return response.content.decode()


def test_a_stranger_asks_on_the_page_and_reads_the_answer_there(world, clause, django_capture_on_commit_callbacks):
    reader = Client(headers={"accept-language": "zh-hans"})
    version = clause.version
    assert f"/rules/{world.rule}/{version.number}/explain?clause=8" in page(
        reader.get(f"/rules/{world.rule}/{version.number}/")
    )
    form = f"/rules/{world.rule}/{version.number}/explain?clause=8"
    assert clause.text_zh in page(reader.get(form))
    refused = reader.post(form, {"question": " ", "contact": ""})
    assert refused.status_code == 400
    assert page(refused).count('href="#id_') == 2
    assert not Explanation.objects.exists()

    sent = reader.post(form, {"question": "哪些词不能用？", "contact": "reader@example.com"})
    asked = Explanation.objects.get()
    assert sent["location"] == f"/explanations/{asked.ref}/"
    assert asked.due_at == add_working_days(asked.asked_at, 3, calendar=Calendar.current()).at
    waiting = page(reader.get(sent["location"]))
    assert 'data-testid="waiting"' in waiting
    assert "哪些词不能用？" in waiting

    officer = make.staff("compliance", now=clock.now(), code="C-77")
    console = staff_browser(officer)
    assert asked.number in page(console.get("/workbench/questions/"))
    with django_capture_on_commit_callbacks(execute=True):
        done = console.post(f"/workbench/questions/{asked.ref}/", {"answer": "“最佳”“第一”等都不能用。"})
    assert done["location"] == "/workbench/questions/"
    answered = page(reader.get(sent["location"]))
    assert "“最佳”“第一”等都不能用。" in answered
    assert "C-77" in answered
    assert asked.number not in page(console.get("/workbench/questions/"))
    assert asked.number in page(console.get("/workbench/questions/?tab=done"))
    [message] = mail.outbox
    assert message.to == ["reader@example.com"]
    assert asked.ref in message.body
    assert "最佳" not in message.body


def test_a_signed_in_reader_is_not_asked_for_a_contact(world, clause):
    client = Client()
    client.force_login(User.objects.get(pk=world.alice.user_id), backend="django.contrib.auth.backends.ModelBackend")
    form = f"/rules/{world.rule}/{clause.version.number}/explain?clause=8"
    assert 'name="contact"' not in page(client.get(form))
    assert client.post(form, {"question": "什么意思？"}).status_code == 302
    asked = Explanation.objects.get()
    assert (asked.asked_by_id, asked.contact) == (world.alice.user_id, "")


def test_the_same_question_twice_is_one(clause, now, world):
    assert ask(clause, now).pk == ask(clause, now).pk
    assert ask(clause, now, world.alice).pk == ask(clause, now, world.alice).pk
    assert Explanation.objects.count() == 2


def test_what_is_not_published_and_what_is_nowhere_cannot_be_asked_about(world, clause, now):
    draft = RuleVersion.objects.create(
        rule=clause.version.rule, number="draft", effective_from=now + timedelta(days=900)
    )
    hidden = Clause.objects.create(version=draft, position=1, number="1", text_zh="草稿", text_hash="x")
    with pytest.raises(NotFound):
        ask(hidden, now)
    client = Client()
    for path in (f"/rules/{world.rule}/draft/explain?clause=1", f"/rules/{world.rule}/2026-01/explain?clause=99"):
        assert client.get(path).status_code == 404, path
    assert client.get("/explanations/exp_none/").status_code == 404


def test_nobody_floods_the_queue(world, clause, now):
    for n in range(OPEN_AT_ONCE):
        ask(clause, now, question=f"问题{n}")
    with pytest.raises(TooManyRequests):
        ask(clause, now, question="再问")
    ask(clause, now, world.alice, question="再问")  # somebody else is not kept from asking
    client = Client()
    refused = client.post(
        f"/rules/{world.rule}/{clause.version.number}/explain?clause=8",
        {"question": "再问一次", "contact": "reader@example.com"},
    )
    assert refused.status_code == 429
    assert "再问一次" in page(refused), "what was typed is given back"


def test_readers_without_an_account_do_not_crowd_out_those_with_one(world, clause, now, monkeypatch):
    monkeypatch.setattr("rules.commands.explanations.OPEN_IN_AN_HOUR", 1)
    ask(clause, now, contact="a@example.com")
    with pytest.raises(TooManyRequests):
        ask(clause, now, contact="b@example.com")
    ask(clause, now, world.alice)
    ask(clause, now + timedelta(hours=1, seconds=1), contact="b@example.com")


def test_who_may_answer_and_only_once(world, clause, now):
    asked = ask(clause, now)
    for actor in (world.alice, world.rita, world.platform):
        with pytest.raises(NotAllowed):
            commands.answer_explanation(actor=actor, ref=asked.ref, answer="答", now=now)
    officer = make.staff("compliance", now=now)
    with pytest.raises(Invalid):
        commands.answer_explanation(actor=officer, ref=asked.ref, answer=" \n", now=now)
    commands.answer_explanation(actor=officer, ref=asked.ref, answer="答", now=now)
    with pytest.raises(NotYourTurn):
        commands.answer_explanation(actor=officer, ref=asked.ref, answer="另答", now=now)
    assert Explanation.objects.get().answer == "答"


def test_late_is_said_to_the_reader(world, clause, now):
    asked = ask(clause, now - timedelta(days=20))
    shown = page(Client(headers={"accept-language": "en"}).get(f"/explanations/{asked.ref}/"))
    assert "We are late" in shown
    assert not asked.is_late(asked.due_at)


@pytest.mark.on_both
def test_the_laws_hold_past_the_code(world, clause, now):
    asked = ask(clause, now)
    own = Explanation.objects.filter(pk=asked.pk)
    assert_refused("explanation_stays_what_was_asked_and_answered", lambda: own.update(question="别的"))
    assert_refused("explanation_stays_what_was_asked_and_answered", lambda: own.update(due_at=now + timedelta(days=90)))
    assert_refused("explanation_is_given_in_words_by_somebody_or_not_yet", lambda: own.update(answer="无名"))
    assert_refused("explanation_is_kept", own.delete)
    late = {"ref": "exp_x", "number": "Q-x", "clause": clause, "question": "何意？", "asked_at": now, "due_at": now}
    assert_refused("explanation_is_due_after_it_was_asked_for", lambda: Explanation.objects.create(**late))
    commands.answer_explanation(actor=make.staff("compliance", now=now), ref=asked.ref, answer="答", now=now)
    assert_refused("explanation_stays_what_was_asked_and_answered", lambda: own.update(answer="改"))
    assert_refused("question_contacts_end_by_a_signed_run_alone", lambda: own.update(contact=""))
