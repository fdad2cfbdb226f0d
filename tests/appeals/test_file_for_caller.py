"""An officer of the human line files for somebody on the phone (experience 1.9): it counts like the party's own."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core import mail

from accounts import commands as accounts
from accounts.models import StaffRole, User
from accounts.queries import actor_of_user
from appeals import commands, queries
from appeals.models import Appeal, AppealDraft, AssistedFiling, HumanDemand
from appeals.queries.callers import called_about
from appeals.queries.case_file import write_case_file
from appeals.subscribers import tell_appellant
from casework.actor import Via
from casework.errors import ConflictOfInterest, Invalid, NotAllowed, NotFound, NotYourTurn
from casework.ledger import verify
from casework.models import Event
from helpline.callers import Caller
from tests import factories as make
from tests.appeals.test_workbench import browser
from tests.laws import assert_refused
from triage import commands as triage

pytestmark = pytest.mark.once


LATER = timedelta(minutes=1)


@pytest.fixture
def officer(world, now):
    return make.staff("help_line", now=now, code="H-12")


def caller(world, **more):
    person = User.objects.get(pk=world.alice.user_id).ref
    return Caller(**{"identified_by": "number_on_file", "person": person, "was_read_back": True} | more)


def filed(officer, world, notice, now, **more):
    filing = commands.AppealFiling(ground="facts_wrong", statement="页面写的是“国标级”。", **more)
    return commands.file_appeal(actor=officer, notice_ref=notice.ref, filing=filing, caller=caller(world), now=now)


def also_reviews(officer, now):
    """The same person, who now has the role of a reviewer as well."""
    user = User.objects.get(pk=officer.user_id)
    accounts.grant_staff_role(actor=make.CONSOLE, user=user, role="reviewer", now=now)
    return actor_of_user(user, via=Via.ADMIN, session="ses:test")


def test_it_is_the_partys_appeal_and_says_everywhere_who_took_it_down(world, now, officer):
    notice = world.notice()
    appeal = filed(officer, world, notice, now)
    own = make.file(world.alice, world.notice(), now=now)
    same = ("state", "level", "review", "party_id", "evidence_closes_at", "decide_due_at", "language")
    assert [getattr(appeal, name) for name in same] == [getattr(own, name) for name in same]
    notice.refresh_from_db()
    assert notice.state == "UNDER_APPEAL"

    row = AssistedFiling.objects.get()
    assert (row.officer_id, row.caller_id, row.what) == (officer.user_id, world.alice.user_id, "appeal")
    event = Event.objects.get(case_kind="appeal", case_id=appeal.pk, type="appeal.filed")
    assert (event.actor_kind, event.actor_ref) == ("staff", officer.ref)
    assert event.facts["for_caller"] == "number_on_file"
    assert list(verify()) == []

    page = browser(world.alice).get(f"/appeals/{appeal.ref}/").content.decode()
    assert "H-12" in page
    assert 'data-testid="confirm-filing"' in page
    assert "An officer of the human line submitted the appeal for you." in page
    out = io.BytesIO()
    write_case_file(out, actor=world.alice, ref=appeal.ref, now=now)
    with zipfile.ZipFile(out) as archive:
        [said] = json.loads(archive.read("case.json"))["appeal"]["assisted"]
    assert (said["officer"], said["identified_by"], said["answered_at"]) == ("H-12", "number_on_file", None)
    shown = browser(world.rita).get(f"/workbench/case/{appeal.ref}/").content.decode()
    assert "H-12" in shown


def test_the_party_is_told_and_confirms_or_corrects_once(world, now, officer):
    appeal = filed(officer, world, world.notice(), now)
    User.objects.filter(pk=world.alice.user_id).update(email="alice@example.org")
    tell_appellant(Event.objects.get(case_kind="appeal", case_id=appeal.pk, type="appeal.filed"), now=now)
    assert mail.outbox
    assert "国标级" not in mail.outbox[0].body
    assert "确认" in mail.outbox[0].subject + mail.outbox[0].body
    for stranger, refusal in ((world.bob, NotFound), (officer, NotFound), (world.alice_staff, NotAllowed)):
        with pytest.raises(refusal):
            commands.confirm_filing(actor=stranger, ref=appeal.ref, now=now)
    page = browser(world.alice)
    assert page.get(f"/appeals/{appeal.ref}/confirm-filing/").status_code == 200
    assert page.post(f"/appeals/{appeal.ref}/confirm-filing/", {"correction": "不是3月。"}).status_code == 302
    row = AssistedFiling.objects.get()
    assert (row.correction, row.answered_by_id) == ("不是3月。", world.alice.user_id)
    assert "不是3月。" in browser(world.rita).get(f"/workbench/case/{appeal.ref}/").content.decode()
    assert list(verify()) == []
    with pytest.raises(NotYourTurn):
        commands.confirm_filing(actor=world.alice, ref=appeal.ref, now=now + LATER)
    assert Appeal.objects.get().statement == "页面写的是“国标级”。", "what was taken down stays"
    then = row.answered_at + LATER
    make.decide(world.rita, make.ready_to_decide(world.rita, appeal, now=then), now=then)
    decided = queries.appeal_for(world.alice, appeal.ref)
    said = [line for section in queries.letter_of(decided, language="zh-hans").parts for line in section.lines]
    assert {"申诉由客服代为提交。", "您对代为提交的内容作了更正：不是3月。"} <= set(said)


def test_nothing_is_filed_that_was_not_read_back_or_by_who_has_not_the_role(world, now, officer):
    notice = world.notice()
    filing = commands.AppealFiling(ground="other")
    for wrong in ({"was_read_back": False}, {"identified_by": "voice"}, {"person": "usr_x"}):
        with pytest.raises(Invalid):
            commands.file_appeal(
                actor=officer, notice_ref=notice.ref, filing=filing, caller=caller(world, **wrong), now=now
            )
    for who in (world.bob, world.alice_staff):  # a stranger, and who cannot appeal on the page
        wrong = caller(world, person=User.objects.get(pk=who.user_id).ref)
        with pytest.raises(Invalid):
            commands.file_appeal(actor=officer, notice_ref=notice.ref, filing=filing, caller=wrong, now=now)
    for actor in (world.rita, world.carl, world.alice, world.platform, make.staff("administrator", now=now)):
        with pytest.raises(NotAllowed):
            commands.file_appeal(actor=actor, notice_ref=notice.ref, filing=filing, caller=caller(world), now=now)
    with pytest.raises(NotFound):
        commands.file_appeal(actor=officer, notice_ref=notice.ref, filing=filing, now=now)
    assert not Appeal.objects.exists()


def test_a_demand_taken_down_binds_at_once(world, now, officer):
    appeal = make.file(world.alice, world.notice(), now=now, review="system_first")
    commands.demand_human(actor=officer, ref=appeal.ref, caller=caller(world), now=now)
    appeal.refresh_from_db()
    assert (appeal.state, appeal.human_demanded) == ("SUBMITTED", True)
    assert appeal.demand.demanded_by_id == officer.user_id
    assert AssistedFiling.objects.get().what == "demand"
    commands.demand_human(actor=officer, ref=appeal.ref, caller=caller(world), now=now + LATER)  # twice changes nothing
    assert AssistedFiling.objects.count() == 1
    assert list(verify()) == []


def test_a_demand_after_an_automated_outcome_opens_a_persons_round(world, now, officer):
    make.switch_on(world.carl, now=now)
    appeal = make.suggested(make.file(world.alice, world.notice(), now=now, review="system_first"), now=now)
    triage.finalise_automatically(appeal_id=appeal.pk, now=now)
    following = commands.demand_human(actor=officer, ref=appeal.ref, caller=caller(world), now=now)
    assert (following.round, following.human_demanded) == (2, True)
    assert AssistedFiling.objects.get().appeal_id == following.pk
    assert list(verify()) == []


@pytest.mark.on_both
def test_whoever_took_it_down_never_judges_it(world, now, officer):
    appeal = filed(officer, world, world.notice(), now)
    judge = also_reviews(officer, now)
    assert not queries.queue_for(judge, now=now).exists()
    assert commands.claim_next_appeal(actor=judge, now=now) is None
    with pytest.raises(ConflictOfInterest):
        commands.claim_appeal(actor=judge, ref=appeal.ref, now=now)
    with pytest.raises(ConflictOfInterest):
        queries.appeal_for(judge, appeal.ref)
    own = Appeal.objects.filter(pk=appeal.pk)
    assert_refused(
        "appeal_reviewer_took_nothing_down_in_it",
        lambda: own.update(reviewer_id=judge.user_id),
    )


@pytest.mark.on_both
def test_whoever_decided_the_measure_or_reviews_it_takes_nothing_down(world, now, officer):
    held = make.file(world.alice, world.notice(), now=now)
    commands.claim_appeal(actor=world.rita, ref=held.ref, now=now)
    HumanDemand.objects.create(appeal=held, demanded_by_id=world.rita.user_id, via="admin", demanded_at=now)
    assert_refused(
        "assisted_filing_is_by_nobody_who_judges_it",
        lambda: AssistedFiling.objects.create(
            appeal=held, what="demand", identified_by="document", taken_at=now, officer_id=world.rita.user_id
        ),
    )
    StaffRole.objects.filter(user_id=world.otto.user_id).update(role="help_line")
    decider = actor_of_user(User.objects.get(pk=world.otto.user_id), via=Via.ADMIN, session="ses:test")
    with pytest.raises(ConflictOfInterest):
        called_about(decider, held.notice.number)


def test_only_the_number_leads_to_a_case_and_a_list_to_none(world, now, officer):
    notice = world.notice()
    assert called_about(officer, f" {notice.number.lower()} ").notice.pk == notice.pk
    appeal = make.file(world.alice, notice, now=now)
    assert called_about(officer, appeal.number).latest.pk == appeal.pk
    with pytest.raises(Invalid):
        called_about(officer, "N-20260101-ABCDEFG")
    with pytest.raises(NotAllowed):
        called_about(world.rita, notice.number)
    assert not queries.appeals_for(officer).exists()
    with pytest.raises(NotFound):
        queries.appeal_for(officer, appeal.ref)


def test_the_pages_take_down_read_back_and_file(world, now, officer):
    notice = world.notice()
    AppealDraft.objects.create(
        notice=notice, party_id=notice.party_id, content={"statement": "我写到一半"}, saved_by_id=world.alice.user_id,
        saved_at=now,
    )  # fmt: skip
    console = browser(officer)
    at = "/workbench/phone/"
    found = {"number": notice.number.lower(), "identified_by": "number_on_file"}
    assert console.get(at).status_code == 200
    assert console.post(at, {"number": "N-1"}).status_code == 400
    opened = console.post(at, found).content.decode()
    assert notice.party.name in opened
    staff = User.objects.get(pk=world.alice_staff.user_id).ref
    assert opened.count(f'value="{staff}"') == 0, "who cannot appeal on the page"
    assert "我写到一半" not in opened, "an officer sees nothing of the party's own words"
    person = User.objects.get(pk=world.alice.user_id).ref
    said = found | {"caller": person, "ground": "facts_wrong", "statement": "截图不是我的店", "review": "human"}
    measures = [str(m.no) for m in notice.measures.all()]
    said |= {"items": measures} if len(measures) > 1 else {}
    assert console.post(at, said | {"step": "check", "ground": ""}).status_code == 400
    read = console.post(at, said | {"step": "check"}).content.decode()
    assert "截图不是我的店" in read
    refused = console.post(at, said | {"step": "file"})
    assert refused.status_code == 400
    assert 'href="#id_read_back"' in refused.content.decode()
    assert "截图不是我的店" in console.post(at, said | {"step": "edit"}).content.decode()
    assert console.post(at, said | {"step": "file", "read_back": "1"}).status_code == 302
    appeal = Appeal.objects.get()
    assert (appeal.statement, appeal.filed_by_id) == ("截图不是我的店", officer.user_id)
    assert AppealDraft.objects.filter(notice=notice).exists(), "nothing that the party typed is lost"
    demand = found | {"step": "demand", "caller": person}
    assert console.post(at, demand).status_code == 400
    assert console.post(at, demand | {"read_back": "1"}).status_code == 302
    appeal.refresh_from_db()
    assert appeal.human_demanded
    assert browser(world.rita).get(at).status_code == 403


@pytest.mark.on_both
def test_the_laws_hold_past_the_code(world, now, officer):
    appeal = filed(officer, world, world.notice(), now)
    own = AssistedFiling.objects.filter(appeal=appeal)
    for changes in ({"officer_id": world.rita.user_id}, {"identified_by": "document"}, {"taken_at": now + LATER}):
        assert_refused("assisted_filing_is_sealed", lambda changes=changes: own.update(**changes))
    assert_refused("assisted_filing_is_kept", own.delete)
    assert_refused("assisted_filing_is_answered_by_somebody_or_not_yet", lambda: own.update(correction="x"))
    row = {"appeal": appeal, "what": "appeal", "officer_id": officer.user_id, "identified_by": "document"}

    def another(**changes):
        return lambda: AssistedFiling.objects.create(**{**row, "taken_at": now} | changes)

    assert_refused("assisted_filing_is_one_of_a_kind", another())
    assert_refused("assisted_filing_is_by_its_officer", another(what="demand"))
    assert_refused("assisted_filing_is_for_somebody_of_the_party", another(caller_id=world.bob.user_id))
    other = make.file(world.alice, world.notice(), now=now)
    assert_refused("assisted_filing_is_by_its_officer", another(appeal=other))
    HumanDemand.objects.create(appeal=appeal, demanded_by_id=officer.user_id, via="admin", demanded_at=now)
    assert_refused("assisted_filing_says_how_the_caller_was_identified", another(what="demand", identified_by="voice"))
