"""Decisions of people judged twice, blind to each other: who sees what before both have judged, and what follows."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.db.models import Q
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from appeals import commands, queries
from appeals.models import AuditView, Calibration, Contest, Decision
from appeals.policies import visible_to
from casework import clock, drawing
from casework.errors import ConflictOfInterest, NotAllowed, NotFound, NotYourTurn
from casework.refs import new_ref
from console.appeals.context import with_guidance
from notices.commands import review_sibling
from notices.models import SharedCause, SiblingReview
from rules.commands import sign_change
from rules.models import CatalogueChange
from tests import factories as make
from tests.pages import Visitor, browser, is_covered, living, text_of
from tests.surfaces.appealing import PNG
from triage import commands as triage
from triage.queries import second_looks_for

pytestmark = pytest.mark.once
now = living(hours=3)
NOTE = "照片里的吊牌与授权书不符。"


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def all_are_drawn(monkeypatch):
    monkeypatch.setattr("appeals.commands.decide._is_drawn", lambda *_: True)


@pytest.fixture
def drawn(world, now, all_are_drawn):
    """Rosa kept a measure; chance drew the decision."""
    return decided(world, world.rosa, now, outcome="UPHELD", reasons="存档照片里的吊牌并非本店授权书所载的那一款。")


def decided(world, by, now, **how):
    appeal = make.file(world.alice, world.notice(officer=""), now=now)
    return make.decide(by, make.ready_to_decide(by, appeal, now=now), now=now, **how)


def look(world, appeal, outcome, *, by=None):
    by = by or world.rita
    return triage.record_audit_view(actor=by, ref=appeal.ref, outcome=outcome, note=NOTE, now=clock.now())


def calibrated(by, appeal, stands, **more):
    said = {"took_part": "Rosa, Rita, Sara", "concluded": "吊牌须与授权书逐项核对。", "stands": stands} | more
    return commands.calibrate(actor=by, ref=appeal.ref, now=clock.now(), **said)


# — what chance draws —


def test_chance_draws_the_share_that_a_clause_promises_and_nobody_finds_out_which(world, now, settings):
    refs = [new_ref("apl_") for _ in range(4_000)]
    drawn = {ref for ref in refs if drawing.is_drawn("decision", ref, permille=50)}
    assert 130 < len(drawn) < 280
    assert drawn < {ref for ref in refs if drawing.is_drawn("decision", ref, permille=200)}
    settings.SECRET_KEY = "another" * 8
    assert drawn != {ref for ref in refs if drawing.is_drawn("decision", ref, permille=50)}
    asked = []
    appeal = make.file(world.alice, world.notice(officer=""), now=now)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "is_drawn", lambda what, ref, permille: asked.append((what, ref, permille)) or True)
        make.decide(world.rosa, make.ready_to_decide(world.rosa, appeal, now=now), now=now)
    assert asked == [("decision", appeal.ref, 50)]
    assert Decision.objects.get(appeal=appeal).is_drawn


# — who sees what, on every surface —


ELSEWHERE = ("media", "_allauth", "accounts", "account")
OTHER_KINDS = {"disputes", "executor", "executors", "infringements", "rules", "tips"}
"""Words in an address before a reference of a kind that no appeal, notice or party has: nobody is answered there."""


def addresses(appeal):
    """Every address that there is, with a reference of its own kind where one is asked for."""

    def walk(patterns, before=""):
        for each in patterns:
            route = before + str(each.pattern)
            if isinstance(each, URLResolver):
                yield from walk(each.url_patterns, route)
            elif isinstance(each, URLPattern):
                yield route, set(each.pattern.converters)

    for route, names in walk(get_resolver().url_patterns):
        words = set(re.split(r"[/_-]", route.partition("<")[0]))
        if "^" in route or "(" in route or route.startswith(ELSEWHERE) or (names and words & OTHER_KINDS):
            continue
        if names <= {"ref", "object_id", "subject", "no"}:
            of = appeal.notice if "notices" in words else appeal.party if "parties" in words else appeal
            values = {"ref": of.ref, "object_id": of.pk, "subject": "statement", "no": 1}
            yield "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda place, of=values: str(of[place[1]]), route)


def read(client, path):
    answer = client.get(path)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, body.decode("utf-8", "replace")


def found(who, appeal, words, tabs=("", "?tab=looks", "?tab=differing", "?tab=appeals")):
    """The addresses at which this person reads any of these words."""
    client = browser(who)
    client.raise_request_exception = False
    places = [*addresses(appeal), *(f"/workbench/decisions/{tab}" for tab in tabs)]
    if client.get("/admin/").status_code != 200:  # one door for all behind it
        places = [path for path in places if not path.startswith("/admin/")]
    places += [f"/workbench/find/?q={word}" for word in (appeal.number, appeal.notice.number, appeal.party.name)]
    assert len(places) > 300
    at = set()
    for path in places:
        status, body = read(client, path)
        if (status == 200 and "?" not in path and 'name="as"' in body) or "?as=csv" in body:
            body += read(client, f"{path}?as=csv")[1]
        body = re.sub(r'value="[^"]*"|“[^”]*”|\?q=[^"&]*', "", body) if "/find/" in path else body  # what was sought
        if any(word in body for word in words):
            at.add(path)
    return at


@pytest.mark.exhaustive  # it asks for every address
def test_the_second_reviewer_reads_nowhere_of_the_case_before_they_judged(world, now, drawn):
    secret = (drawn.number, drawn.notice.number, drawn.decision.reasons, drawn.decision.check_code)
    assert found(world.rita, drawn, secret) == set()
    for who, path in ((world.sara, reverse("workbench:case", args=[drawn.ref])), (world.rosa, "/workbench/decisions/")):
        assert drawn.number in text_of(browser(who).get(path))  # whoever leads, and gives no look, and whoever decided
    shown = text_of(browser(world.rita).get(f"/workbench/second-looks/{drawn.ref}/"))
    assert drawn.notice.facts in shown
    [pushed] = queries.changes_for([world.rita], {drawn.pk: "claimable"}, now=clock.now())[world.rita.person]
    assert pushed == (drawn.ref, "left", None, None)  # what open queues are told
    look(world, drawn, "UPHELD")
    assert drawn.number in text_of(browser(world.rita).get("/workbench/decisions/?tab=looks"))


def test_the_notice_whose_state_says_what_was_decided_is_hidden_until_then(world, now, drawn):
    at = reverse("notices:detail", args=[drawn.notice.ref])
    assert [browser(each).get(at).status_code for each in (world.rita, world.rosa, world.sara)] == [404, 200, 200]
    look(world, drawn, "UPHELD")
    assert browser(world.rita).get(at).status_code == 200


@pytest.mark.exhaustive  # the same
def test_nobody_reads_of_a_draw_before_and_of_the_look_only_who_may_after(world, now, drawn):
    look(world, drawn, "OVERTURNED")
    words = (NOTE, "is_drawn", "drawn for a second look")
    assert found(world.alice, drawn, words) == set()
    assert found(world.rosa, drawn, words) == {reverse("decisions:look", args=[drawn.ref])}
    for who, status in ((world.sara, 200), (world.rita, 404), (world.alice, 403)):
        assert browser(who).get(reverse("decisions:look", args=[drawn.ref])).status_code == status


def test_a_later_round_can_be_taken_as_ever(world, now, drawn):
    again = make.file(world.alice, drawn.notice, now=now + timedelta(minutes=1))
    assert again in type(again).objects.filter(visible_to(world.rita))
    assert drawn.ref in [each.ref for each in second_looks_for(world.rita, now=clock.now())]


def test_whoever_oversees_decided_or_took_part_gives_no_look(world, now, drawn):
    both = make.staff("reviewer", "compliance", now=now)
    for each in (world.sara, world.rosa, both):
        assert second_looks_for(each, now=clock.now()) == []
        with pytest.raises((NotAllowed, ConflictOfInterest)):
            look(world, drawn, "UPHELD", by=each)
    assert [a.ref for a in second_looks_for(world.rita, now=clock.now())] == [drawn.ref]


def test_what_chance_did_not_draw_is_not_looked_at(world, now, monkeypatch):
    monkeypatch.setattr("appeals.commands.decide._is_drawn", lambda *_: False)
    appeal = decided(world, world.rosa, now)
    assert second_looks_for(world.rita, now=clock.now()) == []
    with pytest.raises(NotFound):
        look(world, appeal, "UPHELD")


# — what follows where two differ —


def test_the_decider_contests_once_and_a_third_person_settles_it(world, now, drawn):
    look(world, drawn, "OVERTURNED")
    at = reverse("decisions:look", args=[drawn.ref])
    assert drawn.number in text_of(browser(world.rosa).get("/workbench/decisions/?tab=differing"))
    assert browser(world.rita).get(at).status_code == 404
    said = browser(world.rosa).post(at, {"words": "吊牌是换过的。"}, follow=True)
    assert "吊牌是换过的。" in text_of(said)
    assert "Stand by my decision" not in text_of(said)
    with pytest.raises(NotYourTurn):
        commands.contest_second_look(actor=world.rosa, ref=drawn.ref, words="x", now=clock.now())
    typed = {"took_part": "Rosa, Rita", "stands": "DECISION", "concluded": "决定是对的。", "guidance": ""}
    lead = browser(world.sara)
    assert "吊牌是换过的。" in text_of(lead.get(at))
    assert lead.post(at, typed | {"took_part": ""}).status_code == 400
    assert "决定是对的。" in text_of(lead.post(at, typed, follow=True))
    assert drawn.number not in text_of(lead.get("/workbench/decisions/?tab=differing"))
    assert not SiblingReview.objects.exists()
    assert Calibration.objects.get().recorded_by_id == world.sara.person
    assert Contest.objects.count() == 1
    with pytest.raises(NotYourTurn):
        calibrated(world.sara, drawn, "DECISION")


def test_nobody_settles_their_own(world, now, all_are_drawn):
    appeal = decided(world, world.sara, now, outcome="UPHELD")
    look(world, appeal, "VARIED")
    for each in (world.sara, world.carl, world.rosa):
        with pytest.raises((ConflictOfInterest, NotAllowed, NotFound)):
            calibrated(each, appeal, "DECISION")


def test_where_the_decision_was_too_hard_its_notice_is_looked_at_again_and_can_be_withdrawn(world, now, drawn):
    look(world, drawn, "OVERTURNED")
    calibrated(world.sara, drawn, "SECOND")
    review = SiblingReview.objects.get()
    assert (review.cause_kind, review.notice, review.origin_ref) == (SharedCause.SECOND_LOOK, drawn.notice, drawn.ref)
    compliance = browser(make.staff("compliance", now=now))
    assert drawn.number in text_of(compliance.get(reverse("siblings:sibling", args=[review.ref])))
    officer = make.staff("compliance", now=now)
    review_sibling(actor=officer, ref=review.ref, outcome="CORRECTED", reasons="吊牌相符，处置撤回。", now=clock.now())
    drawn.notice.refresh_from_db()
    assert drawn.notice.state == "REVOKED"
    assert Decision.objects.get(appeal=drawn).outcome == "UPHELD"


def test_where_it_was_too_mild_nothing_changes_for_the_party(world, now, all_are_drawn):
    appeal = decided(world, world.rosa, now, outcome="OVERTURNED")
    look(world, appeal, "UPHELD")
    calibrated(world.sara, appeal, "SECOND")
    assert not SiblingReview.objects.exists()


def test_guidance_stands_beside_the_clause_once_another_person_signed_it(world, now, drawn):
    look(world, drawn, "OVERTURNED")
    done = calibrated(world.sara, drawn, "BOTH", guidance="吊牌与授权书逐项核对。")
    change = CatalogueChange.objects.get(ref=done.guidance_ref)

    def beside():
        appeal = with_guidance(type(drawn).objects.get(pk=drawn.pk))
        return [basis.guidance for basis in appeal.notice.bases.all() if basis.guidance]

    assert beside() == []
    officer = make.staff("compliance", now=now)
    assert "吊牌与授权书逐项核对。" in text_of(browser(officer).get(reverse("catalogues:change", args=[change.ref])))
    with pytest.raises((ConflictOfInterest, NotAllowed, NotFound)):
        sign_change(actor=world.sara, ref=change.ref, now=clock.now())
    sign_change(actor=officer, ref=change.ref, now=clock.now())
    assert beside() == ["吊牌与授权书逐项核对。"]
    other = make.file(world.alice, world.notice(officer=""), now=clock.now())
    commands.claim_appeal(actor=world.rita, ref=other.ref, now=clock.now())
    assert "吊牌与授权书逐项核对。" in text_of(browser(world.rita).get(reverse("workbench:case", args=[other.ref])))


def test_one_s_own_figures_are_one_s_own(world, now, drawn):
    look(world, drawn, "OVERTURNED")
    assert 'data-testid="own-quality"' in text_of(browser(world.rosa).get("/workbench/me/"))
    assert 'data-testid="own-quality"' not in text_of(browser(world.rita).get("/workbench/me/"))
    assert browser(world.rosa).get(reverse("figures:quality")).status_code == 403
    assert AuditView.objects.filter(Q(outcome="OVERTURNED")).count() == 1


def test_pictures_are_covered_where_the_browser_covers_them(world, now, all_are_drawn):
    appeal = make.file(world.alice, world.notice(officer=""), now=now)
    commands.stage_evidence(actor=world.alice, ref=appeal.ref, file=BytesIO(PNG), name="a.png", caption="吊牌", now=now)
    commands.submit_evidence(actor=world.alice, ref=appeal.ref, now=now)
    make.decide(world.rosa, make.ready_to_decide(world.rosa, appeal, now=now), now=now)
    page = reverse("triage:second-look", args=[appeal.ref])
    file = reverse("triage:second-look-file", args=[appeal.ref, "evidence:1"])
    rita = Visitor(world.rita)

    assert not is_covered(rita.sees(page), file)
    rita.client.cookies["workbench_pictures"] = "covered"
    assert is_covered(rita.sees(page), file)
