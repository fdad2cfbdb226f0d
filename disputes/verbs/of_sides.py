"""What the two sides of a dispute, and the platform as one, can do; each verb once."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from casework.verbs import Verb
from disputes import commands, inputs, policies
from disputes.fast_refund import can_be_taken
from disputes.verbs import conditions, consequences
from disputes.windows import answer_closes
from surfaces.asks import Page

FACT = {"no": "fact_no"}

ByManager = partial(Verb, needs_role=conditions.manager)

LISTED = (
    ByManager(
        "answer",
        commands.answer_dispute,
        may=policies.may_answer_dispute,
        when=conditions.is_unanswered,
        due_at=lambda actor, dispute: answer_closes(dispute),
        takes=inputs.AnswerDisputeInput,
        follows=consequences.answer,
        about="The first answer of the other side.",
        by_hand="disputes.web.views.acts.answer: it shows the claim, and the way to agree to it",
    ),
    Verb(
        "agree",
        commands.agree_to_claim,
        may=policies.may_agree_to_claim,
        transition="agree_to_claim",
        when=conditions.claim_can_be_met,
        needs_role=conditions.agreeing_role,
        follows=consequences.agree,
        about="Give the claimant what they want: the dispute is settled at once, and they need not accept it. Where "
        "goods go back, you bear the freight.",
        page=Page(
            _("Agree to what is wanted in %(number)s"),
            button=_("Agree"),
            done=_("You agreed. What was wanted is owed now."),
            place="owed",
        ),
    ),
    ByManager(
        "accept-fast-refund",
        commands.accept_fast_refund,
        may=policies.may_accept_fast_refund,
        when=lambda actor, dispute, now: can_be_taken(dispute, now),
        follows=consequences.accept_fast_refund,
        about="Take the fast refund that the dispute was opened with (`fast_refund`): the dispute ends, whoever is "
        "named there owes it, and nothing is decided about either side.",
        page=Page(
            _("Take the fast refund in %(number)s?"),
            [
                _("You cannot dispute the same about this order again. Your legal rights stay."),
            ],
            button=_("Take the fast refund"),
            done=_("You took the fast refund. It is owed now."),
        ),
    ),
    ByManager(
        "escalate",
        commands.escalate_dispute,
        may=policies.may_escalate,
        when=conditions.can_be_escalated,
        follows=consequences.escalate,
        about="Call the platform in: after the first answer, or the promised time after the opening.",
        page=Page(done=_("The platform was called in. A mediator, who is a person, will join.")),
    ),
    Verb(
        "demand-human",
        commands.demand_human,
        may=policies.may_demand_human,
        when=lambda actor, dispute, now: not dispute.human_demanded,
        operation="demand_mediator",
        follows=consequences.demand_human,
        about="Demand a person: at any time, without a reason, free, for good. The system proposes nothing any more.",
        page=Page(done=_("Only a person will decide this dispute. The system proposes nothing any more.")),
    ),
    ByManager(
        "confirm-filing",
        commands.confirm_filing,
        may=policies.may_answer_assisted,
        when=conditions.was_taken_down,
        takes=inputs.ConfirmDisputeFilingInput,
        operation="confirm_dispute_filing",
        follows=_(
            "What you correct is read by the other side and by whoever decides, and what was taken down stays beside "
            "it. You answer once; it counts from the call, whether or not you answer here."
        ),
        about="Say that what an officer took down for your side on the phone is right, or what is wrong or missing.",
        page=Page(
            _("Is what we took down in %(number)s right?"),
            [_("Leave the field empty if everything is right.")],
            button=_("Confirm or correct what was taken down"),
            done=_("Thank you. Your answer is on file."),
        ),
    ),
    Verb(
        "evidence",
        commands.stage_file,
        may=policies.may_stage,
        transition="submit_evidence",
        parts=conditions.facts_of_side,
        when=lambda actor, dispute, now, part: part.can_show,
        due_at=lambda actor, dispute, part: part.due_at,
        needs_role="staff",
        path="facts/<int:no>/evidence",
        operation="add_fact_evidence",
        has_endpoint=False,
        body="EvidenceFileInputRequest",
        binds_nothing="a draft that its side alone sees and can remove",
        by_hand="disputes.web.views.evidence: files, captions and drafts of one fact stand together",
    ),
    ByManager(
        "submit-evidence",
        commands.submit_evidence,
        may=policies.may_prove,
        parts=conditions.facts_of_side,
        when=lambda actor, dispute, now, part: part.can_show,
        due_at=lambda actor, dispute, part: part.due_at,
        status=201,
        path="facts/<int:no>/submit",
        arguments=FACT,
        operation="submit_fact_evidence",
        follows=consequences.submit_evidence,
        about="Freeze your drafts about this fact as your next version; where the table says so, the burden moves on. "
        "You can add versions until `more_until`, unless you say before that you have nothing more.",
        page=Page(
            done=lambda said, sent: (
                _("Submitted as version %(version)d. It can no longer be changed.") % {"version": sent.version}
            )
        ),
    ),
    ByManager(
        "platform-records",
        commands.ask_for_records,
        may=policies.may_prove,
        transition="ask_for_records",
        parts=conditions.facts_of_side,
        when=conditions.has_records,
        due_at=lambda actor, dispute, part: part.due_at,
        takes=inputs.EvidenceSourceInput,
        path="facts/<int:no>/evidence",
        arguments=FACT,
        operation="add_fact_evidence",
        has_endpoint=False,
        follows=_(
            "The platform's records about this fact come on file and both sides read them, also what speaks against "
            "you. Your request counts from now and cannot be taken back."
        ),
        page=Page(
            button=_("Bring in the platform's records"),
            done=_("The platform's records are being fetched. Your request counts from now."),
            place="records",
        ),
    ),
    ByManager(
        "nothing-to-add",
        commands.answer_evidence,
        may=policies.may_end_proof,
        transition="answer_evidence",
        parts=conditions.facts_of_side,
        when=lambda actor, dispute, now, part: part.can_answer,
        path="facts/<int:no>/nothing-to-add",
        arguments=FACT,
        follows=_(
            "You can add nothing more about this fact, unless the other side submits something new. What you submitted "
            "stays, and nobody has to wait for your time to end."
        ),
        page=Page(
            _("Nothing more about this fact?"),
            button=_("I have nothing more"),
            done=_("It is on file that you have nothing more about this fact."),
        ),
        operation="nothing_to_add",
        about="You have nothing more about this fact: nothing to add to what the other side submitted, nor to what you "
        "submitted yourself until `more_until`; nobody waits for you any more.",
    ),
    ByManager(
        "admit",
        commands.admit_fact,
        may=policies.may_admit,
        transition="admit_fact",
        parts=conditions.facts_of_side,
        when=lambda actor, dispute, now, part: not part.fact.is_settled,
        path="facts/<int:no>/admit",
        arguments=FACT,
        follows=consequences.admit,
        about="Give this fact up: it counts as true if it speaks for the other side, as untrue if for yours. For good.",
        page=Page(
            _("Agree with the other side on this point?"),
            [_("You need not do this to make or accept an offer.")],
            button=_("Agree on this point"),
            done=_("You agreed on this point. Nobody has to prove it any more."),
            is_loss=True,
        ),
    ),
    ByManager(
        "object",
        commands.object_to_evidence,
        may=policies.may_prove,
        transition="object_to_evidence",
        parts=conditions.facts_to_object_to,
        takes=inputs.ObjectInput,
        status=201,
        path="facts/<int:no>/object",
        follows=_("The objection stands beside the evidence for good; the mediator reads it."),
        about="Object to one piece of evidence about this fact: it is not genuine, beside the point, or incomplete.",
        by_hand="disputes.web.views.evidence.object_to: shows the piece, and its address names it instead of the fact",
    ),
)
