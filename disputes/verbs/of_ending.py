"""What the sides can do to end their dispute: offers, an appraisal, review, what is owed; and in the room."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from casework.verbs import Verb
from disputes import commands, inputs, policies
from disputes.models import ObligationState
from disputes.verbs import conditions, consequences
from surfaces.asks import Page, StaffPage

FACT = {"no": "fact_no"}
OFFER = {"ref": "offer_ref"}

ByManager = partial(Verb, needs_role=conditions.manager)

LISTED = (
    Verb(
        "offer",
        commands.make_offer,
        may=policies.may_make_offer,
        transition="make_offer",
        when=conditions.is_for_a_side,
        takes=inputs.OfferInput,
        needs_role=conditions.offering_role,
        path="offers",
        has_endpoint=False,
        follows=_(
            "If the other side accepts in time, the dispute ends on exactly these terms, and what they say is owed. "
            "Until then you can take the offer back; an earlier one of yours ends now."
        ),
        by_hand="disputes.web.views.offers.make: says who may offer what, and what it replaces",
    ),
    Verb(
        "accept-offer",
        commands.accept_offer,
        may_part=partial(policies.may_answer_offer, accepts=True),
        parts=conditions.open_offers,
        due_at=lambda actor, dispute, offer: offer.expires_at,
        needs_role=conditions.paying_role,
        path="/offers/<str:ref>/accept",
        arguments=OFFER,
        follows=consequences.accept_offer,
        about="Accept: the dispute ends on these terms. The platform's proposal needs both sides.",
        by_hand="disputes.web.views.offers.accept: shows the terms, and who may accept instead",
    ),
    ByManager(
        "refuse-offer",
        commands.refuse_offer,
        may_part=partial(policies.may_answer_offer, accepts=False),
        parts=conditions.open_offers,
        due_at=lambda actor, dispute, offer: offer.expires_at,
        path="/offers/<str:ref>/refuse",
        arguments=OFFER,
        follows=_("The offer ends and nobody can accept it any more. The dispute goes on."),
        about="Refuse; the dispute goes on.",
        page=Page(button=_("Refuse"), done=_("You refused the offer. You can make one of your own."), place="offers"),
    ),
    Verb(
        "withdraw-offer",
        commands.withdraw_offer,
        may_part=policies.may_withdraw_offer,
        parts=conditions.open_offers,
        needs_role=conditions.paying_role,
        path="/offers/<str:ref>/withdraw",
        arguments=OFFER,
        follows=_("The offer ends and nobody can accept it any more. The dispute goes on."),
        about="Take your own offer back before it is accepted.",
        page=(
            Page(button=_("Take it back"), done=_("Your offer was taken back."), place="offers"),
            StaffPage(
                _("Take the platform's proposal in %(number)s back?"),
                [_("Nobody can accept it any more. You can put another one before both sides.")],
                button=_("Take the proposal back"),
                done=_("The proposal was taken back."),
            ),
        ),
    ),
    ByManager(
        "withdraw",
        commands.withdraw_dispute,
        may=policies.may_withdraw_dispute,
        when=lambda actor, dispute, now: dispute.round == 1,
        follows=_(
            "The dispute is closed at once, every open offer ends, and nothing follows from it; this cannot be undone. "
            "What was written and submitted stays on file, and your legal rights stay."
        ),
        about="Take the dispute back; nothing follows from it.",
        page=Page(
            _("Take the dispute %(number)s back?"),
            button=_("Withdraw the dispute"),
            done=_("The dispute was taken back."),
            is_loss=True,
        ),
    ),
    ByManager(
        "agree-to-appraisal",
        commands.agree_to_appraisal,
        may=policies.may_act_as_party,
        transition="answer_appraisal",
        when=conditions.appraisal_waits_for_side,
        path="appraisal/agree",
        follows=consequences.agree_to_appraisal,
        about="Agree that the named body tests the goods; once both sides do, every clock stands still.",
        page=Page(
            _("Agree to the test in %(number)s?"),
            [_("Who pays first is on the page of the dispute. Who bears the cost in the end is determined later.")],
            button=_("Agree to the test"),
            done=_("You agreed to the test."),
        ),
    ),
    ByManager(
        "refuse-appraisal",
        commands.refuse_appraisal,
        may=policies.may_act_as_party,
        transition="answer_appraisal",
        when=conditions.appraisal_waits_for_side,
        path="appraisal/refuse",
        follows=_(
            "The proposal ends for good, and the dispute goes on with what is on file. Another body can be proposed, "
            "or an authority can designate one."
        ),
        about="Refuse the proposed test: the proposal ends and the dispute goes on.",
        page=Page(
            _("Refuse the test in %(number)s?"),
            button=_("Refuse the test"),
            done=_("You refused the test."),
        ),
    ),
    ByManager(
        "ask-identity",
        commands.ask_identity,
        may=policies.may_ask_identity,
        when=conditions.identity_can_be_asked_for,
        path="identity",
        follows=consequences.ask_identity,
        about="A consumer asks the platform for the merchant's true name, address and contact: at any stage, also once "
        "the dispute is closed.",
        page=Page(
            _("Ask the platform who the merchant in %(number)s is?"),
            [_("Only you and the platform's compliance officers can read the answer. Each reading is on record.")],
            button=_("Ask who the merchant is"),
            done=_("The platform was asked. It has to answer in time."),
        ),
    ),
    Verb(
        "read-identity",
        commands.read_identity,
        may=policies.may_read_identity,
        when=conditions.identity_was_given,
        path="identity/read",
        binds_nothing="it changes nothing of the case; that each reading is on record stands on its page",
        about="The merchant's identity as the platform gave it: for the consumer who asked, compliance and "
        "administrators. Each call is an event of the ledger.",
        by_hand="disputes.web.views.acts.read_identity: the answer is shown once, and nowhere kept",
    ),
    ByManager(
        "request-review",
        commands.request_review,
        may=policies.may_request_review,
        when=conditions.can_be_reviewed,
        due_at=lambda actor, dispute: dispute.review_closes_at,
        follows=consequences.request_review,
        about="Have the determination reviewed, once, by somebody else.",
        page=Page(
            _("Ask for a review of %(number)s?"),
            button=_("Ask for a review"),
            done=_("The review was asked for."),
        ),
    ),
    ByManager(
        "accept-determination",
        commands.accept_determination,
        may=policies.may_give_up,
        when=conditions.has_not_accepted,
        follows=consequences.accept_determination,
        about="Waive your review; once both sides did, what was determined is owed.",
        page=Page(
            _("Accept the determination of %(number)s?"),
            [
                _(
                    "Your legal rights stay: the other ways that the letter names, such as mediation, arbitration or "
                    "court."
                ),
            ],
            button=_("Accept the determination"),
            done=_("You accepted the determination."),
        ),
    ),
    ByManager(
        "report-obligation",
        commands.report_obligation,
        may_part=conditions.may_report,
        transition="follow_obligation",
        parts=conditions.owed_now,
        when=lambda actor, dispute, now, row: row.state == ObligationState.OWED,
        due_at=lambda actor, dispute, row: row.due_at,
        takes=inputs.ReportObligationInput,
        path="obligations/<int:no>/report",
        follows=consequences.report_obligation,
        about="Whoever owes it says that it is done; it counts once the other side or the platform confirms.",
        page=Page(
            _("Say that it is done"),
            button=_("Say that it is done"),
            done=_("It is on file as done; the other side is asked to confirm."),
        ),
    ),
    ByManager(
        "confirm-obligation",
        commands.confirm_obligation,
        may_part=conditions.may_confirm,
        transition="follow_obligation",
        parts=conditions.owed_now,
        path="obligations/<int:no>/confirm",
        follows=consequences.confirm_obligation,
        about="It is done; when nothing else is owed the dispute is closed.",
        page=(
            Page(done=_("Confirmed.")),
            StaffPage(
                _("Is what is owed in %(number)s done?"),
                [_("When nothing else is owed, the dispute is closed.")],
                button=_("It is done"),
                done=_("It is on file as done."),
            ),
        ),
    ),
    ByManager(
        "not-received",
        commands.report_not_received,
        may_part=policies.may_say_not_received,
        transition="report_not_received",
        parts=conditions.owed_now,
        when=conditions.can_be_missing,
        path="obligations/<int:no>/not-received",
        follows=consequences.not_received,
        about="Whoever it is owed to says that it did not arrive, once it is due or said to be done. Who owes it is "
        "reminded; the platform steps in by `platform_due_at`, and pays it first where `is_guaranteed`.",
        page=Page(
            _("Has it not arrived?"),
            [_("If it arrives meanwhile, say that it is done. Nothing is lost by saying this now.")],
            button=_("It has not arrived"),
            done=_("It is on file that it has not arrived. Who owes it was reminded, and the platform steps in."),
        ),
    ),
    Verb(
        "message",
        commands.post_message,
        may=policies.may_talk,
        transition="",
        when=lambda actor, dispute, now: dispute.is_open,
        takes=inputs.PostMessageInput,
        path="messages",
        has_endpoint=False,
        binds_nothing="words of the room are no step of the procedure; one can be taken back for ten minutes",
        by_hand="disputes.web.views.room: the room",
    ),
)

UNLISTED = (
    Verb(
        "consent-no-return",
        commands.consent_to_no_return,
        may=policies.may_consent_to_no_return,
        transition="",
        follows=_(
            "If the dispute is determined so, you refund and the buyer keeps the goods; this is for this dispute only. "
            "It cannot be taken back."
        ),
        about="The merchant agrees, in this dispute, to bear a refund without return. Nobody can agree in its place.",
        page=Page(
            _("Agree to a refund without return in %(number)s?"),
            [_("You need not agree, and nothing is held against you if you do not.")],
            button=_("Agree in this dispute"),
            done=_("Your agreement is on file for this dispute."),
        ),
    ),
    Verb(
        "remove-evidence",
        commands.remove_evidence,
        may=policies.may_stage,
        transition="",
        status=204,
        path="evidence/<int:no>/remove",
        binds_nothing="it throws a draft away that nobody else has read",
        about="Throw a draft of your side away; what was submitted stays.",
        by_hand="disputes.web.views.evidence.remove: stands beside each draft",
    ),
    Verb(
        "recall-message",
        commands.recall_message,
        may=policies.may_talk,
        transition="",
        takes=inputs.LaneInput,
        status=201,
        path="messages/<int:sequence>/recall",
        binds_nothing="words of the room are no step of the procedure; a mark says what was taken back",
        about="Take your own message back within ten minutes; a mark stays. Answers the mark.",
        by_hand="disputes.web.views.room.recall: the room",
    ),
    Verb(
        "report-message",
        commands.report_message,
        may=policies.may_talk,
        transition="",
        takes=inputs.LaneInput,
        status=204,
        path="messages/<int:sequence>/report",
        binds_nothing="it asks staff to look at words; nothing of the case follows",
        about="Report somebody's message as abusive; staff will look at it.",
        by_hand="disputes.web.views.room.report: the room",
    ),
)
