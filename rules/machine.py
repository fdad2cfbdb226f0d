"""The state machines of a rule version, of a party that leaves rather than accept one, and of a catalogue's change.

Declarations only. What counts for a notice are the dates of the version; the state follows them by deadlines.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.machine import StateField, edge
from casework.states import State, Tab, tabs


class RuleState(models.TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("rule", "draft")
    CONSULTATION = "CONSULTATION", _("in consultation")
    ADOPTED = "ADOPTED", _("adopted")
    PUBLICISED = "PUBLICISED", _("publicised, not in force yet")
    IN_FORCE = "IN_FORCE", _("in force")
    SUPERSEDED = "SUPERSEDED", _("superseded")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


S = RuleState
STATES = {
    S.DRAFT: State.open(
        "calm", "pencil", turn="platform", tab="draft", next_step=_("It is written, and then put out for consultation.")
    ),
    S.CONSULTATION: State.open(
        "wait",
        "chat",
        turn="platform",
        tab="consultation",
        next_step=_("Every opinion gets an answer with a reason. Then somebody else than the drafter adopts it."),
    ),
    S.ADOPTED: State.open("wait", "check", turn="platform", tab="adopted", next_step=_("It is publicised.")),
    S.PUBLICISED: State.open(
        "wait", "hourglass", turn="", tab="publicised", next_step=_("It takes effect by itself at its time.")
    ),
    S.IN_FORCE: State.open("stop", "dot", turn="", tab="in_force", next_step=""),
    S.SUPERSEDED: State.final("calm", "check-circle", tab="past"),
    S.WITHDRAWN: State.final("calm", "undo", tab="past", next_step=_("It never took effect.")),
}
"""Turns: `platform`. Tabs: those of the list in the console."""
TABS = tabs(
    Tab("draft", _("Drafts")),
    Tab("consultation", _("In consultation")),
    Tab("adopted", _("Adopted")),
    Tab("publicised", _("Publicised")),
    Tab("in_force", pgettext_lazy("tab", "In force")),
    Tab("past", _("Past")),
)
WRITABLE = [S.DRAFT, S.CONSULTATION]
"""Where clauses can be written: before the consultation, and after it in answer to opinions."""
BEFORE_FORCE = [S.DRAFT, S.CONSULTATION, S.ADOPTED, S.PUBLICISED]
CLOCKS = ("rule.consultation_closes", "rule.starts", "rule.ends", "rule.talk_day")


class RulemakingMachine(models.Model):
    state = StateField(_("state"), choices=S, default=S.DRAFT, protected=True)
    STATES, TABS = STATES, TABS

    class Meta:
        abstract = True

    edit = edge(WRITABLE, None, "rule.edited", by=("compliance",))
    """Text or assessment changed; of a draft under consultation only once the consultation is closed."""
    open_consultation = edge(WRITABLE, S.CONSULTATION, "rule.consultation_opened", by=("compliance",))
    """Everybody can read the draft and comment on it; again, once it was consulted on and changed."""
    enter = edge(S.CONSULTATION, None, "rule.entered", by=("compliance",))
    """A person checked the record of a consultation that was held elsewhere, and answers for the draft."""
    explain_changes = edge(S.CONSULTATION, None, "rule.changes_explained", by=("compliance",))
    """What changed after the consultation has the opinion or correction behind it on record."""
    receive_opinion = edge(S.CONSULTATION, None, "rule.opinion_received", by=("anybody",))
    """An opinion is on file."""
    close_consultation = edge(S.CONSULTATION, None, "rule.consultation_closed", by=("system",))
    """Its time has passed; no more opinions are taken."""
    answer_opinions = edge(S.CONSULTATION, None, "rule.opinions_answered", by=("compliance",))
    """One opinion, or several that say the same, has its disposition and reason."""
    adopt = edge(S.CONSULTATION, S.ADOPTED, "rule.adopted", by=("compliance",))
    """Somebody else than its drafter approved the text, which is fixed from now on."""
    publicise = edge(S.ADOPTED, S.PUBLICISED, "rule.publicised", by=("compliance",))
    record_talk = edge([*BEFORE_FORCE, S.IN_FORCE], None, "rule.talk_recorded", by=("compliance",))
    """A meeting, talk or survey about it is on file, with what was said and what became of it (办法 17)."""
    plan_talk = edge([*BEFORE_FORCE, S.IN_FORCE], None, "rule.talk_planned", by=("compliance",))
    """Who is invited reads when it is and how to take part; an adoption waits for it."""
    call_off_talk = edge([*BEFORE_FORCE, S.IN_FORCE], None, "rule.talk_called_off", by=("compliance",))
    """One that was announced is not held, with the reason."""
    remind_of_talk = edge([*BEFORE_FORCE, S.IN_FORCE], None, "rule.talk_is_due", by=("system",))
    """The day of one that was announced has come, and compliance is told."""
    tell_parties = edge([S.PUBLICISED, S.IN_FORCE, S.WITHDRAWN], None, "rule.parties_told", by=("system",))
    """Some of the people who act for those whom it binds were told; the next are those after them."""
    start = edge(S.PUBLICISED, S.IN_FORCE, "rule.started", cancels=("rule.starts",), by=("system",))
    """It has taken effect."""
    supersede = edge(
        S.IN_FORCE, S.SUPERSEDED, "rule.superseded", cancels=("rule.ends", "rule.talk_day"), by=("system",)
    )
    """Its time is over; it still counts for what happened while it was in force."""
    withdraw = edge(BEFORE_FORCE, S.WITHDRAWN, "rule.withdrawn", cancels=CLOCKS, by=("compliance",))
    """It will not take effect; the version before it goes on."""


class ExitState(models.TextChoices):
    REQUESTED = "REQUESTED", _("waits for the calculation")
    CALCULATED = "CALCULATED", _("calculated")
    OBJECTED = "OBJECTED", _("calculation objected to")
    LEFT = "LEFT", _("left on the old terms")
    WITHDRAWN = "WITHDRAWN", _("stays after all")


E = ExitState
EXIT_STATES = {
    E.REQUESTED: State.open(
        "wait",
        "hourglass",
        turn="platform",
        tab="open",
        next_step=_("The platform says what is refunded, and by when. It cannot refuse."),
    ),
    E.CALCULATED: State.open(
        "wait",
        "clock",
        turn="platform",
        tab="calculated",
        next_step=_("The refund is paid. The calculation can be objected to meanwhile."),
    ),
    E.OBJECTED: State.open(
        "wait",
        "hourglass",
        turn="platform",
        tab="open",
        next_step=_("Another person calculates again, never less. What was calculated is paid as before."),
    ),
    E.LEFT: State.final("calm", "check-circle", tab="over", next_step=_("The new version never applied.")),
    E.WITHDRAWN: State.final("calm", "undo", tab="over", next_step=_("The rule applies as to everybody.")),
}
"""Turns: `platform`. Tabs: those of the list in the console."""
EXIT_TABS = tabs(Tab("open", _("To calculate")), Tab("calculated", _("Calculated")), Tab("over", _("Over")))
LEAVING = [E.REQUESTED, E.CALCULATED, E.OBJECTED]
EXIT_CLOCKS = ("exit.answer_due", "exit.refund_due", "exit.closes")


class ExitMachine(models.Model):
    state = StateField(_("state"), choices=E, default=E.REQUESTED, protected=True)
    STATES, TABS = EXIT_STATES, EXIT_TABS

    class Meta:
        abstract = True

    calculate = edge(
        [E.REQUESTED, E.OBJECTED],
        E.CALCULATED,
        "exit.calculated",
        cancels=("exit.answer_due",),
        by=("compliance", "platform"),
    )
    """The party knows what is refunded and by when; after an objection somebody else says so again."""
    object = edge(E.CALCULATED, E.OBJECTED, "exit.objected", cancels=("exit.closes",), by=("party",))
    """The party says what is wrong with the calculation."""
    pay = edge(
        [E.CALCULATED, E.OBJECTED], None, "exit.paid", cancels=("exit.refund_due",), by=("compliance", "platform")
    )
    mark_late = edge(LEAVING, None, "exit.late", by=("system",))
    """The platform did not answer or pay in time; it stays owed."""
    end = edge(E.CALCULATED, E.LEFT, "exit.ended", by=("system",))
    """Everything is paid and nobody objects any more."""
    withdraw = edge(LEAVING, E.WITHDRAWN, "exit.withdrawn", cancels=EXIT_CLOCKS, by=("party",))
    """The party stays after all."""


class ChangeState(models.TextChoices):
    TO_ENTER = "TO_ENTER", _("proposed by a program")
    ENTERED = "ENTERED", _("waits for a signature")
    SIGNED = "SIGNED", pgettext_lazy("catalogue", "signed")
    NOT_SIGNED = "NOT_SIGNED", pgettext_lazy("catalogue", "refused")


C = ChangeState
CHANGE_STATES = {
    C.TO_ENTER: State.open(
        "wait",
        "hourglass",
        turn="platform",
        tab="open",
        next_step=_("A person checks it and enters it under their name. Then another person signs it."),
    ),
    C.ENTERED: State.open(
        "wait",
        "pencil",
        turn="platform",
        tab="open",
        next_step=_("Another person compares it with its source and signs it. Until then nothing changes."),
    ),
    C.SIGNED: State.final(
        "calm", "check-circle", tab="signed", next_step=_("It applies to what is served from now on.")
    ),
    C.NOT_SIGNED: State.final("calm", "undo", tab="refused", next_step=_("Nothing changed.")),
}
CHANGE_TABS = tabs(
    Tab("open", _("To sign")),
    Tab("signed", pgettext_lazy("tab", "Signed")),
    Tab("refused", pgettext_lazy("tab", "Refused")),
)


class ChangeMachine(models.Model):
    state = StateField(_("state"), choices=C, default=C.TO_ENTER, protected=True)
    STATES, TABS = CHANGE_STATES, CHANGE_TABS

    class Meta:
        abstract = True

    enter = edge(C.TO_ENTER, C.ENTERED, "catalogue_change.entered", by=("compliance",))
    """A person answers for what a program proposed."""
    sign = edge(C.ENTERED, C.SIGNED, "catalogue_change.signed", by=("compliance",))
    """Another person than who entered it compared it; the catalogue has a new version."""
    refuse = edge([C.TO_ENTER, C.ENTERED], C.NOT_SIGNED, "catalogue_change.refused", by=("compliance",))


class SignatureState(models.TextChoices):
    GIVEN = "GIVEN", pgettext_lazy("counsel", "signed")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("counsel", "withdrawn")


SIGNATURE_STATES = {
    SignatureState.GIVEN: State.open(
        "good", "check-circle", turn="", tab="given", next_step=_("It counts for this very text, and for no other.")
    ),
    SignatureState.WITHDRAWN: State.final("calm", "undo", tab="withdrawn", next_step=_("It counts no more.")),
}
SIGNATURE_TABS = tabs(Tab("given", pgettext_lazy("tab", "Signed")), Tab("withdrawn", pgettext_lazy("tab", "Withdrawn")))


class SignatureMachine(models.Model):
    state = StateField(_("state"), choices=SignatureState, default=SignatureState.GIVEN, protected=True)
    STATES, TABS = SIGNATURE_STATES, SIGNATURE_TABS

    class Meta:
        abstract = True

    withdraw = edge(SignatureState.GIVEN, SignatureState.WITHDRAWN, "counsel_signature.withdrawn", by=("counsel",))
    """Counsel says why the text is not to be relied on; the signature stays in its history."""


class PriceState(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("prices", "to be answered")
    ANSWERED = "ANSWERED", pgettext_lazy("prices", "answered")


PRICE_STATES = {
    PriceState.OPEN: State.open(
        "wait",
        "hourglass",
        turn="platform",
        tab="open",
        next_step=_("Somebody names the clause that states the difference, or says how it was mended."),
    ),
    PriceState.ANSWERED: State.final("calm", "check-circle", tab="answered", next_step=_("A person answered it.")),
}
PRICE_TABS = tabs(Tab("open", _("To answer")), Tab("answered", pgettext_lazy("prices", "Answered")))


class PriceMachine(models.Model):
    state = StateField(_("state"), choices=PriceState, default=PriceState.OPEN, protected=True)
    STATES, TABS = PRICE_STATES, PRICE_TABS

    class Meta:
        abstract = True

    answer = edge(
        PriceState.OPEN,
        PriceState.ANSWERED,
        "price_finding.answered",
        cancels=("price_finding.answer",),
        by=("compliance",),
    )
    """A person names the clause that states the difference, or says how it was mended."""
    mark_overdue = edge(PriceState.OPEN, None, "price_finding.overdue", by=("system",))
    """The time to answer has passed."""


class WorkState(models.TextChoices):
    OPEN = "OPEN", _("to be looked at")
    SETTLED = "SETTLED", _("looked at")


WORK_STATES = {
    WorkState.OPEN: State.open(
        "wait",
        "hourglass",
        turn="platform",
        tab="open",
        next_step=_("Somebody reads it beside the law as it reads now, and says what was done."),
    ),
    WorkState.SETTLED: State.final("good", "check", tab="settled", next_step=_("It was looked at.")),
}
WORK_TABS = tabs(Tab("open", _("To look at")), Tab("settled", pgettext_lazy("tab", "Looked at")))


class WorkMachine(models.Model):
    state = StateField(_("state"), choices=WorkState, default=WorkState.OPEN, protected=True)
    STATES, TABS = WORK_STATES, WORK_TABS

    class Meta:
        abstract = True

    settle = edge(WorkState.OPEN, WorkState.SETTLED, "law_work.settled", by=("compliance",))
    """A person says what was done about what rests on a law that changed."""
