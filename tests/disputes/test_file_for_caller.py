"""An officer of the human line opens a dispute for somebody on the phone (experience 1.9): it counts like their own."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core import mail

from accounts import commands as accounts
from accounts.models import Membership, Notification, StaffRole, User
from accounts.policies import may_take_down_for
from accounts.queries import actor_of_user
from casework.actor import Via
from casework.errors import ConflictOfInterest, Invalid, NotAllowed, NotFound, NotYourTurn, UnknownReference
from casework.ledger import verify
from casework.models import Event
from disputes import commands, policies, queries
from disputes.default_table import fast_refunds
from disputes.models import AssistedFiling, Dispute, HumanDemand
from disputes.subscribers import tell_sides
from helpline.callers import Caller
from tests import factories as make
from tests.appeals.test_workbench import browser
from tests.disputes.building import fresh, publish_table
from tests.laws import assert_refused

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LATER = timedelta(minutes=1)
WORDS = "右耳没有声音。"


@pytest.fixture
def officer(court, now):
    return make.staff("help_line", now=now, code="H-12")


def caller(party, actor=None, **more):
    person = "" if actor is None else User.objects.get(pk=actor.user_id).ref
    said = {"identified_by": "number_on_file", "person": person, "was_read_back": True, "party": party.ref}
    return Caller(**said | more)


def opened(officer, court, order=None, ground="not_received", **more):
    filing = commands.DisputeFiling(ground=ground, remedy="REFUND", amount_minor=29_900, statement=WORDS)
    said = {"caller": caller(court.buyer, court.bob)} | more
    return commands.open_dispute(actor=officer, order=order or court.order(), filing=filing, now=court.now, **said)


def also(officer, role, now):
    """The same person, who now has another role as well."""
    user = User.objects.get(pk=officer.user_id)
    accounts.grant_staff_role(actor=make.CONSOLE, user=user, role=role, now=now)
    return actor_of_user(user, via=Via.ADMIN, session="ses:test")


def case_file(actor, dispute, now):
    """What is written in the case file, and its readable page."""
    out = io.BytesIO()
    queries.write_case_file(out, actor=actor, ref=dispute.ref, now=now)
    with zipfile.ZipFile(out) as archive:
        data = {name: json.loads(archive.read(f"{name}.json")) for name in ("case", "events", "room")}
        return data["case"]["dispute"]["assisted"], json.dumps(data), archive.read("case.html").decode()


def told_of(dispute, type_, now):
    """Who is notified of the event of this type."""
    event = Event.objects.get(case_kind="dispute", case_id=dispute.pk, type=type_)
    tell_sides(event, now=now)
    return set(Notification.objects.filter(event=event).values_list("user_id", flat=True))


def test_it_is_the_partys_dispute_and_only_its_side_and_staff_read_who_took_it_down(court, now, officer):
    dispute, own = opened(officer, court), court.open()
    same = ("state", "claimant_id", "respondent_id", "client_id", "language", "answer_due_at", "escalate_from")
    assert [getattr(dispute, name) for name in same] == [getattr(own, name) for name in same]
    event = Event.objects.get(case_kind="dispute", case_id=dispute.pk, type="dispute.opened")
    assert (event.actor_kind, event.actor_ref, event.facts["for_caller"]) == ("staff", officer.ref, True)
    assert "number_on_file" not in json.dumps(event.facts), "both sides read the facts"
    assert list(verify()) == []

    room = f"/disputes/{dispute.ref}/"
    mine, theirs = (browser(each).get(room).content.decode() for each in (court.bob, court.alice))
    assert "H-12" in mine
    assert "The call was with" in mine or "the call was with" in mine
    assert 'data-testid="confirm-filing"' in mine
    said = "An officer of the human line opened the dispute for the buyer, on the phone."
    for page in (mine, theirs):
        assert said in page
        assert "Submitted by an officer of the human line for the buyer, on the phone" in page
    for kept in ("H-12", "the call was with", "confirm-filing", "Not confirmed yet"):
        assert kept not in theirs
    [own_row], _written, _page = case_file(court.bob, dispute, now)
    assert own_row["identified_by"] == "number_on_file"
    [row], _written, _page = case_file(court.alice, dispute, now)
    assert (row["side"], row["officer"], row["identified_by"], row["answered_at"]) == ("CLAIMANT", "", "", None)


def test_the_caller_is_told_and_corrects_once_beside_the_words(court, now, officer):
    dispute = opened(officer, court)
    User.objects.filter(pk__in=[court.bob.user_id, court.alice.user_id]).update(email="both@example.org")
    tell_sides(Event.objects.get(case_kind="dispute", case_id=dispute.pk, type="dispute.opened"), now=now)
    told = {row.user_id: row.what_zh for row in Notification.objects.filter(event__case_id=dispute.pk)}
    assert "确认" in told[court.bob.user_id]
    assert "确认" not in told[court.alice.user_id]
    assert not [each for each in mail.outbox if WORDS in each.body]

    for stranger, refusal in ((court.eve, NotFound), (officer, NotFound), (court.alice, NotYourTurn)):
        with pytest.raises(refusal):
            commands.confirm_filing(actor=stranger, ref=dispute.ref, now=now)
    page, at = browser(court.bob), f"/disputes/{dispute.ref}/confirm-filing/"
    assert page.get(at).status_code == 200
    assert page.post(at, {"correction": "是左耳。"}).status_code == 302
    row = AssistedFiling.objects.get()
    assert (row.correction, row.answered_by_id, fresh(dispute).statement) == ("是左耳。", court.bob.user_id, WORDS)
    with pytest.raises(NotYourTurn):
        commands.confirm_filing(actor=court.bob, ref=dispute.ref, now=now + LATER)
    for reader in (court.bob, court.alice):
        shown = browser(reader).get(f"/disputes/{dispute.ref}/").content.decode()
        assert "是左耳。" in shown
        assert WORDS in shown
    assert list(verify()) == []


CONFIRMED = "dispute.filing_confirmed"


def test_that_it_is_right_is_said_to_its_side_and_staff_alone(court, now, officer):
    bea = make.member(court.buyer, now=now, name="bea")
    dispute = opened(officer, court)
    commands.confirm_filing(actor=court.bob, ref=dispute.ref, now=now)

    def reads(actor):
        seen = [each.type for each in queries.events_shown_to(actor, fresh(dispute))]
        said = [each.type for each in queries.timeline_of(actor, fresh(dispute))]
        _rows, written, page = case_file(actor, dispute, now)
        return [CONFIRMED in seen, CONFIRMED in said, CONFIRMED in written, "对客服代为提交的内容作了确认" in page]

    assert reads(court.bob) == reads(court.carl) == [True] * 4
    assert reads(court.alice) == [False] * 4
    assert [each.hash for each in queries.events_shown_to(court.alice, fresh(dispute))][-1] == fresh(dispute).head
    assert told_of(dispute, CONFIRMED, now) == {bea.user_id}
    room, said = f"/disputes/{dispute.ref}/", "confirmed or corrected what the officer took down"
    assert said in browser(court.bob).get(f"{room}?lane=private").content.decode()
    for lane in ("", "?lane=private"):
        assert said not in browser(court.alice).get(room + lane).content.decode()
    assert list(verify()) == []


def test_a_correction_is_told_and_shown_to_both_sides(court, now, officer):
    dispute = opened(officer, court)
    commands.confirm_filing(actor=court.bob, ref=dispute.ref, correction="是左耳。", now=now)
    assert CONFIRMED in [each.type for each in queries.events_shown_to(court.alice, fresh(dispute))]
    assert CONFIRMED in case_file(court.alice, dispute, now)[1]
    assert court.alice.user_id in told_of(dispute, CONFIRMED, now)
    shown = browser(court.alice).get(f"/disputes/{dispute.ref}/").content.decode()
    assert "confirmed or corrected what the officer took down" in shown


def test_nothing_is_opened_that_was_not_read_back_or_by_who_has_not_the_role(court, now, officer):
    for wrong in ({"was_read_back": False}, {"identified_by": "voice"}, {"person": "usr_x"}):
        with pytest.raises(Invalid):
            opened(officer, court, caller=caller(court.buyer, **wrong))
    with pytest.raises(Invalid):
        opened(officer, court, caller=caller(court.buyer, court.alice))  # who acts for the other side
    with pytest.raises(Invalid):
        opened(officer, court, caller=caller(court.seller, court.alice))  # a ground of the buyer's
    for helper in (court.staff, court.finance):  # the page lets neither open one
        with pytest.raises(Invalid) as refused:
            opened(officer, court, ground="bad_faith_buyer", caller=caller(court.seller, helper))
        assert [each.pointer for each in refused.value.errors] == ["/caller"]
    with pytest.raises(UnknownReference):
        opened(officer, court, caller=caller(court.other, court.eve))
    with pytest.raises(UnknownReference):
        opened(officer, court, caller=None)
    for actor in (court.mia, court.carl, court.bob, court.platform, make.staff("administrator", now=now)):
        with pytest.raises(NotAllowed):
            opened(actor, court)
    member = make.member(court.seller, now=now, name="moonlighter")
    Membership.objects.filter(user_id=member.user_id).update(ended_at=now)
    StaffRole.objects.create(user_id=member.user_id, role="help_line", granted_at=now)
    former = actor_of_user(User.objects.get(pk=member.user_id), via=Via.ADMIN, session="ses:test")
    assert isinstance(may_take_down_for(former, [court.buyer.pk, court.seller.pk]), ConflictOfInterest)
    with pytest.raises(ConflictOfInterest):
        opened(former, court)
    assert not Dispute.objects.exists()


def test_a_demand_taken_down_binds_at_once_for_the_side_that_called(court, now, officer):
    dispute = court.open()
    with pytest.raises(Invalid):
        commands.demand_human(actor=officer, ref=dispute.ref, caller=caller(court.other, court.eve), now=now)
    for moment in (now, now + LATER):  # twice changes nothing
        commands.demand_human(actor=officer, ref=dispute.ref, caller=caller(court.seller), now=moment)
    assert fresh(dispute).human_demanded
    demand, row = HumanDemand.objects.get(), AssistedFiling.objects.get()
    assert (demand.side, demand.demanded_by_id) == ("RESPONDENT", officer.user_id)
    assert (row.side, row.what, row.caller_id) == ("RESPONDENT", "demand", None)
    with pytest.raises(NotYourTurn):  # it is not the claimant's to confirm
        commands.confirm_filing(actor=court.bob, ref=dispute.ref, now=now)
    commands.confirm_filing(actor=court.alice, ref=dispute.ref, now=now)
    assert list(verify()) == []


def test_a_demand_taken_down_takes_an_open_proposal_of_the_system_away(court, now, officer):
    dispute = court.open()
    terms = commands.Terms("REFUND", amount_minor=100)
    offer = commands.propose_by_system(dispute_id=dispute.pk, terms=terms, now=now)
    commands.demand_human(actor=officer, ref=dispute.ref, caller=caller(court.buyer, court.bob), now=now)
    offer.refresh_from_db()
    assert (fresh(dispute).human_demanded, offer.state) == (True, "LAPSED")
    lapsed = Event.objects.get(case_kind="dispute", case_id=dispute.pk, type="dispute.offer_lapsed")
    assert (lapsed.actor_kind, lapsed.facts["why"]) == ("system", "human-demanded")
    assert AssistedFiling.objects.get().what == "demand"
    assert list(verify()) == []


@pytest.mark.on_both
def test_whoever_took_it_down_never_handles_it(court, now, officer):
    dispute = opened(officer, court)
    commands.answer_dispute(actor=court.alice, ref=dispute.ref, text="不同意。", refuses=True, now=now)
    commands.escalate_dispute(actor=court.bob, ref=dispute.ref, now=now)
    judge = also(officer, "mediator", now)
    assert isinstance(policies.may_join_dispute(judge, fresh(dispute)), ConflictOfInterest)
    assert queries.queue_for(judge, now=now) == []
    assert commands.join_next_dispute(actor=judge, now=now) is None
    with pytest.raises(ConflictOfInterest):
        commands.join_dispute(actor=judge, ref=dispute.ref, now=now)
    commands.join_dispute(actor=court.mia, ref=dispute.ref, now=now)
    with pytest.raises(ConflictOfInterest):
        commands.hand_over(actor=court.mia, ref=dispute.ref, to_code="H-12", now=now)
    own = Dispute.objects.filter(pk=dispute.pk)
    assert_refused("dispute_mediator_took_nothing_down_in_it", lambda: own.update(mediator_id=judge.user_id))


@pytest.mark.on_both
def test_whoever_took_it_down_does_not_act_for_the_platform(court, now, officer, monkeypatch):
    dispute = opened(officer, court)
    also(officer, "compliance", now)
    platform = also(officer, "administrator", now)
    pay = {"ref": dispute.ref, "to_side": "CLAIMANT", "amount_minor": 100, "reason": "先行。", "now": now}
    assert isinstance(policies.may_advance(platform, fresh(dispute)), ConflictOfInterest)
    with pytest.raises(ConflictOfInterest):
        commands.advance_payment(actor=platform, **pay)
    monkeypatch.setattr("disputes.policies.took_down", lambda *_args: False)
    assert_refused(
        "whoever_took_a_dispute_down_does_not_act_for_the_platform",
        lambda: commands.advance_payment.__wrapped__(actor=platform, **pay),
    )


@pytest.mark.on_both
def test_whoever_handles_it_takes_nothing_down(court, now):
    dispute = court.joined()
    StaffRole.objects.filter(user_id=court.mia.user_id).update(role="help_line")
    mia = actor_of_user(User.objects.get(pk=court.mia.user_id), via=Via.ADMIN, session="ses:test")
    with pytest.raises(ConflictOfInterest):
        commands.demand_human(actor=mia, ref=dispute.ref, caller=caller(court.buyer), now=now)
    with pytest.raises(ConflictOfInterest):
        queries.called_about(mia, dispute.number)
    HumanDemand.objects.create(
        dispute=dispute, side="CLAIMANT", demanded_by_id=mia.user_id, via="admin", demanded_at=now
    )
    row = {"dispute": dispute, "side": "CLAIMANT", "what": "demand", "identified_by": "document", "taken_at": now}
    assert_refused(
        "dispute_assisted_filing_is_by_nobody_who_handles_it",
        lambda: AssistedFiling.objects.create(officer_id=mia.user_id, **row),
    )


@pytest.mark.on_both
def test_the_laws_hold_past_the_code(court, now, officer):
    dispute = opened(officer, court)
    own = AssistedFiling.objects.all()
    for changes in ({"officer_id": court.mia.user_id}, {"identified_by": "document"}, {"side": "RESPONDENT"}):
        assert_refused("dispute_assisted_filing_is_sealed", lambda changes=changes: own.update(**changes))
    assert_refused("dispute_assisted_filing_is_kept", own.delete)
    assert_refused("dispute_assisted_filing_is_answered_by_somebody_or_not_yet", lambda: own.update(correction="x"))
    row = {"dispute": dispute, "side": "CLAIMANT", "what": "dispute", "officer_id": officer.user_id, "taken_at": now}

    def another(**changes):
        return lambda: AssistedFiling.objects.create(**row | {"identified_by": "document"} | changes)

    assert_refused("dispute_assisted_filing_is_one_of_a_kind", another())
    assert_refused("dispute_assisted_filing_is_by_its_officer", another(what="demand"))
    assert_refused("dispute_assisted_filing_is_by_its_officer", another(dispute=court.open()))
    assert_refused("dispute_assisted_filing_is_for_somebody_of_the_party", another(caller_id=court.alice.user_id))
    HumanDemand.objects.create(
        dispute=dispute, side="CLAIMANT", demanded_by_id=officer.user_id, via="admin", demanded_at=now
    )
    assert_refused(
        "dispute_assisted_filing_says_how_the_caller_was_identified", another(what="demand", identified_by="voice")
    )


def test_the_pages_find_one_order_take_down_read_back_and_file_once(court, now, officer, monkeypatch):
    order = court.order(ref="TM-20261101-77A")
    monkeypatch.setattr("disputes.records.current", lambda: Known(order))
    console, at = browser(officer), "/workbench/disputes/phone/"
    own, draft = browser(court.bob), "我写到一半"
    kept = {"order": order.ref, "ground": "not_as_described", "remedy": "REFUND", "amount": "1", "statement": draft}
    assert own.post("/disputes/new/draft/", kept).status_code == 200
    found = {"number": "tm-20261101-77a", "identified_by": "number_on_file"}
    assert console.get(at).status_code == 200
    assert console.post(at, found | {"number": "TM-1"}).status_code == 400
    who = console.post(at, found).content.decode()
    assert court.buyer.name in who
    assert court.seller.name in who
    for more in (order.title, "299", "bob", "alice"):
        assert more not in who, "whom it is between, and nothing more"
    for_seller = console.post(at, found | {"party": court.seller.ref}).content.decode()
    assert "alice" in for_seller
    assert "alice-staff" not in for_seller, "who cannot open a dispute on the page"
    said = found | {"party": court.buyer.ref}
    assert console.post(at, said | {"step": "want"}).status_code == 400
    assert "bob" in console.post(at, said).content.decode()
    said |= {"caller": User.objects.get(pk=court.bob.user_id).ref, "ground": "not_received"}
    assert 'name="remedy"' in console.post(at, said | {"step": "want"}).content.decode()
    said |= {"remedy": "REFUND", "amount": "299.00", "statement": WORDS}
    assert console.post(at, said | {"step": "check", "remedy": ""}).status_code == 400
    assert WORDS in console.post(at, said | {"step": "what"}).content.decode(), "what was typed is sent along"
    assert WORDS in console.post(at, said | {"step": "want"}).content.decode()
    read = console.post(at, said | {"step": "check"}).content.decode()
    assert WORDS in read
    assert order.title not in read
    assert 'href="#id_read_back"' in console.post(at, said | {"step": "file"}).content.decode()
    once = said | {"step": "file", "read_back": "1", "form_key": "k" * 32}
    assert [console.post(at, once).status_code for _twice in range(2)] == [302, 302]
    dispute = Dispute.objects.get()
    assert (dispute.statement, dispute.claim_amount_minor, dispute.claimant) == (WORDS, 29_900, court.buyer)
    assert draft in own.get(f"/disputes/new/?order={order.ref}&step=2").content.decode(), "nothing typed is lost"
    demand = {"number": dispute.number.lower(), "identified_by": "document", "party": court.seller.ref}
    shown = console.post(at, demand).content.decode()
    assert 'data-testid="phone-demand"' in shown
    assert "alice-staff" in shown, "anybody of a party can demand a person"
    assert WORDS not in shown
    demand |= {"step": "demand", "caller": "none"}
    assert console.post(at, demand).status_code == 400
    assert console.post(at, demand | {"read_back": "1"}).status_code == 302
    assert fresh(dispute).human_demanded
    assert browser(court.mia).get(at).status_code == 403
    assert browser(officer).get(f"/workbench/disputes/{dispute.ref}/").status_code == 403
    assert browser(officer).get(f"/disputes/{dispute.ref}/").status_code == 404


def test_the_officer_reads_that_a_dispute_comes_with_a_fast_refund(court, now, officer, monkeypatch):
    console, at = browser(officer), "/workbench/disputes/phone/"
    filed = {"step": "file", "read_back": "1", "identified_by": "document", "party": court.buyer.ref, "caller": "none"}
    filed |= {"ground": "not_received", "remedy": "REFUND", "amount": "100.00", "statement": WORDS}

    def said_after_filing():
        order = court.order()
        monkeypatch.setattr("disputes.records.current", lambda: Known(order))
        assert console.post(at, filed | {"number": order.ref}).status_code == 302
        page = console.get(at).content.decode()
        assert Dispute.objects.get(order_ref=order.ref).number in page
        return page

    assert "fast refund" not in said_after_filing()
    rules = fast_refunds(["not_received"], limit_minor=20_000, platform_pays=True)
    publish_table(court.platform, now=now, days=100, fast=rules)
    assert "It comes with a fast refund, which the caller can take" in said_after_filing()


class Known:
    """A marketplace with one order."""

    def __init__(self, order):
        self.known = order

    def order(self, ref):
        return self.known if ref == self.known.ref else None
