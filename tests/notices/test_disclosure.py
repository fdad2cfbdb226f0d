"""How far it is known who decided: what a caller types is stated, what an officer does here is recorded."""

import pytest

from appeals.queries.case_file import _notice as as_in_the_case_file
from casework.errors import NotAllowed, NotYourTurn
from notices.api.serializers import AutomationOutput
from notices.commands import Decision, confirm_decision, open_exhibit
from notices.models import Disclosure, ExhibitOpening, Notice
from tests import factories as make
from tests.laws import assert_refused
from tests.pages import Visitor

pytestmark = pytest.mark.once
ON_RECORD = ("On record", "Recorded here", "记录在案", "系统内有记录")
SAID = [
    (Decision(officer="officer", opened=[1]), "Stated by the platform, not recorded here: that this person opened"),
    (Decision(officer="officer", evidence_was_opened=True), "Stated by the platform, not recorded here: that this"),
    (Decision(officer="officer"), "Stated by the platform, not recorded here: who decided, and that nothing was"),
    (Decision(tool="keyword-scan 3.2"), "Stated by the platform, not recorded here: that no person took part."),
]


@pytest.mark.parametrize(("decision", "said"), SAID)
def test_what_a_caller_types_is_stated_everywhere(world, decision, said, settings):
    """Finding 3: a client that says that somebody opened exhibit 1 recorded nothing."""
    typed = Decision(
        officer=world.otto.code if decision.officer else "",
        tool=decision.tool,
        evidence_was_opened=decision.evidence_was_opened,
        opened=decision.opened,
    )

    notice = world.notice(decision=typed)

    page = Visitor(world.alice).sees(f"/notices/{notice.ref}/")
    shown = AutomationOutput(notice, context={}).data
    assert said in page
    assert not any(words in page for words in ON_RECORD)
    assert (shown["is_recorded"], shown["disclosure"]["code"]) == (False, "STATED")
    assert shown["said"].startswith(said)
    assert as_in_the_case_file(notice, {})["disclosure"]["grade"] == "STATED"


def test_an_officer_who_opened_every_exhibit_here_is_recorded(world):
    notice = world.notice()

    with pytest.raises(NotYourTurn):
        confirm_decision(actor=world.otto, ref=notice.ref, now=world.now)
    open_exhibit(actor=world.otto, ref=notice.ref, no=1, now=world.now)
    open_exhibit(actor=world.otto, ref=notice.ref, no=1, now=world.now)
    found = confirm_decision(actor=world.otto, ref=notice.ref, now=world.now)

    assert (found.disclosure, ExhibitOpening.objects.count()) == (Disclosure.RECORDED, 1)
    assert "Recorded here" in Visitor(world.alice).sees(f"/notices/{notice.ref}/")
    with pytest.raises(NotYourTurn):
        confirm_decision(actor=world.otto, ref=notice.ref, now=world.now)


def test_the_officer_does_both_on_pages(world):
    notice, officer = world.notice(), Visitor(world.otto)
    at, work = f"/notices/{notice.ref}/", f"/workbench/notices/{notice.ref}"

    assert "国家级工艺,匠心制造" not in officer.sees(at)
    officer.sends(f"{work}/exhibits/1/open/", {})
    assert "国家级工艺,匠心制造" in officer.sees(at)
    officer.sends(f"{work}/confirm-decision/", {"version": Notice.objects.get().version})

    assert Notice.objects.get().disclosure == Disclosure.RECORDED


@pytest.mark.parametrize("who", ["rita", "carl", "alice", "platform"])
def test_nobody_else_puts_it_on_record(world, who):
    notice = world.notice()

    for attempt in (open_exhibit, confirm_decision):
        with pytest.raises(NotAllowed):
            attempt(
                actor=getattr(world, who),
                ref=notice.ref,
                now=world.now,
                **({"no": 1} if attempt is open_exhibit else {}),
            )

    assert Notice.objects.get().disclosure == Disclosure.STATED


def test_the_database_keeps_what_was_stated_off_the_record(world):
    notice = world.notice()
    rows = Notice.objects.filter(pk=notice.pk)
    recorded = {"disclosure": Disclosure.RECORDED, "confirmed_at": world.now}
    opening = {"exhibit": notice.exhibits.get(), "session_hash": "a" * 64, "opened_at": world.now}

    assert_refused("notice_on_record_was_opened_here", lambda: rows.update(**recorded))
    assert_refused(
        "exhibit_is_opened_by_who_decided",
        lambda: ExhibitOpening.objects.create(**opening, opened_by_id=world.rita.user_id),
    )
    fields = {f.attname: getattr(notice, f.attname) for f in Notice._meta.concrete_fields if not f.generated}
    copy = fields | {"id": None, "ref": "ntc_copy", "number": "N-copy", "external_ref": "copy"} | recorded
    assert_refused("issued_notice_is_never_on_record", lambda: Notice.objects.create(**copy))
    made = ExhibitOpening.objects.create(**opening, opened_by_id=world.otto.user_id)
    assert_refused("exhibit_opening_is_append_only", lambda: made.delete())
    assert_refused(
        "exhibit_opening_is_recorded_once",
        lambda: ExhibitOpening.objects.create(**opening, opened_by_id=world.otto.user_id),
    )


def test_a_letter_keeps_what_it_said(world):
    notice = world.notice()
    open_exhibit(actor=world.otto, ref=notice.ref, no=1, now=world.now)
    found = confirm_decision(actor=world.otto, ref=notice.ref, now=world.now + make.timedelta(hours=1))

    assert found.disclosed_at(world.now).startswith("Stated")
    assert found.disclosed.startswith("Recorded here")
