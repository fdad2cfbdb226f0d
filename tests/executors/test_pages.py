"""The pages of an executor's staff, walked without a script: certificates, tests, orders, incidents, figures."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Party
from casework import clock
from executors import commands
from executors.models import Attempt, Certification, Incident, Instruction
from tests.conftest import World
from tests.disputes.building import PDF
from tests.executors import building as build
from tests.executors.seeing import overturned
from tests.pages import Visitor, living

pytestmark = pytest.mark.once


now = living(hours=2)


@pytest.fixture
def worker(firm: build.Firm) -> Visitor:
    return Visitor(firm.person)


def test_staff_of_an_executor_land_on_their_own_start_page(worker):
    answer = worker.client.get("/")

    assert (answer.status_code, answer["Location"]) == (302, "/executor/")
    page = worker.sees("/executor/")
    assert 'href="/executor/incidents/"' in page
    assert 'href="/appeals/"' not in page


def test_each_of_their_pages_leads_to_its_section_of_the_guide(worker):
    guide = worker.sees("/executor/guide/")
    sections = re.findall(r'<section id="([^"]+)"', guide)

    assert sections == ["home", "certifications", "incidents", "quality"]
    for name in sections:
        assert f'href="/executor/guide/#{name}"' in worker.sees(reverse(f"executors:{name}")), name
    assert "/executor/guide/#" not in guide


def test_other_pages_lead_them_back_to_their_own_places(worker):
    assert 'href="/executor/certifications/"' in worker.sees("/notifications/")


def test_a_merchant_and_an_officer_find_none_of_these_pages(world, firm):
    for who in (world.alice, world.bob, world.rita, world.carl):
        for path in ("/executor/", "/executor/certifications/", "/executor/incidents/", "/executor/quality/"):
            Visitor(who).sees(path, status=404)


def test_a_certificate_says_what_becomes_impossible_and_when(world, firm, worker):
    page = worker.sees("/executor/")

    assert 'data-state="VALID"' in page
    assert "deduct, delist" in page
    assert "on you cannot carry out: deduct, delist." in page
    short = build.curriculum(world, now=world.now, level=3, valid_days=12)
    build.certify(firm.person, short, now=world.now)
    page = worker.sees("/executor/")
    assert 'data-state="EXPIRING"' in page
    assert f'href="/executor/training/{short.ref}/"' in page


def test_what_is_over_stands_behind_the_certificate_that_counts(world, firm, worker):
    build.replace_rule(world, effective_from=world.now + timedelta(minutes=1), now=world.now)
    build.certify(firm.person, build.curriculum(world, now=world.now, version="2026-12"), now=world.now)

    page = worker.sees("/executor/")

    assert re.findall(r'data-testid="certificate"\s+data-state="(\w+)"', page) == ["VALID", "REPLACED"]


def test_without_a_certificate_the_page_says_what_to_do_first(world):
    firm = build.in_training(world, now=world.now)

    page = Visitor(firm.person).sees("/executor/")

    assert "You hold no certificate yet" in page
    assert f'href="/executor/training/{firm.curriculum.ref}/"' in page


def test_a_suspended_executor_reads_why_since_when_and_how_to_contest(firm, worker):
    build.suspend(firm, now=clock.now(), reason="抽检发现三件处置的截图与商品不符。")

    page = worker.sees("/executor/")

    assert 'data-testid="standing" data-state="SUSPENDED"' in page
    assert "抽检发现三件处置的截图与商品不符。" in page
    assert "You can contest each finding once" in page
    assert 'data-state="SET_ASIDE"' in page


# — training —


@pytest.fixture
def trainee(world: World) -> build.Firm:
    return build.in_training(world, now=world.now)


def test_answers_are_kept_as_they_are_given_and_found_again(trainee):
    visitor, at = Visitor(trainee.person), f"/executor/training/{trainee.curriculum.ref}/"
    assert "Which words may not be used" in visitor.sees(at)
    visitor.sends(at + "start/")
    visitor.sends(at + "answers/", {"answer-1": "1", "answer-3": "2"})

    page = visitor.sees(at)

    assert page.count(" checked") == 2
    assert 'name="answer-3" value="2" checked' in page
    kept = visitor.posts(at + "answers/", {"answer-2": "0"}, headers={"accept": "application/json"})
    assert set(kept.json()) == {"saved_at"}
    assert Attempt.objects.get().answers == {"1": 1, "2": 0, "3": 2}


def test_no_page_tells_what_is_right_before_the_test_is_handed_in(trainee):
    visitor, at = Visitor(trainee.person), f"/executor/training/{trainee.curriculum.ref}/"
    visitor.sends(at + "start/")

    assert "Meeting a standard is a fact that can be proved." not in visitor.sees(at)


def test_an_unanswered_question_is_pointed_at_and_the_rest_is_kept(trainee):
    visitor, at = Visitor(trainee.person), f"/executor/training/{trainee.curriculum.ref}/"
    visitor.sends(at + "start/")

    page = visitor.sends(at + "finish/", {"answer-1": "1", "answer-2": "1", "answer-4": "1"}, status=400)

    assert "Question 3 has no answer yet." in page
    assert 'href="#question-3"' in page
    assert page.count(" checked") == 3
    assert Attempt.objects.get().finished_at is None


def test_a_passed_test_gives_the_certificate_and_says_question_by_question_why(trainee):
    visitor, at = Visitor(trainee.person), f"/executor/training/{trainee.curriculum.ref}/"
    visitor.sends(at + "start/")
    visitor.sends(at + "finish/", {f"answer-{no}": "1" for no in (1, 2, 3)} | {"answer-4": "0"})

    page = visitor.sees(at)

    assert 'data-testid="result" data-state="PASSED"' in page
    assert "Passed with 75%" in page
    assert page.count("Meeting a standard is a fact that can be proved.") == 4
    assert page.count('data-right="no"') == 1
    assert Certification.objects.get().person == trainee.person


def test_a_failed_test_can_be_sat_again_until_the_day_s_attempts_are_used_up(trainee, settings):
    settings.EXECUTOR_ATTEMPTS_A_DAY = 2
    visitor, at = Visitor(trainee.person), f"/executor/training/{trainee.curriculum.ref}/"
    for left in (1, 0):
        visitor.sends(at + "start/")
        visitor.sends(at + "finish/", {f"answer-{no}": "0" for no in (1, 2, 3, 4)})
        page = visitor.sees(at)
        assert 'data-testid="result" data-state="FAILED"' in page
        assert ('data-testid="start"' in page) is bool(left)
    assert "The attempts of a day are used up." in page


# — incidents —


def test_a_statement_is_handed_in_with_its_file_and_stays_as_written(world, firm, worker):
    number = "shop-4711"
    Party.objects.filter(pk=world.merchant.pk).update(external_ref=number)
    incident = overturned(firm, now=world.now)
    assert "Your turn" in worker.sees("/executor/incidents/")
    at = f"/executor/incidents/{incident.ref}/"
    page = worker.sees(at)
    assert "s***11" in page  # as the API says it
    assert f"{world.merchant.name[:1]}**" not in page
    for secret in (world.merchant.name, number):
        assert secret not in page

    paper = SimpleUploadedFile("queue-log.pdf", PDF, content_type="application/pdf")
    version = str(incident.version)
    worker.sends(at + "explain/", {"explanation": "审核台只显示了缩略图。", "files": [paper], "version": version})

    page = worker.sees(at)
    assert 'data-testid="explanation"' in page
    assert "审核台只显示了缩略图。" in page
    assert 'data-testid="explain-form"' not in page
    assert b"".join(worker.client.get(f"/files/executor/{incident.ref}/1").streaming_content) == PDF
    incident.refresh_from_db()
    assert (str(incident.state), incident.explained_by) == ("EXPLAINED", firm.person)


def test_an_empty_statement_is_refused_beside_its_field_and_a_bad_file_takes_nothing_with_it(world, firm, worker):
    incident = overturned(firm, now=world.now)
    at = f"/executor/incidents/{incident.ref}/"

    version = str(incident.version)
    assert "Say what happened." in worker.sends(at + "explain/", {"explanation": " ", "version": version}, status=400)
    broken = SimpleUploadedFile("notes.txt", b"plain", content_type="text/plain")
    page = worker.sends(at + "explain/", {"explanation": "看漏了。", "files": [broken], "version": version}, status=415)

    assert "看漏了。" in page
    incident.refresh_from_db()
    assert (str(incident.state), incident.files.count()) == ("OPENED", 0)


def test_a_finding_is_contested_once_after_a_page_that_says_what_follows(world, firm, worker):
    incident = overturned(firm, now=world.now)
    commands.explain_incident(actor=firm.actor, ref=incident.ref, explanation="看漏了。", now=clock.now())
    build_find(world, incident)
    at = f"/executor/incidents/{incident.ref}/"
    assert "improper" in worker.sees(at).lower()

    assert "This is possible once and cannot be taken back" in worker.sees(at + "contest/")
    reasons = {
        "reasons": "截图由工具裁剪，人看不到全文。",
        "version": str(Incident.objects.get(pk=incident.pk).version),
    }
    worker.sends(at + "contest/", reasons)

    assert "You contested the finding" in worker.sees(at)
    worker.sees(at + "contest/", status=409)
    incident.refresh_from_db()
    assert str(incident.state) == "CONTESTED"


def build_find(world: World, incident: Incident, **changes: str) -> Incident:
    said = {
        "outcome": "IMPROPER",
        "error_class": "WRONG_FACT",
        "reasons": "只看了缩略图，没有打开原图。",
        "corrective_step": "打开原图后再作决定。",
    } | changes
    return commands.find_incident(actor=world.carl, ref=incident.ref, now=clock.now(), **said)


def test_another_firm_s_and_a_colleague_s_incident_are_not_there_and_a_lead_s_team_s_are(world, firm):
    incident = overturned(firm, now=world.now)
    colleague = build.add_person(firm, now=world.now)
    lead = build.add_person(firm, now=world.now, is_lead=True)
    other = build.active(world, now=world.now, name="别家审核")
    at = f"/executor/incidents/{incident.ref}/"

    for person in (colleague, other.person):
        Visitor(person).sees(at, status=404)
        Visitor(person).sends(at + "explain/", {"text": "不是我。"}, status=404)
        assert incident.number not in Visitor(person).sees("/executor/incidents/")
    page = Visitor(lead).sees(at)
    assert firm.person.code in page
    assert firm.person.user.username not in page


# — instructions —


@pytest.fixture
def order(world: World, firm: build.Firm) -> Instruction:
    return commands.issue_instruction(
        actor=world.carl,
        draft=commands.InstructionDraft(
            executor=firm.ref,
            words="请核对商品88120的详情页，并按规则处置。",
            subject_number="88120",
            measure_type="delist",
            due_at=clock.now() + timedelta(days=2),
        ),
        now=clock.now(),
    )


def test_an_instruction_is_taken_on_and_reported_done_with_what_shows_it(order, worker):
    at = f"/executor/instructions/{order.ref}/"
    assert order.number in worker.sees("/executor/")
    assert "请核对商品88120的详情页" in worker.sees(at)
    worker.sends(at + "acknowledge/")
    assert "Say what shows that it is done." in worker.sends(at + "complete/", {"evidence": ""}, status=400)

    worker.sends(at + "complete/", {"evidence": "19:40 已下架，工单 55120"})

    order.refresh_from_db()
    assert (str(order.state), order.evidence) == ("COMPLETED", "19:40 已下架，工单 55120")
    assert order.number not in worker.sees("/executor/")


def test_a_withdrawn_instruction_says_not_to_carry_it_out(world, order, worker):
    commands.withdraw_instruction(actor=world.carl, ref=order.ref, reason="商品已被商家改正。", now=clock.now())

    assert "Do not carry it out." in worker.sees(f"/executor/instructions/{order.ref}/")
    worker.sends(f"/executor/instructions/{order.ref}/acknowledge/", status=409)


# — figures —


def test_no_rate_is_shown_under_thirty_decided_acts(world, firm, worker):
    overturned(firm, now=world.now)

    page = worker.sees("/executor/quality/")

    assert 'data-testid="figure" data-shown="no"' in page
    assert "There is 1 decision." in page
    assert '<svg class="range"' not in page
    assert Incident.objects.get().number in page


def test_from_thirty_on_the_rate_stands_with_its_range_beside_everybody_s(world, firm, worker, monkeypatch):
    overturned(firm, now=world.now)
    monkeypatch.setattr("executors.measurement.SHOWN_FROM", 1)

    page = worker.sees("/executor/quality/")

    assert "Of 1 decisions 100% overturned what was done (95% range 20.7–100%)." in page
    assert "everybody: 100%" in page
