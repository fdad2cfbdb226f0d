"""The console's pages of automation, and the second look: what each role may press, what it says, what it hides."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from appeals import commands as appeals
from appeals.models import Appeal, AuditView, TriageSuggestion
from casework import clock
from casework.formats import deadline_text
from tests import factories as make
from tests.pages import browser, living, text_of
from triage import commands as triage
from triage.models import (
    AutomationPolicy,
    AutomationPolicyRecord,
    Certificate,
    CertificateRevocation,
    CertificationAttempt,
)

pytestmark = pytest.mark.once

SCOPE = {"measure_type": "delist", "ground": "facts_wrong"}


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


now = living(hours=2)


@pytest.fixture
def every_lot_is_drawn(monkeypatch):
    monkeypatch.setattr("triage.commands.closing.lot_of", lambda *_: 0)


def url(name: str, *args: str) -> str:
    return reverse(f"triage:{name}", args=args)


def closed(world, *, by=None, party=None, statement="", **suggested) -> Appeal:
    said = statement or make.own_words()
    notice = world.notice(party)
    appeal = make.file(by or world.alice, notice, now=world.now, review="system_first", statement=said)
    make.suggested(appeal, now=world.now, **suggested)
    return triage.finalise_automatically(appeal_id=appeal.pk, now=world.now)


def decided(reviewer, appeal, **more) -> Appeal:
    now = clock.now() - timedelta(hours=1)
    return make.decide(reviewer, make.ready_to_decide(reviewer, appeal, now=now), now=now, **more)


# — policies —


def test_compliance_sets_a_policy_and_reads_what_follows_from_it(world):
    client = browser(world.carl)
    answer = client.post(url("automation-policy"), SCOPE | {"mode": "restore"}, follow=True)

    policy = AutomationPolicy.objects.get()
    assert (policy.measure_type_id, policy.ground, policy.mode) == ("delist", "facts_wrong", "restore")
    assert policy.set_by_id == world.carl.user_id
    assert "closes nothing: no certificate is in force" in text_of(answer)

    make.switch_on(world.carl, now=world.now)
    assert "a certificate is in force" in text_of(client.get(url("automation")))
    client.post(url("automation-policy"), SCOPE | {"mode": "off"})
    policy.refresh_from_db()
    assert policy.mode == "off"


def test_who_set_what_and_when_stays_on_record(world):
    client = browser(world.carl)
    for mode in ("restore", "off", "restore"):
        client.post(url("automation-policy"), SCOPE | {"mode": mode})

    kept = AutomationPolicyRecord.objects.order_by("pk")
    assert [(row.mode, row.set_by_id) for row in kept] == [
        (mode, world.carl.user_id) for mode in ("restore", "off", "restore")
    ]
    assert len({row.set_at for row in kept}) == 3
    assert AutomationPolicy.objects.get().set_at == kept.last().set_at


def test_a_second_attempt_is_refused_before_any_case_is_scored(world, monkeypatch):
    attempted(world, monkeypatch, right=30)
    monkeypatch.setattr("triage.queries.certification.file_in_use", dict)
    monkeypatch.setattr(
        "triage.queries.certification.service.learnt_until",
        lambda **_k: ("t1", make.MODEL_HASH, "2020-01-01T00:00:00+00:00"),
    )
    monkeypatch.setattr("console.triage.automation.proofs_for", lambda *_a, **_k: pytest.fail("cases were scored"))

    answer = browser(world.carl).post(url("certification-attempt"), SCOPE | {"alpha": "50", "delta": "50"})

    assert answer.status_code == 409
    assert "less than thirty days ago" in text_of(answer)
    assert CertificationAttempt.objects.count() == 1


def test_overdue_second_looks_are_said_on_both_pages(world, every_lot_is_drawn, settings):
    settings.AUDIT_DAYS = 0
    certificate = make.switch_on(world.carl, now=world.now)
    closed(world)

    for page in (url("automation"), url("certificate", certificate.ref)):
        said = text_of(browser(world.carl).get(page))
        assert "Set aside for now" in said
        assert "second looks that were drawn have waited too long" in said


@pytest.mark.parametrize("wrong", [{"mode": "uphold"}, {"measure_type": "no-such"}, {"ground": ""}, {"ground": "\x00"}])
def test_a_policy_of_nothing_known_is_refused_beside_its_field(world, wrong):
    answer = browser(world.carl).post(url("automation-policy"), SCOPE | {"mode": "restore"} | wrong)

    assert answer.status_code == 400
    assert f'href="#policy-{next(iter(wrong))}"' in text_of(answer)
    assert not AutomationPolicy.objects.exists()


@pytest.mark.parametrize("who", ["rita", "sara", "alice"])
def test_nobody_else_sets_proves_signs_or_revokes(world, who):
    certificate = make.certificate(world.carl, now=world.now)
    client = browser(getattr(world, who))

    for page in (url("automation"), url("certificate", certificate.ref)):
        assert client.get(page).status_code == 404
    for press in (url("automation-policy"), url("certification-attempt")):
        assert client.post(press, SCOPE | {"mode": "off", "alpha": "50", "delta": "50"}).status_code in (403, 404)
    for step in ("sign-certificate", "revoke-certificate"):
        assert client.post(url(step, certificate.ref), {"note": "x"}).status_code == 404
    assert not AutomationPolicy.objects.exists()
    assert CertificationAttempt.objects.count() == 1
    assert certificate.signatures.count() == 1
    assert not CertificateRevocation.objects.exists()


# — attempts —


def attempted(world, monkeypatch, **proofs):
    monkeypatch.setattr("console.triage.automation.proofs_for", lambda *_a, **_k: make.proofs(world.now, **proofs))
    return browser(world.carl).post(url("certification-attempt"), SCOPE | {"alpha": "50", "delta": "50"}, follow=True)


def test_an_attempt_that_proves_leads_to_its_certificate_and_shows_its_numbers(world, monkeypatch):
    answer = attempted(world, monkeypatch, right=198, wrong=2)

    certificate = Certificate.objects.get()
    assert answer.redirect_chain[-1][0] == url("certificate", certificate.ref)
    said = text_of(answer)
    for words in ("Waits for two signatures", certificate.model_hash, "200 (100%)", "90%", "5%"):
        assert words in said
    made = CertificationAttempt.objects.get()
    assert (made.pool, made.usable, made.n, made.k, made.alpha_permille) == (200, 200, 200, 2, 50)
    listed = text_of(browser(world.carl).get(url("automation")))
    assert "200 usable of 200" in listed
    assert "2 / 200" in listed
    assert "attempt 1: 3.035%" in listed
    assert "3.035%: it was attempt 1 for this measure and ground" in said


@pytest.mark.parametrize(
    ("proofs", "why"),
    [
        ({"right": 30}, "Too few: 30 cases of 50% and more; at least 137 are needed."),
        ({"right": 180, "wrong": 40}, "Too many errors: 40 among the 220 surest cases."),
    ],
)
def test_an_attempt_that_proves_nothing_says_why(world, monkeypatch, proofs, why):
    answer = attempted(world, monkeypatch, **proofs)

    assert "Nothing could be proved." in text_of(answer)
    assert why in text_of(answer)
    assert not Certificate.objects.exists()


def test_an_attempt_without_a_model_is_refused_on_the_page(world, settings, tmp_path):
    settings.TRIAGE_MODEL_DIR = tmp_path
    without = browser(world.carl).post(url("certification-attempt"), SCOPE | {"alpha": "50", "delta": "50"})
    assert without.status_code == 400
    assert "No usable model is in use" in text_of(without)


# — one certificate —


def test_two_different_people_sign_it_and_one_may_not_sign_twice(world):
    certificate = make.certificate(now=world.now, by=world.carl)
    carl, ada = browser(world.carl), browser(make.staff("administrator", now=world.now, name="ada"))
    page, press = url("certificate", certificate.ref), url("sign-certificate", certificate.ref)

    assert "You signed the certificate." in text_of(carl.post(press, follow=True))
    assert 'data-testid="sign"' not in text_of(carl.get(page))
    assert "Somebody else has to sign too." in text_of(carl.get(page))
    twice = carl.post(press)
    assert twice.status_code == 409
    assert "You have signed already." in text_of(twice)
    assert certificate.signatures.count() == 1

    assert "In force" in text_of(ada.post(press, follow=True))
    assert certificate.signatures.count() == 2
    assert 'data-testid="sign"' not in text_of(ada.get(page))


def test_it_is_revoked_with_a_reason_and_not_without(world):
    certificate = make.switch_on(world.carl, now=world.now)
    client, press = browser(world.carl), url("revoke-certificate", certificate.ref)

    empty = client.post(press, {"note": "  "})
    assert empty.status_code == 400
    assert 'href="#note"' in text_of(empty)
    assert not CertificateRevocation.objects.exists()

    said = text_of(client.post(press, {"note": "The rule was changed today."}, follow=True))
    assert CertificateRevocation.objects.get().note == "The rule was changed today."
    assert "The rule was changed today." in said
    assert 'data-testid="revoke"' not in said
    assert client.post(press, {"note": "again"}).status_code == 409


def test_its_audits_say_how_the_system_was_wrong(world, every_lot_is_drawn):
    certificate = make.switch_on(world.carl, now=world.now)
    for outcome in ("OVERTURNED", "UPHELD"):
        one = closed(world)
        triage.record_audit_view(actor=world.rita, ref=one.ref, outcome=outcome, note="看过。", now=clock.now())

    said = text_of(browser(world.carl).get(url("certificate", certificate.ref)))
    assert "rightly closed" in said
    assert "wrongly closed: the measure should have stood" in said
    assert "1 / 2" in said


# — the second look —


def test_a_reviewer_gets_the_oldest_case_blind_and_is_told_afterwards(world, every_lot_is_drawn):
    make.switch_on(world.carl, now=world.now)
    appeal = closed(world, statement="我店从未卖过这件商品，请看一下附件里的进货单。")
    client = browser(world.rita)
    start = text_of(client.get(url("second-looks")))
    assert url("second-look", appeal.ref) in start

    shown = text_of(client.get(url("second-look", appeal.ref)))
    assert "我店从未卖过这件商品，请看一下附件里的进货单。" in shown
    assert appeal.notice.facts in shown
    decided = Appeal.objects.get(pk=appeal.pk).decision
    for secret in (appeal.number, appeal.notice.number, decided.reasons, decided.check_code, "Timeline"):
        assert secret not in shown
    assert not re.search(r"\bt1\b", shown)  # the model's name; a token may hold these letters
    assert "checked>" not in shown

    answer = client.post(
        url("second-look", appeal.ref), {"outcome": "UPHELD", "note": "The picture is theirs."}, follow=True
    )
    assert "The system had closed this case wrongly: you would have kept the measure." in text_of(answer)
    view = AuditView.objects.get()
    assert (view.outcome, view.error_class, view.reviewer_id) == ("UPHELD", "kept", world.rita.user_id)
    assert "No case waits for your second look." in text_of(client.get(url("second-looks")))
    assert client.get(url("second-look", appeal.ref)).status_code == 404


def test_a_case_that_a_person_decided_looks_the_same_and_is_told_apart_only_afterwards(
    world, every_lot_is_drawn, monkeypatch
):
    monkeypatch.setattr("appeals.commands.decide._is_drawn", lambda *_: True)
    make.switch_on(world.carl, now=world.now)
    same = "我店从未卖过这件商品，请看一下附件里的进货单。"
    by_system = closed(world, statement=same)
    mine = make.file(world.alice, world.notice(), now=world.now, statement=same)
    decided(world.rosa, mine, outcome="UPHELD")
    client = browser(world.rita)

    def page(ref):
        said = text_of(client.get(url("second-look", ref))).replace(ref, "")
        listing = Appeal.objects.get(ref=ref).notice.measures.get().object_ref
        assert listing in said
        said = said.replace(listing, "")  # each is of a listing of its own
        return said.partition("<main")[2].partition('name="csrfmiddlewaretoken"')[0]

    assert page(by_system.ref) == page(mine.ref)
    told = text_of(client.post(url("second-look", mine.ref), {"outcome": "UPHELD", "note": "Right."}, follow=True))
    assert "A person had decided this case, as you would have." in told


def test_a_reduced_measure_is_shown_as_it_was_taken(world, monkeypatch):
    monkeypatch.setattr("appeals.commands.decide._is_drawn", lambda *_: True)
    appeal = make.file(world.alice, world.notice(), now=world.now)
    client = browser(world.rita)
    decided(world.rosa, appeal, outcome="UPHELD")
    measure = appeal.notice.measures.get()
    ends, reduced = world.now + timedelta(days=90), world.now + timedelta(days=1, minutes=7)
    type(measure).objects.filter(pk=measure.pk).update(original_ends_at=ends, ends_at=reduced)
    shown = text_of(client.get(url("second-look", appeal.ref)))
    assert deadline_text(ends) in shown
    assert deadline_text(reduced) not in shown


def test_a_second_look_without_an_outcome_or_a_reason_keeps_what_was_typed(world, every_lot_is_drawn):
    make.switch_on(world.carl, now=world.now)
    appeal = closed(world)
    client = browser(world.rita)

    answer = client.post(url("second-look", appeal.ref), {"outcome": "", "note": "Typed with care."})
    assert answer.status_code == 400
    assert 'href="#outcome"' in text_of(answer)
    assert "Typed with care." in text_of(answer)
    answer = client.post(url("second-look", appeal.ref), {"outcome": "VARIED", "note": ""})
    assert 'href="#note"' in text_of(answer)
    assert 'value="VARIED" checked' in text_of(answer)
    assert not AuditView.objects.exists()


def test_too_many_errors_revoke_the_certificate_and_the_page_says_so(world, every_lot_is_drawn):
    certificate = make.switch_on(world.carl, now=world.now)
    wrong = [closed(world), closed(world), closed(world, by=world.eve, party=world.other_merchant)]
    client = browser(world.rita)
    for appeal in wrong:
        page = text_of(browser(world.carl).get(url("certificate", certificate.ref)))
        answer = client.post(url("second-look", appeal.ref), {"outcome": "VARIED", "note": "Half."}, follow=True)
    assert "If 10.0% of its closings were wrong" in page
    assert "before it has closed the 99 cases that are left to it" in page

    assert "their certificate is revoked from now on" in text_of(answer)
    assert CertificateRevocation.objects.get(certificate=certificate).because == "errors"


def test_who_took_part_who_is_no_reviewer_and_who_comes_second_get_no_second_look(world, every_lot_is_drawn):
    make.switch_on(world.carl, now=world.now)
    appeal = closed(world)
    page = url("second-look", appeal.ref)

    assert url("second-look", appeal.ref) not in text_of(browser(world.otto).get(url("second-looks")))
    assert browser(world.otto).post(page, {"outcome": "UPHELD", "note": "x"}).status_code == 403
    for outsider in (world.carl, world.alice):
        assert browser(outsider).get(url("second-looks")).status_code == 403
        assert browser(outsider).get(page).status_code == 403
    browser(world.rita).post(page, {"outcome": "OVERTURNED", "note": "Right."})
    late = browser(world.rosa).post(page, {"outcome": "UPHELD", "note": "My own reason."})
    assert late.status_code == 409
    assert "My own reason." in text_of(late)
    assert AuditView.objects.count() == 1


def test_who_reviews_the_following_round_gets_no_second_look_at_the_first(world, every_lot_is_drawn):
    make.switch_on(world.carl, now=world.now)
    appeal = closed(world)
    following = appeals.demand_human(actor=world.alice, ref=appeal.ref, now=world.now)
    appeals.claim_appeal(actor=world.rita, ref=following.ref, now=clock.now())

    assert browser(world.rita).get(url("second-look", appeal.ref)).status_code == 404
    assert browser(world.rosa).get(url("second-look", appeal.ref)).status_code == 200


# — the appellant's side —


def test_the_appellant_reads_why_and_how_to_reach_a_person(world, every_lot_is_drawn):
    make.switch_on(world.carl, now=world.now)
    said = "截图不是我店的，请看一下附件里的进货单。"
    appeal = closed(
        world,
        statement=said,
        phrases=[{"text": "截图不是我店的", "start": 0, "end": 7, "weight": 1.4}],
        features=[
            {"name": "past.clause", "weight": 0.8},
            {"name": "history.earlier_notices", "weight": -0.4},
            {"name": "text.rest", "weight": 2.0},
            {"name": "days_blocked", "weight": 0.001},
        ],
    )
    client = browser(world.alice)
    detail = text_of(client.get(reverse("appeals:detail", args=[appeal.ref])))
    assert 'data-testid="by-system"' in detail

    letter = text_of(client.get(reverse("appeals:decision", args=[appeal.ref]), {"language": "en"}))
    for words in (
        "Made automatically by a system",
        "The system suggested revoking the measure.",
        "What spoke most for it: what you wrote about documents and other proof; how such appeals ended before.",
        "What spoke most against it: your record with us.",
        "On your record: say so if it is wrong, or why it says nothing about this case.",
        "The single words are not listed",
        "Not used: evidence and pictures; your name, address, nationality and sex",
        "Model: t1.",
        "A person then looks at the whole case anew.",
    ):
        assert words in letter
    assert "截图不是我店的" not in letter.split("The system suggested revoking the measure.")[1]

    answer = client.post(reverse("appeals:demand-human", args=[appeal.ref]), follow=True)
    following = Appeal.objects.get(previous=appeal)
    assert (following.state, following.human_demanded) == ("SUBMITTED", True)
    assert answer.redirect_chain[-1][0] == reverse("appeals:detail", args=[following.ref])


def test_a_letter_of_a_person_explains_no_machine(world):
    appeal = make.file(world.alice, world.notice(), now=world.now)
    TriageSuggestion.objects.create(**make.suggestion_values(appeal, now=world.now))
    decided(world.rita, appeal)

    client = browser(world.alice)
    assert "by-system" not in text_of(client.get(reverse("appeals:detail", args=[appeal.ref])))
    letter = text_of(client.get(reverse("appeals:decision", args=[appeal.ref]), {"language": "en"}))
    assert "The system suggested" not in letter
    assert "Model:" not in letter
