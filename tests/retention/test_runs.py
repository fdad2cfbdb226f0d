"""Records whose time is over end by a run that two people sign: for good, everywhere, and nothing held among them."""

import io
from datetime import timedelta

import pytest
from django.apps import apps

from archive import checkpoints, verification
from casework import row_digests
from casework.errors import ConflictOfInterest, Invalid, NotAllowed, NotFound, NotYourTurn, Stale
from casework.models import RowDigests
from disputes import commands as disputes
from files import attachments
from files.attachments import store
from files.models import Attachment
from retention import commands, queries
from retention.classes import BY_CODE
from retention.commands import runs
from retention.due import ends, records_of
from retention.models import LegalHold, RetentionRun
from rules import commands as rules
from rules.choices import Unit
from rules.terms import Term
from tests.cameras import picture
from tests.case_files import flaws
from tests.laws import assert_refused, insert
from tests.retention.ending import CARD, WORDS, Ending, all_ended, found

pytestmark = pytest.mark.django_db


@pytest.fixture
def ending(world, court, now):
    return Ending(now, world, court)


def test_after_a_run_of_each_class_nothing_of_it_is_found_and_everything_verifies(ending):
    before = found()
    assert {hit.rpartition(": ")[2] for hit in before} == set(WORDS)
    assert flaws(ending.case_file) == []
    checkpoints.make_if_due(now=ending.later)

    all_ended(ending)

    assert found() == []
    assert not any(store().has(sha256) for sha256 in ending.files)
    assert list(verification.faults()) == []
    assert flaws(ending.case_file) == []
    assert flaws(ending.written()) == []
    given = ending.dispute.identity_requests
    assert_refused("identity_answer_stands_as_it_was_given", lambda: given.update(**CARD, purged_at=None))
    with pytest.raises(NotFound):
        disputes.read_identity(actor=ending.court.bob, ref=ending.dispute.ref, now=ending.later)
    for run in RetentionRun.objects.all():
        assert (run.ended, run.due) == (run.due, run.due)
        assert [event.facts["ended"] for event in queries.destroyed_by(run)] == [run.due]


def test_no_earlier_digest_of_what_ended_can_be_tried_out(ending):
    opinion = ending.made["opinion-contacts"]
    salted = RowDigests.objects.filter(rows__contains='"rules_opinion"').exclude(salt="")
    before = set(salted.values_list("pk", flat=True))

    ending.signed("opinion-contacts")
    ending.carried_out()

    assert set(RowDigests.objects.filter(pk__in=before).values_list("salt", flat=True)) == {""}
    opinion.refresh_from_db()
    assert (opinion.contact, opinion.text) == ("", "四十八小时太长。")
    assert list(row_digests.faults()) == []


def test_two_people_sign_for_exactly_what_was_due(ending):
    change = ending.proposed("opinion-contacts")
    assert ending.proposed("opinion-contacts").pk == change.pk
    with pytest.raises(ConflictOfInterest):
        rules.sign_change(actor=ending.carl, ref=change.ref, now=ending.later)
    hold = commands.put_hold(actor=ending.carl, about=ending.of_opinion.number, reason="诉讼。", now=ending.later)
    with pytest.raises(Stale):
        rules.sign_change(actor=ending.dora, ref=change.ref, now=ending.later)
    commands.lift_hold(actor=ending.dora, ref=hold.ref, reason="已审结。", now=ending.later)
    with pytest.raises(NotYourTurn):
        commands.propose_run(actor=ending.carl, record_class="opinion-contacts", reason="早了。", now=ending.now)
    with pytest.raises(Invalid):
        commands.propose_run(actor=ending.carl, record_class="opinion-contacts", reason=" ", now=ending.later)
    for actor in (ending.world.alice, ending.world.rita, ending.world.platform):
        with pytest.raises(NotAllowed):
            commands.propose_run(actor=actor, record_class="opinion-contacts", reason="x", now=ending.later)

    rules.sign_change(actor=ending.dora, ref=change.ref, now=ending.later)

    run = RetentionRun.objects.get()
    assert (run.due, run.ended, run.change_id) == (1, 0, change.pk)
    assert found(WORDS[4:5]) == [f"rules_opinion.contact: {WORDS[4]}"]


@pytest.mark.parametrize(
    ("code", "about"), [("merchant-identities", "case"), ("merchant-identities", "party"), ("appeal-drafts", "party")]
)
def test_a_hold_stops_it_also_after_the_signatures_and_no_longer_than_it_lasts(ending, code, about):
    words = CARD.values() if code == "merchant-identities" else WORDS[8:9]
    held = {"case": ending.dispute.number, "party": ending.court.seller.ref}[about]
    held = ending.world.merchant.ref if code == "appeal-drafts" else held
    run = ending.signed(code)
    hold = commands.put_hold(actor=ending.carl, about=held, reason="法院要求保全。", now=ending.later)

    ending.carried_out()

    run.refresh_from_db()
    assert (run.state, run.ended) == ("CARRIED_OUT", 0)
    assert {hit.rpartition(": ")[2] for hit in found(words)} == set(words)
    planned = queries.planned(run.of, ending.later)
    assert (planned.overdue, planned.held) == (0, 1)

    commands.lift_hold(actor=ending.dora, ref=hold.ref, reason="已审结。", now=ending.later)
    ending.signed(code)
    ending.carried_out()
    assert found(words) == []
    assert list(verification.faults()) == []


def test_a_hold_ends_by_itself_at_its_time(ending):
    until = ending.later + timedelta(days=1)
    commands.put_hold(actor=ending.carl, about=ending.dispute.ref, reason="调查。", until=until, now=ending.later)
    row = BY_CODE["merchant-identities"]
    assert [ends(row, at).count() for at in (ending.later, until - timedelta(seconds=1), until)] == [0, 0, 1]


def test_a_clause_keeps_longer_and_nothing_ends_earlier_than_the_law_says(ending, monkeypatch):
    row = BY_CODE["merchant-identities"]
    end = ending.dispute.closed_at or ending.now
    assert ends(row, end + timedelta(days=3 * 365 - 1)).count() == 0
    assert ends(row, end + timedelta(days=3 * 366 + 2)).count() == 1
    for months, at, n in ((60, 4, 0), (60, 6, 1), (1, 2, 0)):
        term = Term("identity_kept", months, Unit.MONTHS)
        monkeypatch.setattr("retention.due.terms_at", lambda _at, term=term: {term.key: term})
        assert ends(row, end + timedelta(days=at * 366)).count() == n


def test_a_file_that_anything_names_is_never_due():
    asked = str(records_of(BY_CODE["uploads"]).query)
    fields = [field for model in apps.get_models() for field in model._meta.local_fields]
    naming = {field.model._meta.db_table for field in fields if field.related_model is Attachment}
    assert len(naming) > 5
    assert [table for table in naming if f'FROM "{table}"' not in asked] == []


def test_a_file_that_is_named_again_stays(ending):
    run = ending.signed("uploads")
    commands.carry_out_runs(now=ending.later)
    again = attachments.seal(io.BytesIO(picture("PNG")), name="b.png", actor=ending.world.platform, now=ending.later)

    ending.carried_out()

    assert RetentionRun.objects.get(pk=run.pk).ended == 1
    assert again.sha256 in ending.files
    assert store().has(again.sha256)
    assert list(verification.faults()) == []


EMPTIED = {
    "opinion_contacts_end_by_a_signed_run_alone": ("opinion-contacts", {"contact": ""}),
    "question_contacts_end_by_a_signed_run_alone": ("question-contacts", {"contact": ""}),
    "tip_contacts_end_by_a_signed_run_alone": ("tip-contacts", {"contact": ""}),
    "merchant_identities_end_by_a_signed_run_alone": ("merchant-identities", dict.fromkeys(CARD, "")),
    "access_addresses_end_by_a_signed_run_alone": ("access-addresses", {"sent_to": ""}),
    "invitation_addresses_end_by_a_signed_run_alone": ("invitation-addresses", {"sent_to": ""}),
}


@pytest.mark.parametrize("name", EMPTIED)
def test_the_database_empties_nothing_without_signatures_and_nothing_held(ending, name):
    code, changes = EMPTIED[name]
    made = ending.made[code]
    rows = type(made)._base_manager.filter(pk=made.pk)
    changes = changes | ({"purged_at": ending.later} if code == "merchant-identities" else {})
    assert_refused(name, lambda: rows.update(**changes))
    ending.signed(code)
    about = {"opinion-contacts": ending.of_opinion, "merchant-identities": ending.dispute}.get(code)
    about = about or getattr(made, "party", None)
    if about is not None:
        commands.put_hold(actor=ending.carl, about=about.ref, reason="诉讼。", now=ending.later)
        assert_refused(name, lambda: rows.update(**changes))
    else:
        rows.update(**changes)


def test_the_database_keeps_runs_and_holds_as_they_are(ending):
    now, carl = ending.later, ending.carl
    hold = commands.put_hold(actor=carl, about=ending.dispute.ref, reason="诉讼。", now=now)
    holds = LegalHold.objects.filter(pk=hold.pk)
    assert_refused("legal_hold_is_kept", lambda: holds._raw_delete("default"))
    assert_refused("legal_hold_stays_as_it_was_put", lambda: holds.update(reason="x"))
    assert_refused("legal_hold_is_lifted_by_somebody_in_words", lambda: holds.update(state="LIFTED"))
    assert_refused("legal_hold_state_is_known", lambda: holds.update(state="ELSEWHERE"))
    new = {"ref": "x", "number": "x"}
    for name, changes in {
        "legal_hold_is_of_one_party_or_one_case": {"case_kind": ""},
        "legal_hold_has_a_reason": {"reason": ""},
        "legal_hold_ends_after_it_begins": {"until": now - timedelta(days=1)},
    }.items():
        assert_refused(name, lambda changes=changes: insert(hold, **new, **changes))
    change = ending.proposed("opinion-contacts")
    unsigned = RetentionRun(record_class="opinion-contacts", change=change, through=now, due=1, created_at=now)
    unsigned.updated_at = now
    assert_refused("retention_run_follows_its_signature", lambda: insert(unsigned, ref="y", number="y"))
    rules.sign_change(actor=ending.dora, ref=change.ref, now=now)
    run = RetentionRun.objects.get()
    runs = RetentionRun.objects.filter(pk=run.pk)
    assert_refused("retention_run_is_kept", lambda: runs._raw_delete("default"))
    assert_refused("retention_run_stays_what_was_signed", lambda: runs.update(due=7))
    assert_refused("retention_run_ends_what_was_signed_for", lambda: runs.update(ended=2))
    assert_refused("retention_run_state_is_known", lambda: runs.update(state="ELSEWHERE"))
    assert_refused(
        "retention_run_is_done_once_its_files_are_gone", lambda: runs.update(state="CARRIED_OUT", contents=["x"])
    )
    with pytest.raises(NotYourTurn):
        ending.proposed("opinion-contacts")
    second = insert(change, ref="w", number="w", state="SIGNED", signed_by_id=ending.dora.user_id)
    twice = {"ref": "z", "number": "z", "change_id": second.pk}
    assert_refused("retention_run_is_one_at_a_time_of_a_class", lambda: insert(run, **twice))


def test_a_run_that_fails_holds_up_no_other(ending, monkeypatch):
    first, second = ending.signed("opinion-contacts"), ending.signed("question-contacts")
    end = runs._end

    def fails(row, records, *, now):
        assert row.code != first.record_class
        return end(row, records, now=now)

    monkeypatch.setattr(runs, "_end", fails)
    for _round in range(2):
        commands.carry_out_runs(now=ending.later)

    assert [RetentionRun.objects.get(pk=each.pk).state for each in (first, second)] == ["ENDING", "CARRIED_OUT"]
