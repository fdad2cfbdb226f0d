"""The chain of a case: what it says, that it cannot be rewritten, and that every kind of tampering is found."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from appeals import commands as appeals
from appeals.models import Appeal
from casework import canonical, ledger
from casework.models import Event
from notices.models import Notice
from tests import factories as make
from tests.databases import without_triggers


@pytest.fixture(scope="module")
def module_chain(module_database, module_world, now):
    """A notice with an appeal of six events, beside another case that must never be accused."""
    with module_database():
        alice, rita = module_world.alice, module_world.rita
        module_world.notice()
        appeal = make.file(alice, module_world.notice(), now=now)
        appeals.demand_human(actor=alice, ref=appeal.ref, now=now + timedelta(minutes=1))
        make.ready_to_decide(rita, appeal, now=now + timedelta(minutes=2))
        make.decide(rita, appeal, now=now + timedelta(minutes=3))
        assert list(ledger.verify()) == []


@pytest.fixture
def chain(module_chain, db):
    return list(Event.objects.filter(case_kind="appeal").order_by("sequence"))


@pytest.fixture
def tamper(chain):
    """SQL by somebody who owns the database."""

    def run(sql, *values):
        with without_triggers(), connection.cursor() as cursor:
            cursor.execute(sql, values)

    return run


def faults():
    return {(fault.sequence, fault.what) for fault in ledger.verify()}


def test_what_happened_is_what_it_says(chain, now):
    assert [(e.sequence, e.type, e.source, e.target) for e in chain] == [
        (1, "appeal.filed", "", "SUBMITTED"),
        (2, "appeal.human_demanded", "SUBMITTED", "SUBMITTED"),
        (3, "appeal.claimed", "SUBMITTED", "HUMAN_REVIEW"),
        (4, "appeal.first_view_recorded", "HUMAN_REVIEW", "HUMAN_REVIEW"),
        (5, "appeal.decided", "HUMAN_REVIEW", "DECIDED"),
    ]
    assert [e.previous for e in chain] == ["", *(e.hash for e in chain[:-1])]
    assert [e.hash for e in chain] == [ledger.hash_of(e) for e in chain]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("facts", '{"ground": "other"}'),
        ("type", "appeal.other"),
        ("verb", "other"),
        ("source", "OTHER"),
        ("actor_kind", "system"),
        ("actor_ref", "usr_other"),
        ("via", "api"),
        ("at", datetime(2020, 1, 1, tzinfo=UTC)),
        ("effective_at", datetime(2020, 1, 1, tzinfo=UTC)),
        ("case_ref", "apl_other"),
        ("hash", "0" * 64),
    ],
)
def test_an_altered_event_is_found(chain, tamper, column, value):
    tamper(f"UPDATE casework_event SET {column} = %s WHERE id = %s", value, chain[2].pk)

    found = faults()
    assert (3, "altered") in found
    assert found <= {(3, "altered"), (4, "broken-link")}


def test_an_event_altered_with_its_hash_breaks_the_next_link(chain, tamper):
    event = chain[2]
    event.facts = {"taken_over": True}
    tamper(
        "UPDATE casework_event SET facts = %s, hash = %s WHERE id = %s",
        '{"taken_over": true}',
        ledger.hash_of(event),
        event.pk,
    )

    assert faults() == {(4, "broken-link")}


def test_the_last_event_altered_with_its_hash_differs_from_the_head_of_the_row(chain, tamper):
    event = chain[-1]
    event.facts = {"outcome": "UPHELD"}
    tamper(
        "UPDATE casework_event SET facts = %s, hash = %s WHERE id = %s",
        '{"outcome": "UPHELD"}',
        ledger.hash_of(event),
        event.pk,
    )

    assert faults() == {(5, "head-differs")}


@pytest.mark.parametrize("place", [0, 2])
def test_a_removed_event_is_found(chain, tamper, place):
    tamper("DELETE FROM casework_outboxmessage WHERE event_id = %s", chain[place].pk)
    tamper("DELETE FROM casework_event WHERE id = %s", chain[place].pk)

    assert (place + 1, "missing") in faults()


def test_a_column_that_does_not_say_what_its_state_comes_to_is_found(chain):
    Appeal.objects.update(waits_on="claimable", is_ended=False)

    assert faults() == {(5, "row-differs: waits_on"), (5, "row-differs: is_ended")}


def test_a_cut_tail_is_found(chain, tamper):
    tamper("DELETE FROM casework_outboxmessage WHERE event_id = %s", chain[-1].pk)
    tamper("DELETE FROM casework_event WHERE id = %s", chain[-1].pk)

    assert faults() == {(5, "row-and-ledger-differ"), (5, "state-differs")}


def test_a_ledger_that_is_gone_is_found(chain, tamper):
    tamper("DELETE FROM casework_outboxmessage")
    tamper("DELETE FROM casework_event WHERE case_kind = 'appeal'")

    assert faults() == {(1, "missing")}


def test_an_inserted_event_is_found(chain):
    extra = Event(**{f.attname: getattr(chain[-1], f.attname) for f in Event._meta.concrete_fields if f.name != "id"})
    extra.sequence, extra.previous = 6, chain[-1].hash
    extra.hash = ledger.hash_of(extra)
    extra.save()  # an insertion is not stopped by the trigger: it is found

    assert faults() == {(7, "row-and-ledger-differ")}


def test_an_event_inserted_in_between_is_found(chain, tamper):
    tamper("UPDATE casework_event SET sequence = sequence + 10 WHERE case_kind = 'appeal' AND sequence > 2")
    extra = Event(**{f.attname: getattr(chain[1], f.attname) for f in Event._meta.concrete_fields if f.name != "id"})
    extra.sequence, extra.previous = 3, chain[1].hash
    extra.hash = ledger.hash_of(extra)
    extra.save()

    assert "altered" in {what for _sequence, what in faults()}


def test_two_events_in_each_other_s_place_are_found(chain, tamper):
    tamper("UPDATE casework_event SET sequence = 99 WHERE id = %s", chain[2].pk)
    tamper("UPDATE casework_event SET sequence = 3 WHERE id = %s", chain[3].pk)
    tamper("UPDATE casework_event SET sequence = 4 WHERE id = %s", chain[2].pk)

    assert {(3, "broken-link"), (3, "altered"), (4, "broken-link"), (4, "altered")} <= faults()


def test_a_re_typed_state_is_found(chain, tamper):
    tamper("UPDATE appeals_appeal SET state = 'WITHDRAWN', outcome = NULL, decided_by_kind = NULL, decided_at = NULL")

    assert {(5, "state-differs"), (5, "row-differs: outcome")} <= faults()


@pytest.mark.parametrize(
    ("column", "value", "what"), [("version", 4, "row-and-ledger-differ"), ("head", "0" * 64, "head-differs")]
)
def test_a_re_typed_end_is_found(chain, tamper, column, value, what):
    tamper(f"UPDATE appeals_appeal SET {column} = %s", value)

    assert what in {w for _sequence, w in faults()}


def test_a_case_that_was_removed_is_found(chain, tamper, world):
    lonely = Notice.objects.get(appeals__isnull=True)
    with connection.constraint_checks_disabled():
        tamper("DELETE FROM notices_notice WHERE id = %s", lonely.pk)
        found = [(f.case, f.what) for f in ledger.verify()]
        assert found == [(lonely.ref, "case-row-gone")]
        transaction.set_rollback(True)  # the missing row must not fail the end of the test


def test_the_command_says_so_and_fails(chain, tamper, capsys):
    call_command("verify_ledger")
    tamper("UPDATE casework_event SET facts = %s WHERE id = %s", "{}", chain[2].pk)

    with pytest.raises((CommandError, SystemExit)):
        call_command("verify_ledger")


# — the form —


def test_the_canonical_form_is_one():
    assert canonical.canonical({"b": 1, "a": ["é", None, True]}) == '{"a":["é",null,true],"b":1}'.encode()
    assert canonical.digest({"a": 1, "b": 2}) == canonical.digest({"b": 2, "a": 1})
    assert canonical.digest("x") == canonical.digest(b"x")
    # No normalisation: text that looks alike is not the same text.
    assert canonical.digest("é") != canonical.digest("e\u0301")


@pytest.mark.parametrize("value", [1.5, {"a": [1, {"b": 0.1}]}, (2.0,)])
def test_a_float_has_no_place_in_it(value):
    with pytest.raises(TypeError):
        canonical.canonical(value)


def test_a_time_is_written_in_one_way_whatever_its_zone():
    utc = datetime(2026, 3, 1, 1, 2, 3, tzinfo=UTC)
    assert canonical.moment(utc) == "2026-03-01T01:02:03.000000Z"
    assert canonical.moment(utc.astimezone(timezone(timedelta(hours=8)))) == canonical.moment(utc)
