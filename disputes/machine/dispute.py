"""The state machine of a dispute. Declarations only."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import GET_STATE, transition

from casework.machine import ACTOR, StateField, moves
from casework.states import Relation, State, Tab, final_states, open_states, tabs


class DisputeState(models.TextChoices):
    NEGOTIATING = "NEGOTIATING", _("talking")
    ESCALATED = "ESCALATED", _("platform joined")
    EVIDENCE = "EVIDENCE", pgettext_lazy("state", "evidence")
    DELIBERATING = "DELIBERATING", _("deciding")
    DETERMINED = "DETERMINED", _("determined")
    REVIEW_REQUESTED = "REVIEW_REQUESTED", _("review requested")
    SETTLED = "SETTLED", _("settled")
    CARRYING_OUT = "CARRYING_OUT", _("carrying out")
    CLOSED = "CLOSED", pgettext_lazy("state", "closed")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")
    PAUSED = "PAUSED", _("paused by court or police")
    APPRAISING = "APPRAISING", _("being tested")


S = DisputeState
STATES = {
    S.NEGOTIATING: State.open(
        "wait",
        "chat",
        turn="sides",
        tab="",
        next_step=_("If no answer comes in time, the platform joins by itself and goes on with what is on file."),
    ),
    S.ESCALATED: State.open(
        "wait", "person", turn="platform", tab="waiting", next_step=_("A mediator, who is a person, will join.")
    ),
    S.EVIDENCE: State.open(
        "wait",
        "file",
        turn="bearers",
        tab="mine",
        next_step=_("If nothing comes in time, we go on with what is on file."),
    ),
    S.DELIBERATING: State.open(
        "wait",
        "scale",
        turn="platform",
        tab="mine",
        next_step=_("Evidence is closed. A mediator decides on what is on file. You can still write."),
    ),
    S.DETERMINED: State.open("calm", "scale", turn="reviewers", tab="mine", next_step=""),
    S.REVIEW_REQUESTED: State.open(
        "wait",
        "person",
        turn="platform",
        tab="waiting",
        next_step=_("Somebody else, who had no part before, will review the determination."),
    ),
    S.SETTLED: State.open("good", "check", turn="", tab="mine", next_step=""),
    S.CARRYING_OUT: State.open(
        "wait",
        "hourglass",
        turn="debtors",
        tab="mine",
        next_step=_("What is owed is being carried out."),
    ),
    S.PAUSED: State.paused(
        "warn",
        "pause",
        tab="mine",
        next_step=_(
            "It goes on once that is over; every time limit is then later by the length of the pause. You can still "
            "write."
        ),
    ),
    S.APPRAISING: State.paused(
        "wait",
        "pause",
        tab="mine",
        next_step=_(
            "It goes on once the test is reported or called off; every time limit is then later by as long. You can "
            "still write."
        ),
    ),
    S.CLOSED: State.final("calm", "check-circle", tab=""),
    S.WITHDRAWN: State.final("calm", "undo", tab=""),
}
"""Turns: `platform`; of the sides, whoever has to answer (`sides`), to show something (`bearers`), owes (`debtors`), or
can still ask for a review (`reviewers`). What is paused waits for the platform, which looks again.
Tabs: those of the mediators' list, below."""
HOLDER = Relation({"mediator_id": "user_id"})
TABS = tabs(
    Tab("waiting", _("Waiting"), can_be_taken=True),  # with nothing of the case
    Tab("mine", _("Mine"), seen_by=HOLDER),
    Tab("all", _("All")),
)
"""The tabs in their order. On the last stands no state: oversight finds every dispute there."""
STEP_OF = {
    S.NEGOTIATING: 1,
    S.ESCALATED: 2,
    S.EVIDENCE: 3,
    S.DELIBERATING: 4,
    S.DETERMINED: 4,
    S.REVIEW_REQUESTED: 4,
    S.SETTLED: 5,
    S.CARRYING_OUT: 5,
    S.CLOSED: 6,
    S.WITHDRAWN: 6,
}
"""How far the five steps have come that both sides see. A paused dispute stands where it was paused."""
OPEN = open_states(STATES)
FINAL = final_states(STATES)
WITH_PLATFORM = [s for s, row in STATES.items() if row.turn == "platform"]
WITH_SIDES = [s for s, row in STATES.items() if row.turn in ("sides", "bearers", "debtors")]
BEFORE_MEDIATOR = [S.NEGOTIATING, S.ESCALATED]
PROVING = [*BEFORE_MEDIATOR, S.EVIDENCE]
"""Where evidence can be submitted, and the time to answer it runs; paused, it runs from when it is resumed."""
WITH_MEDIATOR = [S.EVIDENCE, S.DELIBERATING]
BEFORE_DECISION = [*PROVING, S.DELIBERATING]
PERSON_DEMANDABLE = [*BEFORE_DECISION, S.REVIEW_REQUESTED, S.PAUSED, S.APPRAISING]
PAUSES = [s for s, row in STATES.items() if row.is_paused]
PAUSABLE = [*BEFORE_DECISION, S.DETERMINED, S.REVIEW_REQUESTED, S.CARRYING_OUT]
UNDER_REVIEW = [S.REVIEW_REQUESTED, S.DELIBERATING]
"""Where a determination, once there is one, does not take effect because it is being reviewed."""
AGREED = [S.SETTLED, S.CARRYING_OUT, S.CLOSED]
"""Where an offer that both sides accepted has led."""
PROOF_IS_OVER = [S.SETTLED, S.CARRYING_OUT, *FINAL]
"""Where nobody has to show anything any more, and what was not found stays open."""
HAVE_TIMES_OF_PARTS = [S.EVIDENCE, S.SETTLED, S.CARRYING_OUT, *FINAL]
"""Where the time stands on facts or obligations, or nothing is due; a settlement is carried out with the same act."""
TALKING_CLOCKS = ("dispute.answer", "dispute.talk")
PROOF_CLOCKS = ("dispute.production", "dispute.answerable", "dispute.records", "dispute.reminder")
ALL_CLOCKS = (*TALKING_CLOCKS, *PROOF_CLOCKS, "dispute.offer", "dispute.assign", "dispute.decide")
PAUSE_CLOCKS = ("dispute.pause",)
OWING_CLOCKS = ("dispute.obligation", "dispute.confirmation")
EVERY_CLOCK = (*ALL_CLOCKS, "dispute.review", *OWING_CLOCKS)
"""What a pause stops. The platform's time to say who a merchant is (`dispute.identity`) is of no step, and runs on."""


def demand_is_new(dispute: Any) -> bool:
    """Evaluated on the changed copy: the demand is being recorded now."""
    return bool(dispute.human_demanded)


def has_mediator(dispute: Any) -> bool:
    return dispute.mediator_id is not None


def was_with_mediator(dispute: Any) -> bool:
    """It was paused while a mediator had it to decide."""
    return dispute.paused_from in WITH_MEDIATOR


def is_first_review(dispute: Any) -> bool:
    """Evaluated on the changed copy: the second round begins, and whoever held the first stands aside."""
    return int(dispute.round) == 2 and dispute.first_mediator_id is not None and dispute.mediator_id is None


def is_first_round(dispute: Any) -> bool:
    """Evaluated on the changed copy, whose round a withdrawal does not change."""
    return int(dispute.round) == 1


def pause_is_over(dispute: Any) -> bool:
    """Evaluated on the changed copy, which is no longer paused; where it goes on is where it was paused."""
    return dispute.paused_at is None and not dispute.paused_from


class DisputeMachine(models.Model):
    state = StateField(_("state"), choices=S, default=S.NEGOTIATING, protected=True)

    STATES, TABS = STATES, TABS

    class Meta:
        abstract = True

    # — the parties —

    @transition(
        field=state,
        source=[S.NEGOTIATING, S.ESCALATED],
        target=None,
        custom=moves("dispute.answered", cancels=("dispute.answer",), by=("party",)),
    )
    def answer(self, **_facts: Any) -> None:
        """The respondent gave its first answer."""

    @transition(
        field=state,
        source=S.NEGOTIATING,
        target=S.ESCALATED,
        custom=moves("dispute.escalated", cancels=TALKING_CLOCKS, by=("party", "system")),
    )
    def escalate(self, **_facts: Any) -> None:
        """A party called the platform in, or the respondent stayed silent; a mediator will join."""

    @transition(
        field=state,
        source=PERSON_DEMANDABLE,
        target=None,
        conditions=[demand_is_new],
        custom=moves("dispute.human_demanded", by=("party", "help line")),
    )
    def demand_human(self, **_facts: Any) -> None:
        """A party demands a person, or an officer takes the demand down on the phone: irrevocable, without a reason;
        from now on the system proposes nothing.
        """

    @transition(
        field=state, source=PERSON_DEMANDABLE, target=None, custom=moves("dispute.filing_confirmed", by=("party",))
    )
    def confirm_filing(self, **_facts: Any) -> None:
        """A side confirmed or corrected what an officer took down for it on the phone."""

    @transition(
        field=state,
        source=BEFORE_DECISION,
        target=S.WITHDRAWN,
        conditions=[is_first_round],
        custom=moves("dispute.withdrawn", cancels=ALL_CLOCKS, by=("party",)),
    )
    def withdraw(self, **_facts: Any) -> None:
        """The claimant takes the dispute back, before it was ever determined."""

    @transition(
        field=state,
        source=PROVING,
        target=None,
        custom=moves("dispute.evidence_submitted", by=("party",)),
    )
    def submit_evidence(self, **_facts: Any) -> None:
        """One side's staged evidence about one fact is frozen as its next version; the other side can answer it."""

    @transition(
        field=state,
        source=PROVING,
        target=None,
        custom=moves("dispute.evidence_answered", by=("party",)),
    )
    def answer_evidence(self, **_facts: Any) -> None:
        """The other side has nothing to add to what was submitted."""

    @transition(
        field=state,
        source=PROVING,
        target=None,
        custom=moves("dispute.evidence_objected", by=("party",)),
    )
    def object_to_evidence(self, **_facts: Any) -> None:
        """A side objects to one piece of evidence: authenticity, relevance or completeness."""

    @transition(
        field=state,
        source=PROVING,
        target=None,
        custom=moves("dispute.fact_admitted", by=("party",)),
    )
    def admit_fact(self, **_facts: Any) -> None:
        """A side concedes a fact; it needs no proof any more."""

    @transition(field=state, source=BEFORE_DECISION, target=None, custom=moves("dispute.offer_made", by=("party",)))
    def make_offer(self, **_facts: Any) -> None:
        """A side, or the platform, proposes terms; its earlier open offer is replaced."""

    @transition(field=state, source=BEFORE_DECISION, target=None, custom=moves("dispute.offer_accepted", by=("party",)))
    def accept_offer(self, **_facts: Any) -> None:
        """One of two sides accepted the platform's proposal; the other has still to."""

    @transition(field=state, source=BEFORE_DECISION, target=None, custom=moves("dispute.offer_refused", by=("party",)))
    def refuse_offer(self, **_facts: Any) -> None:
        """The other side said no."""

    @transition(
        field=state, source=BEFORE_DECISION, target=None, custom=moves("dispute.offer_withdrawn", by=("party",))
    )
    def withdraw_offer(self, **_facts: Any) -> None:
        """Whoever made it took it back before it was accepted."""

    @transition(
        field=state,
        source=[*BEFORE_DECISION, S.PAUSED, S.APPRAISING],
        target=None,
        custom=moves("dispute.offer_lapsed", by=("system",)),
    )
    def lapse_offer(self, **_facts: Any) -> None:
        """Its time passed, or a demand for a person took a system's proposal away."""

    @transition(
        field=state,
        source=BEFORE_DECISION,
        target=S.SETTLED,
        custom=moves("dispute.settled", cancels=ALL_CLOCKS, by=("party",)),
    )
    def settle(self, **_facts: Any) -> None:
        """Both sides agreed to the same terms."""

    @transition(
        field=state,
        source=BEFORE_DECISION,
        target=S.SETTLED,
        custom=moves("dispute.settled", cancels=ALL_CLOCKS, by=("party",)),
    )
    def agree_to_claim(self, **_facts: Any) -> None:
        """The other side gives what the claimant wanted; nobody is asked to accept what they asked for."""

    @transition(
        field=state,
        source=BEFORE_MEDIATOR,
        target=S.SETTLED,
        custom=moves("dispute.fast_refunded", cancels=ALL_CLOCKS, by=("party",)),
    )
    def accept_fast_refund(self, **_facts: Any) -> None:
        """The buyer takes the fast refund that the dispute was opened with; it ends, and nothing is found."""

    @transition(
        field=state,
        source=S.DETERMINED,
        target=S.REVIEW_REQUESTED,
        conditions=[is_first_review],
        custom=moves("dispute.review_requested", cancels=("dispute.review",), by=("party",), leaves=True),
    )
    def request_review(self, **_facts: Any) -> None:
        """A side asks, once, for a review by someone else."""

    @transition(
        field=state, source=S.DETERMINED, target=None, custom=moves("dispute.determination_accepted", by=("party",))
    )
    def accept_determination(self, **_facts: Any) -> None:
        """A side waives its right to a review."""

    # — the mediator —

    @transition(
        field=state,
        source=S.ESCALATED,
        target=S.EVIDENCE,
        conditions=[has_mediator],
        custom=moves("dispute.joined", cancels=("dispute.assign",), by=("mediator",), takes=ACTOR),
    )
    @transition(
        field=state,
        source=S.REVIEW_REQUESTED,
        target=S.DELIBERATING,
        conditions=[has_mediator],
        custom=moves("dispute.joined", cancels=("dispute.assign",), by=("mediator",), takes=ACTOR),
    )
    def join(self, **_facts: Any) -> None:
        """A mediator holds the dispute; in the first round the windows to produce evidence open."""

    @transition(
        field=state,
        source=[*WITH_MEDIATOR, S.APPRAISING],
        target=None,
        conditions=[has_mediator],
        custom=moves("dispute.handed_over", by=("mediator",), takes="to"),
    )
    @transition(
        field=state,
        source=S.PAUSED,
        target=None,
        conditions=[has_mediator, was_with_mediator],
        custom=moves("dispute.handed_over", by=("mediator",), takes="to"),
    )
    def hand_over(self, **_facts: Any) -> None:
        """Another mediator holds it from now on."""

    @transition(
        field=state,
        source=S.ESCALATED,
        target=S.EVIDENCE,
        conditions=[has_mediator],
        custom=moves("dispute.assigned", cancels=("dispute.assign",), by=("compliance", "administrator"), takes="to"),
    )
    @transition(
        field=state,
        source=S.REVIEW_REQUESTED,
        target=S.DELIBERATING,
        conditions=[has_mediator],
        custom=moves("dispute.assigned", cancels=("dispute.assign",), by=("compliance", "administrator"), takes="to"),
    )
    @transition(
        field=state,
        source=[*WITH_MEDIATOR, S.APPRAISING],
        target=None,
        conditions=[has_mediator],
        custom=moves("dispute.assigned", by=("compliance", "administrator"), takes="to"),
    )
    @transition(
        field=state,
        source=S.PAUSED,
        target=None,
        conditions=[has_mediator, was_with_mediator],
        custom=moves("dispute.assigned", by=("compliance", "administrator"), takes="to"),
    )
    def assign(self, **_facts: Any) -> None:
        """Oversight gave it to a mediator, who holds it from now on, whoever did before."""

    @transition(
        field=state, source=S.EVIDENCE, target=None, custom=moves("dispute.burden_shifted", by=("mediator", "system"))
    )
    def shift_burden(self, **_facts: Any) -> None:
        """Another side must show something now, by a new time, on a stated basis."""

    @transition(
        field=state,
        source=WITH_MEDIATOR,
        target=None,
        conditions=[has_mediator],
        custom=moves("dispute.fact_ruled", by=("mediator",)),
    )
    def rule_fact(self, **_facts: Any) -> None:
        """The mediator found a fact proved or not proved, with reasons."""

    @transition(
        field=state,
        source=S.DELIBERATING,
        target=S.EVIDENCE,
        conditions=[has_mediator],
        custom=moves("dispute.evidence_reopened", cancels=("dispute.decide",), by=("mediator",)),
    )
    def reopen_evidence(self, **_facts: Any) -> None:
        """Something must still be shown or answered."""

    @transition(
        field=state,
        source=S.DELIBERATING,
        target=S.DETERMINED,
        conditions=[has_mediator],
        custom=moves("dispute.determined", cancels=ALL_CLOCKS, by=("mediator",)),
    )
    def determine(self, **_facts: Any) -> None:
        """A person determined the dispute, fact by fact, in writing."""

    @transition(
        field=state,
        source=PAUSABLE,
        target=S.PAUSED,
        custom=moves(
            "dispute.paused",
            cancels=EVERY_CLOCK,
            by=("mediator", "compliance", "administrator"),
        ),
    )
    def pause(self, **_facts: Any) -> None:
        """A court or the police has the matter; every clock stops."""

    @transition(
        field=state,
        source=S.PAUSED,
        target=GET_STATE(lambda dispute, **_facts: dispute.paused_from, states=PAUSABLE),
        conditions=[pause_is_over],
        custom=moves("dispute.resumed", cancels=PAUSE_CLOCKS, by=("mediator", "compliance", "administrator")),
    )
    def resume(self, **_facts: Any) -> None:
        """The pause is over; the dispute goes on where it was, and every clock, moved by exactly the pause's length."""

    # — appraisals —

    @transition(
        field=state,
        source=S.EVIDENCE,
        target=None,
        conditions=[has_mediator],
        custom=moves("dispute.appraisal_proposed", by=("mediator",)),
    )
    def propose_appraisal(self, **_facts: Any) -> None:
        """Both sides are asked whether a named body tests the goods, and who pays it first."""

    @transition(field=state, source=S.EVIDENCE, target=None, custom=moves("dispute.appraisal_answered", by=("party",)))
    def answer_appraisal(self, **_facts: Any) -> None:
        """A side agreed to the appraisal that was proposed, or refused it."""

    @transition(
        field=state,
        source=S.EVIDENCE,
        target=S.APPRAISING,
        custom=moves("dispute.appraisal_begun", cancels=EVERY_CLOCK, by=("system",)),
    )
    def begin_appraisal(self, **_facts: Any) -> None:
        """The body was agreed on, or designated by an authority; it tests, and every clock stops."""

    @transition(
        field=state,
        source=S.APPRAISING,
        target=None,
        conditions=[has_mediator],
        custom=moves("dispute.custody_recorded", by=("mediator",)),
    )
    def record_custody(self, **_facts: Any) -> None:
        """The goods went into other hands."""

    @transition(
        field=state,
        source=S.APPRAISING,
        target=S.EVIDENCE,
        conditions=[has_mediator, pause_is_over],
        custom=moves("dispute.appraisal_ended", cancels=PAUSE_CLOCKS, by=("mediator",)),
    )
    def end_appraisal(self, **_facts: Any) -> None:
        """The report is there, or the appraisal was called off; every clock goes on, later by exactly its length."""

    # — the system —

    @transition(field=state, source=PAUSES, target=None, custom=moves("dispute.pause_due", by=("system",)))
    def ask_about_pause(self, **_facts: Any) -> None:
        """It was time to look whether the pause still holds; whoever can end it was told, and is again next time."""

    @transition(field=state, source=S.EVIDENCE, target=None, custom=moves("dispute.fact_defaulted", by=("system",)))
    def default_fact(self, **_facts: Any) -> None:
        """The time to show something passed in silence; the fact is what the table says that silence means."""

    @transition(
        field=state,
        source=[S.NEGOTIATING, S.EVIDENCE, S.DETERMINED, S.CARRYING_OUT],
        target=None,
        custom=moves("dispute.window_extended", by=("system",)),
    )
    def extend_window(self, **_facts: Any) -> None:
        """An outage inside an open window made it longer."""

    @transition(
        field=state,
        source=S.EVIDENCE,
        target=S.DELIBERATING,
        custom=moves("dispute.evidence_closed", cancels=PROOF_CLOCKS, by=("system", "mediator")),
    )
    def close_evidence(self, **_facts: Any) -> None:
        """Every fact is settled or waits for a ruling, and everything submitted could be answered."""

    @transition(
        field=state,
        source=WITH_PLATFORM,
        target=None,
        custom=moves("dispute.overdue", by=("system",)),
    )
    def mark_overdue(self, **_facts: Any) -> None:
        """The published time of the platform's own step passed; both sides get an apology."""

    @transition(
        field=state,
        source=WITH_SIDES,
        target=None,
        custom=moves("dispute.reminded", by=("system",)),
    )
    def remind(self, **_facts: Any) -> None:
        """Somebody's time runs out soon; they were told."""

    @transition(
        field=state,
        source=PROVING,
        target=None,
        custom=moves("dispute.records_asked", by=("party",)),
    )
    def ask_for_records(self, **_facts: Any) -> None:
        """A side asked with one click for the platform's own records; they are being fetched."""

    @transition(
        field=state,
        source=[*OPEN, *FINAL],
        target=None,
        custom=moves("dispute.records_sealed", by=("system",)),
    )
    def seal_records(self, **_facts: Any) -> None:
        """The platform's own records about the order are on file, gaps declared."""

    @transition(
        field=state,
        source=[S.DETERMINED, S.SETTLED],
        target=S.CARRYING_OUT,
        custom=moves("dispute.carrying_out", cancels=("dispute.review",), by=("system",)),
    )
    def begin_carrying_out(self, **_facts: Any) -> None:
        """What was agreed or determined is owed now, each part by its time."""

    @transition(
        field=state,
        source=S.CARRYING_OUT,
        target=None,
        custom=moves("dispute.obligation_followed", by=("party", "platform", "system")),
    )
    def follow_obligation(self, **_facts: Any) -> None:
        """A payment or delivery was reported, confirmed, not objected to in time, failed or is late."""

    @transition(
        field=state,
        source=S.CARRYING_OUT,
        target=None,
        custom=moves("dispute.obligation_not_received", by=("party",)),
    )
    def report_not_received(self, **_facts: Any) -> None:
        """Whoever something is owed to says that it did not arrive; who owes it is reminded, the platform steps in."""

    @transition(
        field=state,
        source=S.CARRYING_OUT,
        target=None,
        custom=moves("dispute.payment_recorded", by=("platform", "compliance")),
    )
    def record_payment(self, **_facts: Any) -> None:
        """A payment of what is owed is proved by the platform's payment channel."""

    @transition(
        field=state,
        source=[*OPEN, *FINAL],
        target=None,
        custom=moves("dispute.advance_followed", by=("platform", "compliance")),
    )
    def follow_advance(self, **_facts: Any) -> None:
        """The platform paid first, or got back what it had paid."""

    @transition(field=state, source=[*OPEN, *FINAL], target=None, custom=moves("dispute.translated", by=("mediator",)))
    def add_translation(self, **_facts: Any) -> None:
        """A translation of a determination was added, for information: the original counts."""

    # — the merchant's identity —

    @transition(field=state, source=[*OPEN, *FINAL], target=None, custom=moves("dispute.identity_asked", by=("party",)))
    def ask_identity(self, **_facts: Any) -> None:
        """A consumer wants to know who the merchant is; the platform has to say so in time, at whatever stage."""

    @transition(
        field=state,
        source=[*OPEN, *FINAL],
        target=None,
        custom=moves("dispute.identity_answered", by=("platform", "compliance")),
    )
    def answer_identity(self, **_facts: Any) -> None:
        """The platform gave the merchant's identity, or did not, for a reason of a closed list."""

    @transition(
        field=state,
        source=[*OPEN, *FINAL],
        target=None,
        custom=moves("dispute.identity_read", by=("party", "compliance", "administrator")),
    )
    def read_identity(self, **_facts: Any) -> None:
        """Somebody read the merchant's identity."""

    @transition(
        field=state, source=[*OPEN, *FINAL], target=None, custom=moves("dispute.identity_overdue", by=("system",))
    )
    def mark_identity_late(self, **_facts: Any) -> None:
        """The time to say who the merchant is has passed."""

    @transition(
        field=state,
        source=[S.DETERMINED, S.SETTLED, S.CARRYING_OUT],
        target=S.CLOSED,
        custom=moves("dispute.closed", cancels=("dispute.review", *OWING_CLOCKS), by=("system",)),
    )
    def close(self, **_facts: Any) -> None:
        """Nothing is owed any more."""
