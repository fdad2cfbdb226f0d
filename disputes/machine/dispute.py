"""The state machine of a dispute. Declarations only."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import GET_STATE

from casework.machine import ACTOR, StateField, edge
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

    answer = edge([S.NEGOTIATING, S.ESCALATED], None, "dispute.answered", cancels=("dispute.answer",), by=("party",))
    """The respondent gave its first answer."""
    escalate = edge(S.NEGOTIATING, S.ESCALATED, "dispute.escalated", cancels=TALKING_CLOCKS, by=("party", "system"))
    """A party called the platform in, or the respondent stayed silent; a mediator will join."""
    demand_human = edge(
        PERSON_DEMANDABLE, None, "dispute.human_demanded", conditions=[demand_is_new], by=("party", "help line")
    )
    """A party demands a person, or an officer takes the demand down on the phone: irrevocable, without a reason;
    from now on the system proposes nothing.
    """
    confirm_filing = edge(PERSON_DEMANDABLE, None, "dispute.filing_confirmed", by=("party",))
    """A side confirmed or corrected what an officer took down for it on the phone."""
    withdraw = edge(
        BEFORE_DECISION,
        S.WITHDRAWN,
        "dispute.withdrawn",
        conditions=[is_first_round],
        cancels=ALL_CLOCKS,
        by=("party",),
    )
    """The claimant takes the dispute back, before it was ever determined."""
    submit_evidence = edge(PROVING, None, "dispute.evidence_submitted", by=("party",))
    """One side's staged evidence about one fact is frozen as its next version; the other side can answer it."""
    answer_evidence = edge(PROVING, None, "dispute.evidence_answered", by=("party",))
    """The other side has nothing to add to what was submitted."""
    object_to_evidence = edge(PROVING, None, "dispute.evidence_objected", by=("party",))
    """A side objects to one piece of evidence: authenticity, relevance or completeness."""
    admit_fact = edge(PROVING, None, "dispute.fact_admitted", by=("party",))
    """A side concedes a fact; it needs no proof any more."""
    make_offer = edge(BEFORE_DECISION, None, "dispute.offer_made", by=("party",))
    """A side, or the platform, proposes terms; its earlier open offer is replaced."""
    accept_offer = edge(BEFORE_DECISION, None, "dispute.offer_accepted", by=("party",))
    """One of two sides accepted the platform's proposal; the other has still to."""
    refuse_offer = edge(BEFORE_DECISION, None, "dispute.offer_refused", by=("party",))
    """The other side said no."""
    withdraw_offer = edge(BEFORE_DECISION, None, "dispute.offer_withdrawn", by=("party",))
    lapse_offer = edge([*BEFORE_DECISION, S.PAUSED, S.APPRAISING], None, "dispute.offer_lapsed", by=("system",))
    """Its time passed, or a demand for a person took a system's proposal away."""
    settle = edge(BEFORE_DECISION, S.SETTLED, "dispute.settled", cancels=ALL_CLOCKS, by=("party",))
    """Both sides agreed to the same terms."""
    agree_to_claim = edge(BEFORE_DECISION, S.SETTLED, "dispute.settled", cancels=ALL_CLOCKS, by=("party",))
    """The other side gives what the claimant wanted; nobody is asked to accept what they asked for."""
    accept_fast_refund = edge(BEFORE_MEDIATOR, S.SETTLED, "dispute.fast_refunded", cancels=ALL_CLOCKS, by=("party",))
    request_review = edge(
        S.DETERMINED,
        S.REVIEW_REQUESTED,
        "dispute.review_requested",
        conditions=[is_first_review],
        cancels=("dispute.review",),
        by=("party",),
        leaves=True,
    )
    """A side asks, once, for a review by someone else."""
    accept_determination = edge(S.DETERMINED, None, "dispute.determination_accepted", by=("party",))
    """A side waives its right to a review."""

    # — the mediator —

    join = edge(
        S.ESCALATED,
        S.EVIDENCE,
        "dispute.joined",
        conditions=[has_mediator],
        cancels=("dispute.assign",),
        by=("mediator",),
        takes=ACTOR,
    ) | edge(
        S.REVIEW_REQUESTED,
        S.DELIBERATING,
        "dispute.joined",
        conditions=[has_mediator],
        cancels=("dispute.assign",),
        by=("mediator",),
        takes=ACTOR,
    )
    """A mediator holds the dispute; in the first round the windows to produce evidence open."""
    hand_over = edge(
        [*WITH_MEDIATOR, S.APPRAISING],
        None,
        "dispute.handed_over",
        conditions=[has_mediator],
        by=("mediator",),
        takes="to",
    ) | edge(
        S.PAUSED,
        None,
        "dispute.handed_over",
        conditions=[has_mediator, was_with_mediator],
        by=("mediator",),
        takes="to",
    )
    assign = (
        edge(
            S.ESCALATED,
            S.EVIDENCE,
            "dispute.assigned",
            conditions=[has_mediator],
            cancels=("dispute.assign",),
            by=("compliance", "administrator"),
            takes="to",
        )
        | edge(
            S.REVIEW_REQUESTED,
            S.DELIBERATING,
            "dispute.assigned",
            conditions=[has_mediator],
            cancels=("dispute.assign",),
            by=("compliance", "administrator"),
            takes="to",
        )
        | edge(
            [*WITH_MEDIATOR, S.APPRAISING],
            None,
            "dispute.assigned",
            conditions=[has_mediator],
            by=("compliance", "administrator"),
            takes="to",
        )
        | edge(
            S.PAUSED,
            None,
            "dispute.assigned",
            conditions=[has_mediator, was_with_mediator],
            by=("compliance", "administrator"),
            takes="to",
        )
    )
    """Oversight gave it to a mediator, who holds it from now on, whoever did before."""
    shift_burden = edge(S.EVIDENCE, None, "dispute.burden_shifted", by=("mediator", "system"))
    """Another side must show something now, by a new time, on a stated basis."""
    rule_fact = edge(WITH_MEDIATOR, None, "dispute.fact_ruled", conditions=[has_mediator], by=("mediator",))
    """The mediator found a fact proved or not proved, with reasons."""
    reopen_evidence = edge(
        S.DELIBERATING,
        S.EVIDENCE,
        "dispute.evidence_reopened",
        conditions=[has_mediator],
        cancels=("dispute.decide",),
        by=("mediator",),
    )
    """Something must still be shown or answered."""
    determine = edge(
        S.DELIBERATING,
        S.DETERMINED,
        "dispute.determined",
        conditions=[has_mediator],
        cancels=ALL_CLOCKS,
        by=("mediator",),
    )
    """A person determined the dispute, fact by fact, in writing."""
    pause = edge(
        PAUSABLE, S.PAUSED, "dispute.paused", cancels=EVERY_CLOCK, by=("mediator", "compliance", "administrator")
    )
    resume = edge(
        S.PAUSED,
        GET_STATE(lambda dispute, **_facts: dispute.paused_from, states=PAUSABLE),
        "dispute.resumed",
        conditions=[pause_is_over],
        cancels=PAUSE_CLOCKS,
        by=("mediator", "compliance", "administrator"),
    )

    # — appraisals —

    propose_appraisal = edge(
        S.EVIDENCE, None, "dispute.appraisal_proposed", conditions=[has_mediator], by=("mediator",)
    )
    """Both sides are asked whether a named body tests the goods, and who pays it first."""
    answer_appraisal = edge(S.EVIDENCE, None, "dispute.appraisal_answered", by=("party",))
    """A side agreed to the appraisal that was proposed, or refused it."""
    begin_appraisal = edge(S.EVIDENCE, S.APPRAISING, "dispute.appraisal_begun", cancels=EVERY_CLOCK, by=("system",))
    """The body was agreed on, or designated by an authority; it tests, and every clock stops."""
    record_custody = edge(S.APPRAISING, None, "dispute.custody_recorded", conditions=[has_mediator], by=("mediator",))
    """The goods went into other hands."""
    end_appraisal = edge(
        S.APPRAISING,
        S.EVIDENCE,
        "dispute.appraisal_ended",
        conditions=[has_mediator, pause_is_over],
        cancels=PAUSE_CLOCKS,
        by=("mediator",),
    )

    # — the system —

    ask_about_pause = edge(PAUSES, None, "dispute.pause_due", by=("system",))
    """It was time to look whether the pause still holds; whoever can end it was told, and is again next time."""
    default_fact = edge(S.EVIDENCE, None, "dispute.fact_defaulted", by=("system",))
    """The time to show something passed in silence; the fact is what the table says that silence means."""
    extend_window = edge(
        [S.NEGOTIATING, S.EVIDENCE, S.DETERMINED, S.CARRYING_OUT], None, "dispute.window_extended", by=("system",)
    )
    """An outage inside an open window made it longer."""
    close_evidence = edge(
        S.EVIDENCE, S.DELIBERATING, "dispute.evidence_closed", cancels=PROOF_CLOCKS, by=("system", "mediator")
    )
    """Every fact is settled or waits for a ruling, and everything submitted could be answered."""
    mark_overdue = edge(WITH_PLATFORM, None, "dispute.overdue", by=("system",))
    """The published time of the platform's own step passed; both sides get an apology."""
    remind = edge(WITH_SIDES, None, "dispute.reminded", by=("system",))
    """Somebody's time runs out soon; they were told."""
    ask_for_records = edge(PROVING, None, "dispute.records_asked", by=("party",))
    """A side asked with one click for the platform's own records; they are being fetched."""
    seal_records = edge([*OPEN, *FINAL], None, "dispute.records_sealed", by=("system",))
    """The platform's own records about the order are on file, gaps declared."""
    begin_carrying_out = edge(
        [S.DETERMINED, S.SETTLED], S.CARRYING_OUT, "dispute.carrying_out", cancels=("dispute.review",), by=("system",)
    )
    """What was agreed or determined is owed now, each part by its time."""
    follow_obligation = edge(S.CARRYING_OUT, None, "dispute.obligation_followed", by=("party", "platform", "system"))
    """A payment or delivery was reported, confirmed, not objected to in time, failed or is late."""
    report_not_received = edge(S.CARRYING_OUT, None, "dispute.obligation_not_received", by=("party",))
    record_payment = edge(S.CARRYING_OUT, None, "dispute.payment_recorded", by=("platform", "compliance"))
    """A payment of what is owed is proved by the platform's payment channel."""
    follow_advance = edge([*OPEN, *FINAL], None, "dispute.advance_followed", by=("platform", "compliance"))
    """The platform paid first, or got back what it had paid."""
    add_translation = edge([*OPEN, *FINAL], None, "dispute.translated", by=("mediator",))
    """A translation of a determination was added, for information: the original counts."""

    # — the merchant's identity —

    ask_identity = edge([*OPEN, *FINAL], None, "dispute.identity_asked", by=("party",))
    """A consumer wants to know who the merchant is; the platform has to say so in time, at whatever stage."""
    answer_identity = edge([*OPEN, *FINAL], None, "dispute.identity_answered", by=("platform", "compliance"))
    """The platform gave the merchant's identity, or did not, for a reason of a closed list."""
    read_identity = edge([*OPEN, *FINAL], None, "dispute.identity_read", by=("party", "compliance", "administrator"))
    """Somebody read the merchant's identity."""
    mark_identity_late = edge([*OPEN, *FINAL], None, "dispute.identity_overdue", by=("system",))
    """The time to say who the merchant is has passed."""
    close = edge(
        [S.DETERMINED, S.SETTLED, S.CARRYING_OUT],
        S.CLOSED,
        "dispute.closed",
        cancels=("dispute.review", *OWING_CLOCKS),
        by=("system",),
    )
    """Nothing is owed any more."""
