"""What people can do about an exit on old terms and a change of a catalogue, each verb once; see `casework.verbs`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from casework import verbs
from casework.actor import Actor
from casework.formats import deadline_text
from casework.models import Case
from casework.verbs import Action, Verb
from rules import commands, inputs, policies
from rules.models import CatalogueChange, CounselSignature, LawWork, PriceFinding, RuleExit, Rulemaking, Subject
from surfaces.asks import Page, StaffPage

ON_ITS_PAGE = "console.rules.making: a version's page has a form for each step beside its opinions and clauses"


def what_objecting_does(actor: Actor, case: RuleExit, now: datetime) -> str:
    text = gettext(
        "Somebody who did not calculate it looks at it again and answers with reasons by %(by)s. You never get less "
        "than before, and what was calculated is paid meanwhile."
    )
    return text % {"by": deadline_text(commands.answer_due(now).at, "zone")}


SIDE = (
    Verb(
        "object",
        commands.object_to_exit,
        may=policies.may_speak_for_exit,
        takes=inputs.ObjectToExitInput,
        needs_role="manager",
        follows=what_objecting_does,
        about="Another person calculates again, never less; what was calculated is due as before.",
        page=Page(
            _("Object to the calculation of %(number)s"),
            button=_("Object to the calculation"),
            done=_("Your objection is on file."),
        ),
    ),
    Verb(
        "withdraw",
        commands.withdraw_exit,
        may=policies.may_speak_for_exit,
        when=lambda actor, case, now: case.paid_minor == 0,
        needs_role="manager",
        follows=_(
            "From now on the rule applies to you as to everybody; what happened before stays under the old one. You "
            "can leave again at any time while the version applies."
        ),
        about="The party stays after all; from now on the rule applies to it as to everybody.",
        page=Page(
            _("Stay, and take %(number)s back?"),
            button=_("Stay after all"),
            done=_("You stay."),
        ),
    ),
)
PLATFORM = (
    Verb(
        "calculate",
        commands.calculate_exit,
        may=policies.may_calculate_exit,
        takes=inputs.CalculateExitInput,
        due_at=lambda actor, case: case.answer_due_at,
        about="Says what is refunded, item by item; each refund is worked out from what was paid and what is left.",
        page=StaffPage(
            _("Calculate the refund of %(number)s"),
            (
                _("The party reads every line with its arithmetic. Nothing is deducted here."),
                _("Money that the platform keeps is a measure and needs a notice of its own."),
            ),
            button=_("Calculate the refund"),
            done=_("The party is told what is refunded."),
        ),
    ),
    Verb(
        "pay",
        commands.pay_exit,
        may=policies.may_pay_exit,
        takes=inputs.PayExitInput,
        when=lambda actor, case, now: bool(case.owed_minor),
        due_at=lambda actor, case: case.refund_due_at,
        about="All that is owed so far was paid.",
        page=StaffPage(
            _("Record the payment of %(number)s"),
            [_("All that is owed so far was paid, under this number. The party is told.")],
            button=_("Record the payment"),
            done=_("The payment is on record."),
        ),
    ),
)
EXIT = (*SIDE, *PLATFORM)
SIGNED = {
    Subject.RETENTION: _("Signed: the worker deletes these records."),
    Subject.SEAT: _("Signed: the seat is in force. An administrator sets the password."),
    Subject.REPORT: _("Signed: the report is published."),
    Subject.ERRATUM: _("Signed: the erratum stands above the report."),
    Subject.SECOND_FACTOR: _("Signed: the second factor is removed, and the person is told."),
}


def what_follows(change: CatalogueChange) -> Mapping[str, str]:
    """What a signature under the change does, and what stays."""
    if change.subject == Subject.RETENTION:
        follows = gettext("You looked at what is due. Signing deletes these records for good. Nobody brings them back.")
        return {"follows": follows, "stays": gettext("What a legal hold names meanwhile is passed over.")}
    if change.subject == Subject.SEAT:
        follows = gettext("You compared it with the authority's letter. Signing lets this person read until the end.")
        return {"follows": follows, "stays": gettext("They change nothing, and every look of theirs is on record.")}
    if change.subject in (Subject.REPORT, Subject.ERRATUM):
        follows = gettext("You read it in both languages. Signing publishes it for everybody.")
        return {"follows": follows, "stays": gettext("It is never changed again: an erratum stands above it.")}
    if change.subject == Subject.SECOND_FACTOR:
        follows = gettext("You made sure yourself who asks. Signing removes the second factor and signs them out.")
        return {"follows": follows, "stays": gettext("They keep their password, and set up another factor with it.")}
    return {
        "follows": gettext("You compared it with its source. From now on notices can rest on it."),
        "stays": gettext("Served notices keep the words that they quote."),
    }


def read_in_its_source(_actor: Actor, change: CatalogueChange, _now: datetime) -> Mapping[str, Any]:
    """Only an article of a law has a source to compare it with: nothing is asked about another change."""
    return {} if change.subject == Subject.LAW_ARTICLE else {"source_text": None}


CHANGE = (
    Verb(
        "enter",
        commands.enter_change,
        may=policies.may_enter_change,
        about="A person answers for what a program proposed; another person signs it.",
        page=StaffPage(
            _("Enter %(number)s under your name"),
            (
                _("You say that you checked it. Nothing changes before another person signs it."),
                _("Whoever enters it cannot sign it."),
            ),
            button=_("Enter it"),
            done=_("Entered under your name. Another person signs it."),
        ),
    ),
    Verb(
        "sign",
        commands.sign_change,
        may=policies.may_sign_change,
        takes=inputs.SignChangeInput,
        about="The catalogue has a new version; served notices keep the version that they quote.",
        page=StaffPage(
            _("Sign %(number)s"),
            ("%(follows)s", "%(stays)s"),
            words=what_follows,
            choices=read_in_its_source,
            button=_("Sign it"),
            done=lambda said, change: SIGNED.get(change.subject, _("Signed: the catalogue has a new version.")),
        ),
    ),
    Verb(
        "refuse",
        commands.refuse_change,
        may=policies.may_refuse_change,
        takes=inputs.RefuseChangeInput,
        about="The catalogue stays as it is, for a reason.",
        page=StaffPage(
            _("Refuse %(number)s"),
            [_("The catalogue stays as it is. Whoever proposed it reads the reason.")],
            button=_("Refuse it"),
            done=_("Refused: nothing changed."),
            is_loss=True,
        ),
    ),
)
SIGNATURE = (
    Verb(
        "withdraw",
        commands.withdraw_signature,
        may=policies.may_withdraw_signature,
        takes=inputs.WithdrawSignatureInput,
        about="The text is signed by this counsel no more; the signature and the reason stay in its public history.",
        page=StaffPage(
            _("Withdraw the signature %(number)s"),
            [_("Every page says again that the text is not signed. Signature and reason stay for all to see.")],
            button=_("Withdraw the signature"),
            done=_("The signature is withdrawn."),
            is_loss=True,
        ),
    ),
)
PRICES = (
    Verb(
        "answer",
        commands.answer_price_finding,
        may=policies.may_answer_price_finding,
        takes=inputs.AnswerPriceFindingInput,
        due_at=lambda actor, case: case.answer_by,
        about="Somebody names the clause that states the difference to everybody, or says how it was mended.",
        page=StaffPage(
            _("Answer %(number)s"),
            [_("Only a clause that was in force in that minute states it. What you write stays on record.")],
            button=_("Answer it"),
            done=_("The answer is on record."),
        ),
    ),
)
WORK = (
    Verb(
        "settle",
        commands.settle_law_work,
        may=policies.may_settle_law_work,
        takes=inputs.SettleLawWorkInput,
        about="Somebody read it beside the law as it reads now, and says what was done.",
        page=StaffPage(
            _("Settle %(number)s"),
            [_("You read it beside the law as it reads now. What you write stays on record.")],
            button=_("Looked at"),
            done=_("It is on record what was done."),
        ),
    ),
)
MAKING = (
    Verb(
        "enter",
        commands.enter_rule_version,
        may=policies.may_enter_rule,
        takes=inputs.EnterInput,
        when=lambda actor, case, now: case.rule_version.drafted_by_id is None,
        about="A person checked the record of the consultation, and answers for the draft; another person adopts it.",
        by_hand=ON_ITS_PAGE,
    ),
    Verb(
        "adopt",
        commands.adopt_rule_version,
        may=policies.may_adopt_rule,
        takes=inputs.AdoptInput,
        when=lambda actor, case, now: case.rule_version.drafted_by_id is not None,
        about="Somebody who wrote nothing of it approves the text, as consulted on or with every change explained.",
        by_hand=ON_ITS_PAGE,
    ),
    Verb(
        "publicise",
        commands.publicise_rule_version,
        may=policies.may_publicise_rule,
        takes=inputs.PubliciseInput,
        about="Everybody can read when it takes effect; the version open until now ends there.",
        by_hand=ON_ITS_PAGE,
    ),
)
VERBS: Mapping[type[Case], Sequence[Verb]] = {
    RuleExit: EXIT,
    CatalogueChange: CHANGE,
    CounselSignature: SIGNATURE,
    PriceFinding: PRICES,
    LawWork: WORK,
    Rulemaking: MAKING,
}


def actions_for(actor: Actor, case: Case, *, now: datetime) -> list[Action]:
    """What this actor can do about the case now; absent means not possible."""
    return verbs.actions_for(VERBS[type(case)], actor, case, now=now)
