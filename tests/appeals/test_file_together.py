"""Several notices appealed in one filing: each is an appeal like any other, decided by itself."""

import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from appeals import commands as appeals
from appeals import queries
from appeals.commands import GroupFiling, NoticeInGroup
from appeals.models import Appeal, AppealGroup, Decision, GroupedAppeal, HumanDemand
from appeals.queries import together as choosing
from appeals.windows import why_not_together
from casework import outbox
from casework.errors import CaseError, Invalid, NotAllowed, NotFound, NotYourTurn
from casework.ledger import verify
from casework.models import Deadline, Event, OutboxMessage
from notices import commands as notices
from notices.models import Notice
from notices.queries import SeveralFilter, several
from surfaces.filters import ListFilter
from tests import factories as make
from tests.laws import assert_refused
from tests.surfaces.appealing import PNG, STAGES, appeal_in
from triage import commands as triage

pytestmark = pytest.mark.once


SAID = "这批商品页面写的都是“国标级”,不是“国家级”。"


def issued(world, n, *, now, **changes):
    """So many notices of one call of the platform, each about a listing of its own."""
    values = {"officer": world.otto.code} | changes
    about = [[make.measure(now, object_ref=str(no), object_label=f"商品{no:03}")] for no in range(n)]
    plans = [make.draft(world.merchant, world.rule, now=now, measures=each, **values) for each in about]
    notices.issue_notices(actor=world.platform, drafts=plans, now=now)
    return list(Notice.objects.filter(external_ref__in=[plan.external_ref for plan in plans]).order_by("pk"))


def filing(found, **changes):
    own = changes.pop("own", {})
    values = {"ground": "facts_wrong", "statement": SAID} | changes
    return GroupFiling(notices=[NoticeInGroup(n.ref, own.get(n.ref, "")) for n in found], **values)


def together(actor, found, *, now, **changes):
    return appeals.file_appeal_group(actor=actor, filing=filing(found, **changes), now=now)


@pytest.mark.exhaustive
def test_three_hundred_notices_are_appealed_in_one_filing_and_decided_one_by_one(world, now):
    found = issued(world, 300, now=now)
    own = {found[7].ref: "这一件的截图是旧版页面。"}
    OutboxMessage.objects.all().delete()

    with CaptureQueriesContext(connection) as asked:
        group = together(world.alice, found, now=now, own=own, lead=found[5].ref)
    assert len(asked) <= 30

    filed = list(Appeal.objects.filter(grouped__group=group).order_by("grouped__no"))
    assert [each.notice_id for each in filed] == [found[5].pk, *(n.pk for n in found if n is not found[5])]
    assert len({each.number for each in filed}) == 300
    assert {str(each.state) for each in filed} == {"SUBMITTED"}
    assert {each.statement for each in filed} == {SAID, f"{SAID}\n\n{own[found[7].ref]}"}
    assert Deadline.objects.filter(case_kind="appeal", kind="appeal.decide", state="OPEN").count() == 300
    assert {str(n.state) for n in Notice.objects.filter(pk__in=[n.pk for n in found])} == {"UNDER_APPEAL"}
    assert list(verify()) == []

    taken_out, heard, refused = filed[1], filed[0], filed[2]
    appeals.withdraw_appeal(actor=world.alice, ref=taken_out.ref, now=now)
    for reviewer, appeal, outcome in ((world.rita, heard, "OVERTURNED"), (world.rosa, refused, "UPHELD")):
        make.decide(reviewer, make.ready_to_decide(reviewer, appeal, now=now), now=now, outcome=outcome)

    assert Decision.objects.count() == 2
    read = queries.group_for(world.alice, group.ref)
    assert (read.size, read.lead) == (300, heard)
    assert {(str(each.state), each.outcome, each.count) for each in read.counts} == {
        ("DECIDED", "OVERTURNED", 1), ("DECIDED", "UPHELD", 1), ("WITHDRAWN", None, 1), ("SUBMITTED", None, 297),
    }  # fmt: skip
    states = dict(Notice.objects.filter(appeals__in=[taken_out, heard, refused]).values_list("pk", "state"))
    assert states == {heard.notice_id: "REVOKED", refused.notice_id: "IN_FORCE", taken_out.notice_id: "IN_FORCE"}
    for appeal, reviewer in ((heard, world.rita), (refused, world.rosa)):
        letter = letter_to(world.alice, appeal)
        [about] = set(re.findall(r"商品\d{3}", letter))
        assert about == appeal.items.get().measure.object_label
        assert reviewer.code in letter
    assert ("申诉成立" in letter_to(world.alice, heard)) > ("申诉成立" in letter_to(world.alice, refused))
    assert list(verify()) == []


def letter_to(actor, appeal):
    letter = queries.letter_of(queries.appeal_for(actor, appeal.ref), language="zh-hans")
    return "\n".join(line for part in letter.parts for line in part.lines)


def test_each_is_as_if_it_had_been_filed_alone(world, now):
    """Same columns, deadlines, outbox and facts; only which others were filed with it is added."""
    one, two = issued(world, 2, now=now)
    alone = make.file(world.alice, one, now=now, statement=SAID)
    [grouped] = Appeal.objects.filter(grouped__group=together(world.alice, [two], now=now))

    own = {"id", "ref", "number", "notice_id", "head"}
    columns = [{k: v for k, v in Appeal.objects.filter(pk=each.pk).values().get().items() if k not in own}
               for each in (alone, grouped)]  # fmt: skip
    assert columns[0] == columns[1]
    events = [Event.objects.get(case_kind="appeal", case_id=each.pk) for each in (alone, grouped)]
    assert {k: v for k, v in events[1].facts.items() if k not in ("group", "group_no")} == events[0].facts | {
        "notice": two.ref
    }
    for model, where in ((Deadline, "case_id"), (OutboxMessage, "event__case_id")):
        sets = [
            sorted(map(str, model.objects.filter(**{where: each.pk, KIND[model]: "appeal"}).values_list(*SAME[model])))
            for each in (alone, grouped)
        ]
        assert sets[0] == sets[1]


KIND = {Deadline: "case_kind", OutboxMessage: "event__case_kind"}
SAME = {Deadline: ("kind", "due_at", "is_provisional"), OutboxMessage: ("subscriber", "priority")}


def test_what_cannot_be_among_them_is_named_and_nothing_is_filed(world, now):
    later = now + timedelta(days=3)
    free, appealed, decided, revoked, taken_back = issued(world, 5, now=now)
    make.file(world.alice, appealed, now=now)
    refused = make.ready_to_decide(world.rita, make.file(world.alice, decided, now=now), now=now)
    make.decide(world.rita, refused, now=now, outcome="UPHELD")
    notices.withdraw_notice(actor=world.platform, ref=revoked.ref, reason="误判。", now=now)
    appeals.withdraw_appeal(actor=world.alice, ref=make.file(world.alice, taken_back, now=now).ref, now=now)
    every = [free, appealed, decided, revoked, taken_back]

    with pytest.raises(Invalid) as error:
        together(world.alice, every, now=later)
    assert [(each.pointer, each.code) for each in error.value.errors] == [
        ("/notices/1/notice", "already-appealed"),
        ("/notices/2/notice", "not-appealable"),
        ("/notices/3/notice", "not-appealable"),
    ]
    with pytest.raises(Invalid) as error:
        together(world.alice, [free], now=free.appeal_closes_at + timedelta(microseconds=1))
    assert [each.code for each in error.value.errors] == ["deadline-passed"]
    assert not AppealGroup.objects.exists()
    assert Appeal.objects.count() == 3

    asked = SeveralFilter(ListFilter(), world.merchant.pk)
    shown = queries.notices_to_appeal_for(world.alice, asked, now=later)
    assert set(shown.fit) == {free, taken_back}
    assert {notice for notice, _why in shown.unfit} == {appealed, decided, revoked}
    again = together(world.alice, [free, taken_back], now=later)
    assert [each.appeal.round for each in again.members.order_by("no")] == [1, 2]


def test_a_list_takes_those_that_a_filing_takes(world, now):
    """The same rule is a query for lists and a question of one notice for filings; whatever became of an appeal."""
    for stage in STAGES:
        appeal_in(world, stage, now=now)
    _untouched, free, gone = issued(world, 3, now=now)
    notices.withdraw_notice(actor=world.platform, ref=gone.ref, reason="误判。", now=now)
    appeals.withdraw_appeal(actor=world.alice, ref=make.file(world.alice, free, now=now).ref, now=now)
    mine = Notice.objects.filter(party=world.merchant)
    asked = SeveralFilter(ListFilter(), world.merchant.pk)
    ends = free.appeal_closes_at

    for at in (now, ends, ends + timedelta(microseconds=1)):
        taken = {n for n in mine if not why_not_together(n, Appeal.objects.filter(notice=n).order_by("round"), now=at)}
        assert set(queries.notices_to_appeal_for(world.alice, asked, now=at).fit) == taken, at
        assert bool(taken) == (at <= ends)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"ground": "nonsense"}, "/ground"),
        ({"lead": "ntc_nobody"}, "/lead"),
        ({"statement": "长" * 2000, "own": True}, "/notices/1/statement"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(world, now, changes, pointer):
    found = issued(world, 2, now=now)
    if changes.pop("own", False):
        changes["own"] = {found[1].ref: "再说一句。"}
    with pytest.raises(Invalid) as error:
        together(world.alice, found, now=now, **changes)
    assert [each.pointer for each in error.value.errors] == [pointer]


def test_nobody_files_for_others_and_nobody_sees_what_others_filed(world, now):
    found = issued(world, 2, now=now)
    foreign = world.notice(world.other_merchant)
    for actor, wanted, refusal in (
        (world.eve, found, NotFound),
        (world.alice, [*found, foreign], NotFound),
        (world.alice_staff, found, NotAllowed),
        (world.rita, found, NotAllowed),
        (world.platform, found, NotAllowed),
    ):
        with pytest.raises(refusal):
            together(actor, wanted, now=now)
    with pytest.raises(Invalid):
        together(world.alice, [found[0], found[0]], now=now)
    with pytest.raises(Invalid):
        together(world.alice, [], now=now)
    assert not Appeal.objects.exists()

    group = together(world.alice, found, now=now)
    for actor in (world.alice, world.alice_staff, world.rita, world.platform):
        assert queries.group_for(actor, group.ref).size == 2
    for actor in (world.eve, world.bob, world.otto):  # otto took the measures
        with pytest.raises(NotFound):
            queries.group_for(actor, group.ref)


@pytest.mark.on_both
def test_the_system_closes_none_of_them_and_a_demand_is_on_record_for_each(world, now):
    make.switch_on(world.carl, now=now)
    found = issued(world, 3, now=now)
    group = together(world.alice, found, now=now, human_demanded=True)

    for each in Appeal.objects.filter(grouped__group=group):
        make.suggested(each, now=now)
        with pytest.raises(CaseError):
            triage.finalise_automatically(appeal_id=each.pk, now=now)
    assert HumanDemand.objects.filter(demanded_by=world.alice.user_id).count() == 3
    assert not Decision.objects.exists()
    other = make.file(world.alice, world.notice(), now=now, review="system_first")
    assert_refused(
        "grouped_appeal_is_for_a_person", lambda: GroupedAppeal.objects.create(group=group, appeal=other, no=4)
    )


@pytest.mark.on_both
def test_the_tables_hold_what_was_filed_together(world, now):
    group = together(world.alice, issued(world, 2, now=now), now=now)
    member = group.members.first()
    alone = make.file(world.alice, world.notice(), now=now + timedelta(hours=1))
    of_other = make.file(world.eve, world.notice(world.other_merchant), now=now)
    rows = GroupedAppeal.objects
    for appeal in (alone, of_other):
        assert_refused(
            "grouped_appeal_was_filed_with_its_group", lambda a=appeal: rows.create(group=group, appeal=a, no=3)
        )
    same = make.file(world.alice, world.notice(), now=now)
    assert_refused("grouped_appeal_number_is_unique", lambda: rows.create(group=group, appeal=same, no=1))
    assert_refused("appeal_group_is_of_500_at_most", lambda: rows.create(group=group, appeal=same, no=501))
    assert_refused("grouped_appeal_is_append_only", member.delete)
    assert_refused("appeal_group_is_append_only", lambda: AppealGroup.objects.update(statement="别的话"))
    values = {"party_id": group.party_id, "filed_by_id": group.filed_by_id, "filed_at": now, "ground": "nonsense"}
    assert_refused(
        "appeal_group_ground_is_known", lambda: AppealGroup.objects.create(ref="grp_x", number="G-x", **values)
    )


def test_one_file_is_evidence_in_all_that_are_open(world, now, settings, tmp_path):
    settings.ATTACHMENT_ROOT = tmp_path
    group = together(world.alice, issued(world, 3, now=now), now=now)
    gone, *rest = Appeal.objects.filter(grouped__group=group).order_by("grouped__no")
    appeals.withdraw_appeal(actor=world.alice, ref=gone.ref, now=now)
    appeals.stage_evidence(
        actor=world.alice, ref=rest[0].ref, file=io.BytesIO(PNG), name="own.png", caption="草稿", now=now
    )
    send = {"ref": group.ref, "name": "a.png", "caption": "品牌授权书", "now": now + timedelta(minutes=1)}

    taken = appeals.submit_group_evidence(actor=world.alice, file=io.BytesIO(PNG), **send)
    assert set(taken) == set(rest)
    for each in rest:
        [item] = each.evidence.filter(submission__version=1)
        assert item.caption == "品牌授权书"
    assert [item.no for item in rest[0].evidence.filter(submission=None)] == [1]
    assert not gone.evidence.exists()
    assert list(verify()) == []
    for actor, refusal in ((world.alice_staff, NotAllowed), (world.eve, NotFound), (world.rita, NotFound)):
        with pytest.raises(refusal):
            appeals.submit_group_evidence(actor=actor, file=io.BytesIO(PNG), **send)
    late = {**send, "now": rest[0].evidence_closes_at + timedelta(seconds=1)}
    with pytest.raises(NotYourTurn):
        appeals.submit_group_evidence(actor=world.alice, file=io.BytesIO(PNG), **late)


def test_evidence_goes_where_a_question_is_open_longer_than_to_the_others(world, now, tmp_path, settings):
    settings.ATTACHMENT_ROOT = str(tmp_path)
    group = together(world.alice, issued(world, 2, now=now), now=now)
    asked, other = Appeal.objects.filter(grouped__group=group).order_by("grouped__no")
    at = other.evidence_closes_at - timedelta(hours=1)
    appeals.claim_appeal(actor=world.rita, ref=asked.ref, now=at)
    due = at + timedelta(hours=30)
    appeals.request_information(actor=world.rita, ref=asked.ref, item="授权书", fact="授权", due_at=due, now=at)

    send = {"actor": world.alice, "ref": group.ref, "name": "a.png", "caption": "授权书"}
    assert appeals.submit_group_evidence(file=io.BytesIO(PNG), now=due, **send) == [asked]
    with pytest.raises(NotYourTurn):
        appeals.submit_group_evidence(file=io.BytesIO(PNG), now=due + timedelta(milliseconds=1), **send)


def test_one_message_says_that_all_of_them_came_in(world, now):
    User.objects.filter(pk=world.alice.user_id).update(email="alice@shop.example")
    found = issued(world, 3, now=now)
    OutboxMessage.objects.all().delete()
    group = together(world.alice, found, now=now)
    while outbox.sweep(now=now):
        pass
    [letter] = [each for each in mail.outbox if "alice@shop.example" in each.to]
    assert group.number in letter.subject
    assert f"/appeals/groups/{group.ref}/" in letter.body


@pytest.mark.parametrize("most", [2, 2_000])
def test_the_page_to_choose_from_shows_the_newest_and_counts_all(world, now, monkeypatch, most):
    """What notices share is counted of some; which of them can be appealed does not depend on it."""
    monkeypatch.setattr(several, "MOST_ALIKE", most)
    monkeypatch.setattr(choosing, "SHOWN", 2)
    first, second, third, had = issued(world, 4, now=now)
    detected, decided = notices.Detection(source="MACHINE", tool="vision 1"), notices.Decision(officer=world.otto.code)
    [other] = issued(world, 1, now=now + timedelta(minutes=1), detection=detected, decision=decided)
    make.file(world.alice, had, now=now)
    every = SeveralFilter(ListFilter(), world.merchant.pk)

    shown = queries.choice_of_notices_for(world.alice, every, now=now)
    assert (list(shown.fit), shown.count) == ([other, third], 4)
    assert [notice for notice, _why in shown.unfit] == [had]
    assert dict(tool[1:] for tool in shown.shared.tools) == {"vision 1": 1, "keyword-scan 3.2": 3 if most > 2 else 1}

    same = replace(every, tool="tool:keyword-scan 3.2")
    narrowed = queries.choice_of_notices_for(world.alice, same, now=now)
    assert (list(narrowed.fit), narrowed.count) == ([third, second], 3)
    assert set(queries.notices_to_appeal_for(world.alice, same, now=now).fit) == {first, second, third}
