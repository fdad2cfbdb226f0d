"""What shares tool and clause with an overturned notice of the platform's own gets a second look by a person."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Notification, User
from appeals import commands as appeals
from appeals.queries import causes_of_overturn
from appeals.subscribers import look_at_siblings
from casework import ledger
from casework.models import Event, OutboxMessage
from notices import commands
from notices.models import MOST_OF_TOOL, Basis, Notice, SiblingReview
from tests import factories as make
from tests.executors import conftest as executors
from tests.executors import erring as err
from tests.laws import assert_refused, insert
from tests.pages import Visitor, living
from triage import commands as triage

OF_TOOL = SiblingReview.objects.filter(cause_kind="OWN_TOOL")  # what a person may have got wrong is looked for, too


DAY = timedelta(days=1)

firm, module_firm = executors.firm, executors.module_firm


now = living(hours=2)


def settle_down(now):
    """What follows was carried out, and nothing of it was refused."""
    err.settle_down(now)
    assert not OutboxMessage.objects.filter(state="PENDING").exists()


def decided(world, notice, now, **changes):
    """An appeal against the notice was decided by rita, and what follows was carried out."""
    appeal = make.ready_to_decide(world.rita, make.file(world.alice, notice, now=now), now=now)
    decision = make.decide(world.rita, appeal, now=now, **changes)
    settle_down(now)
    return decision


def basis(world, clause="8"):
    return [commands.BasisDraft(kind="CLAUSE", rule=world.rule, clause=clause)]


def by(source="MACHINE", tool="keyword-scan 3.2"):
    return {"detection": commands.Detection(source=source, tool=tool)}


def sharing(world, n, **changes):
    values = {"officer": world.otto.code} | changes
    drafts = [make.draft(world.other_merchant, world.rule, now=world.now, **values) for _ in range(n)]
    return commands.issue_notices(actor=world.platform, drafts=drafts, now=world.now)


def looked_at():
    return set(OF_TOOL.values_list("notice_id", flat=True))


def look(world, row, outcome="KEPT"):
    row = commands.review_sibling(
        actor=world.carl, ref=row.ref, outcome=outcome, reasons="词库误判，措施不成立。", now=world.now
    )
    settle_down(world.now)
    return row


@pytest.mark.once
def test_an_overturn_reaches_what_the_same_tool_found_under_the_same_clause(world, firm, now):
    same, executed = world.notice(world.other_merchant), firm.issue(now=now)
    apart = [
        world.notice(basis=basis(world, "9")),
        world.notice(**by(tool="keyword-scan 3.3")),
        world.notice(decision=commands.Decision(officer=world.otto.code, tool="engine 5"), **by("REPORT", "")),
    ]
    appealed = world.notice()
    make.file(world.alice, appealed, now=now)
    fallen = world.notice()
    commands.withdraw_notice(actor=world.platform, ref=fallen.ref, reason="编号有误。", now=now)

    appeal = decided(world, world.notice(), now)

    clause = Basis.objects.get(notice=same).clause_id
    assert looked_at() == {same.pk, executed.pk}
    assert looked_at().isdisjoint({each.pk for each in (*apart, appealed, fallen)})
    assert set(OF_TOOL.values_list("cause_kind", "cause_value", "clause_id", "origin_ref")) == {
        ("OWN_TOOL", "keyword-scan 3.2", clause, appeal.ref)
    }
    opened = [event.facts for event in Event.objects.filter(type="sibling.opened")]
    assert {facts["sharing"] for facts in opened if facts["cause"] == "OWN_TOOL"} == {2}
    assert {n.state for n in Notice.objects.filter(pk__in=looked_at())} == {"IN_FORCE"}
    assert list(ledger.verify()) == []


@pytest.mark.once
def test_a_notice_that_no_tool_found_is_of_the_tool_that_took_part_in_deciding(world, now):
    decider = {"decision": commands.Decision(tool="engine 5"), "officer": ""}
    same = world.notice(world.other_merchant, **decider, **by("REPORT", ""))
    world.notice(**decider, **by(tool="scan 1"))

    decided(world, world.notice(**decider, **by("REPORT", "")), now)

    assert list(OF_TOOL.values_list("notice_id", "cause_value")) == [(same.pk, "engine 5")]


@pytest.mark.once
@pytest.mark.parametrize("outcome", ["UPHELD", "VARIED"])
def test_what_stands_or_is_only_reduced_opens_nothing(world, now, outcome):
    world.notice(world.other_merchant)
    appeal = make.ready_to_decide(world.rita, make.file(world.alice, world.notice(), now=now), now=now)
    ends = {"ends_at": now + DAY} if outcome == "VARIED" else {}

    make.decide(world.rita, appeal, now=now, rulings=[appeals.RulingDraft(1, outcome, **ends)])
    settle_down(now)

    assert not OF_TOOL.exists()


@pytest.mark.once
def test_one_measure_of_two_that_falls_is_enough(world, now):
    other = world.notice(world.other_merchant)
    notice = world.notice(measures=[make.measure(now), make.deduction(now)])
    stands = [appeals.RulingDraft(1, "OVERTURNED"), appeals.RulingDraft(2, "UPHELD")]

    decided(world, notice, now, rulings=stands)

    assert looked_at() == {other.pk}  # and not the notice itself, which was reduced


@pytest.mark.once
def test_what_the_system_decided_alone_opens_nothing(world, now):
    world.notice(world.other_merchant)
    make.live_model(now=now)
    make.switch_on(world.carl, now=now)
    appeal = make.file(world.alice, world.notice(officer=""), now=now, review="system_first")
    OutboxMessage.objects.all().delete()
    make.suggested(appeal, now=now)
    triage.finalise_automatically(appeal_id=appeal.pk, now=now)
    settle_down(now)

    appeal.refresh_from_db()
    assert (appeal.outcome, appeal.decided_by_kind) == ("OVERTURNED", "SYSTEM")
    assert not OF_TOOL.exists()


@pytest.mark.once
def test_an_overturn_of_an_executor_s_notice_is_left_to_its_incident(world, firm, now):
    world.notice()
    firm.issue(now=now)

    appeal = err.decided(firm, firm.issue(now=now), now=now)

    assert causes_of_overturn(appeal.pk) == []
    assert not OF_TOOL.exists()


@pytest.mark.once
def test_so_many_wait_at_once_the_newest_first_and_further_ones_follow_a_correction(world, now):
    old = sharing(world, 5)
    new = sharing(world, MOST_OF_TOOL)
    appeal = decided(world, world.notice(), now)

    rows = list(OF_TOOL.all())
    assert {row.notice_id for row in rows} == {each.notice.pk for each in new}
    opened = [event.facts for event in Event.objects.filter(type="sibling.opened")]
    assert {facts["sharing"] for facts in opened if facts["cause"] == "OWN_TOOL"} == {MOST_OF_TOOL + 5}

    decided(world, world.notice(), now)
    assert len(looked_at()) == MOST_OF_TOOL  # all places are taken

    look(world, rows[0])
    assert len(looked_at()) == MOST_OF_TOOL
    corrected = look(world, rows[1], "CORRECTED")
    further = OF_TOOL.exclude(origin_ref=appeal.ref)
    assert {row.notice_id for row in further} == {old[4].notice.pk, old[3].notice.pk}
    assert {row.origin_ref for row in further} == {corrected.ref}

    event = Event.objects.get(type="sibling.corrected")
    look(world, rows[2])
    OutboxMessage.objects.filter(event=event).update(state="PENDING", next_attempt_at=now)
    settle_down(now)
    assert further.count() == 2  # said twice, done once


@pytest.mark.once
def test_said_twice_it_opens_nothing_more_and_what_was_kept_is_not_looked_at_again(world, now):
    sharing(world, MOST_OF_TOOL + 1)
    appeal = decided(world, world.notice(), now)
    rows = list(OF_TOOL.all())
    look(world, rows[0])

    look_at_siblings(Event.objects.get(type="appeal.decided"), now=now)
    assert OF_TOOL.count() == len(rows)

    again = decided(world, world.notice(), now)
    assert [row.notice_id for row in OF_TOOL.filter(origin_ref=again.ref)] == [
        min(Notice.objects.filter(party=world.other_merchant).values_list("pk", flat=True))
    ]
    assert again.ref != appeal.ref


@pytest.mark.once
def test_a_notice_on_two_clauses_is_looked_at_once_for_one_error(world, now):
    both = {"basis": [*basis(world), *basis(world, "9")]}
    twice, once = world.notice(world.other_merchant, **both), world.notice(basis=basis(world, "9"))

    decided(world, world.notice(**both), now)

    assert sorted(OF_TOOL.values_list("notice_id", flat=True)) == sorted([twice.pk, once.pk])


@pytest.mark.once
def test_its_party_learns_of_it_by_a_correction_alone(world, now, mailoutbox):
    own = world.notice(world.other_merchant)
    settle_down(now)
    User.objects.filter(pk=world.eve.user_id).update(email="eve@example.com")
    user, eve, at = User.objects.get(pk=world.eve.user_id), Visitor(world.eve), f"/notices/{own.ref}/"
    eve.sees(at)

    def known():
        to_eve = [mail for mail in mailoutbox if user.email in mail.to]
        page = re.sub(r'(csrfmiddlewaretoken|key)" value="[^"]+"', "", eve.sees(at).partition("<main")[2])
        return page, len(to_eve), Notification.objects.filter(user=user).count()

    before = known()
    decided(world, world.notice(), now)
    row = OF_TOOL.get()
    assert known() == before

    look(world, row, "CORRECTED")
    assert "词库误判，措施不成立。" in eve.sees(at)
    assert known()[1] == before[1] + 1


@pytest.mark.once
def test_its_page_says_what_it_shares_with_what_and_how_many_more_do(world, now):
    sharing(world, MOST_OF_TOOL + 2)
    appeal = decided(world, world.notice(), now)
    row = OF_TOOL.first()
    carl = Visitor(world.carl)

    listed = carl.sees(f"/workbench/siblings/?cause={appeal.ref}")
    assert listed.count('data-testid="sibling-row"') == MOST_OF_TOOL
    page = carl.sees(f"/workbench/siblings/{row.ref}/")
    for shown in (listed, page):
        assert "keyword-scan 3.2 · Advertising Rule 2026-01, clause 8" in shown
        assert f'href="/workbench/case/{appeal.ref}/">' in shown
        assert appeal.number in shown
    assert "2 more notices in force have the same tool and clause" in page
    corrected = look(world, row, "CORRECTED")
    further = OF_TOOL.get(origin_ref=corrected.ref)
    assert f"/workbench/siblings/{corrected.ref}/" in carl.sees(f"/workbench/siblings/{further.ref}/")
    assert carl.sees(f"/workbench/case/{appeal.ref}/")


def test_one_overturn_costs_the_same_with_ten_notices_and_with_a_hundred(world, now):
    def statements(n, clause):
        sharing(world, n, basis=basis(world, clause))
        appealed = world.notice(basis=basis(world, clause))
        appeal = make.ready_to_decide(world.rita, make.file(world.alice, appealed, now=now), now=now)
        make.decide(world.rita, appeal, now=now)
        event = Event.objects.get(type="appeal.decided", case_id=appeal.pk)
        with CaptureQueriesContext(connection) as asked:
            look_at_siblings(event, now=now)
        assert OF_TOOL.filter(clause__number=clause).count() == min(n, MOST_OF_TOOL)
        return [each["sql"] for each in asked if "SAVEPOINT" not in each["sql"]]

    few, many = statements(10, "8"), statements(100, "9")
    assert len(few) == len(many) <= 14, many


@pytest.fixture
def swept(world, now):
    world.notice(world.other_merchant)
    decided(world, world.notice(), now)
    return OF_TOOL.get()


def copied(row, notice, **changes):
    return insert(row, **{"ref": "sib_x", "number": "S-x", "notice_id": notice.pk} | changes)


def test_the_database_holds_what_a_tool_can_be_blamed_for(world, firm, swept, now):
    other = world.notice(basis=basis(world, "9"))
    clause_9 = Basis.objects.get(notice=other).clause_id
    unlike, alike = world.notice(**by(tool="other 1")), world.notice()
    upheld = decided(world, world.notice(), now, outcome="UPHELD")
    executed = err.decided(firm, firm.issue(now=now), now=now)
    assert_refused("sibling_by_tool_shares_tool_and_clause", lambda: copied(swept, other))
    assert_refused("sibling_by_tool_shares_tool_and_clause", lambda: copied(swept, unlike))
    for ref in (upheld.ref, executed.ref):
        assert_refused(
            "sibling_by_tool_follows_an_appeal_that_a_person_granted", lambda r=ref: copied(swept, alike, origin_ref=r)
        )
    assert_refused(
        "sibling_by_tool_follows_an_appeal_that_a_person_granted", lambda: copied(swept, other, clause_id=clause_9)
    )
    for ref in (swept.ref, "inc_x"):
        assert_refused("sibling_by_tool_follows_what_a_person_found", lambda r=ref: copied(swept, alike, origin_ref=r))
    for changes in ({"clause_id": None}, {"cause_kind": "TOOL"}):
        assert_refused("sibling_by_tool_names_its_clause", lambda c=changes: copied(swept, alike, **c))
    assert_refused("sibling_review_stays_what_it_is", lambda: OF_TOOL.filter(pk=swept.pk).update(clause=clause_9))
    assert copied(swept, alike).clause_id == swept.clause_id
    look(world, swept)
    later = world.notice()
    assert_refused(
        "sibling_by_tool_follows_what_a_person_found",  # kept: there was no error
        lambda: copied(swept, later, ref="sib_z", number="S-z", origin_ref=swept.ref),
    )
    again = decided(world, world.notice(), now)
    assert_refused(
        "sibling_by_tool_is_looked_at_once_per_clause",
        lambda: copied(swept, swept.notice, ref="sib_y", number="S-y", origin_ref=again.ref),
    )
