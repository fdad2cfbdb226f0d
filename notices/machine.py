"""The state machine of a notice: in force, under appeal, reduced, revoked, ended. Declarations only."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.machine import StateField, edge
from casework.states import State, Tab, tabs


class NoticeState(models.TextChoices):
    IN_FORCE = "IN_FORCE", _("in force")
    UNDER_APPEAL = "UNDER_APPEAL", _("under appeal")
    REDUCED = "REDUCED", _("reduced")
    REVOKED = "REVOKED", _("revoked")
    ENDED = "ENDED", _("ended")


S = NoticeState
STATES = {
    S.IN_FORCE: State.open("stop", "dot", turn="", tab="", next_step=""),
    S.UNDER_APPEAL: State.open("wait", "hourglass", turn="", tab="", next_step=""),
    S.REDUCED: State.open("good", "undo", turn="", tab="", next_step=""),
    S.ENDED: State.open("calm", "check-circle", turn="", tab="", next_step=""),
    S.REVOKED: State.final("good", "check", tab=""),
}
"""A notice waits for nobody and stands in no queue: its appeals do. An ended one can still be appealed and revoked."""
IN_EFFECT = [S.IN_FORCE, S.REDUCED, S.ENDED]
EVERY_STATE = list(S)
HAS_MEASURES = [S.IN_FORCE, S.UNDER_APPEAL, S.REDUCED]
"""Where at least one of its measures may be in force."""


class NoticeMachine(models.Model):
    state = StateField(_("state"), choices=S, default=S.IN_FORCE, protected=True)
    STATES = STATES

    class Meta:
        abstract = True

    open_appeal = edge(IN_EFFECT, S.UNDER_APPEAL, "notice.appealed", by=("party",))
    """An appeal against it is open."""
    uphold = edge(S.UNDER_APPEAL, S.IN_FORCE, "notice.upheld", by=("reviewer", "party"))
    """The appeal ended and the measures stand as they were."""
    uphold_ended = edge(S.UNDER_APPEAL, S.ENDED, "notice.upheld", by=("reviewer", "party"))
    """The appeal ended and the measures stand, though their time has run out."""
    uphold_reduced = edge(S.UNDER_APPEAL, S.REDUCED, "notice.upheld", by=("reviewer", "party"))
    """The appeal ended and the measures stand as an earlier appeal had left them."""
    reduce = edge(
        [S.IN_FORCE, S.UNDER_APPEAL, S.REDUCED, S.ENDED], S.REDUCED, "notice.reduced", by=("reviewer", "client")
    )
    """At least one measure became lighter or fell; every effect to undo is a remedy."""
    revoke = edge(
        [S.IN_FORCE, S.UNDER_APPEAL, S.REDUCED, S.ENDED],
        S.REVOKED,
        "notice.revoked",
        cancels=("notice.period", "notice.appeal_window"),
        by=("reviewer", "client", "system"),
    )
    """Every measure fell; every effect to undo is a remedy."""
    end = edge([S.IN_FORCE, S.REDUCED], S.ENDED, "notice.ended", by=("system",))
    """The last measure's time has run out."""
    end_some = edge([S.IN_FORCE, S.REDUCED, S.UNDER_APPEAL], None, "notice.measures_ended", by=("system",))
    """Some measures' time has run out, or an appeal against all of them is still open."""
    record_reading = edge(EVERY_STATE, None, "notice.read", by=("party",))
    """The party opened it for the first time."""
    amend = edge(IN_EFFECT, None, "notice.amended", by=("client",))
    """The platform corrected its own text; what was said before stays readable in an earlier edition."""
    add_translation = edge(EVERY_STATE, None, "notice.translated", by=("compliance", "administrator", "reviewer"))
    """A translation of facts and reasons was added, for information: the original counts."""
    confirm_decision = edge(EVERY_STATE, None, "notice.decision_confirmed", by=("officer",))
    """Whoever decided it signed in here, opened every exhibit and confirmed the decision."""
    record_determination = edge(EVERY_STATE, None, "notice.dispute_determined", by=("mediator",))
    """A person determined a dispute about it; what follows for its measures comes once that takes effect."""
    confirm_remedy = edge(EVERY_STATE, None, "notice.remedy_confirmed", by=("client",))
    fail_remedy = edge(EVERY_STATE, None, "notice.remedy_failed", by=("client",))
    mark_remedy_late = edge(EVERY_STATE, None, "notice.remedy_late", by=("system",))
    """An effect was not restored by its due time."""
    close_appeal_window = edge(EVERY_STATE, None, "notice.appeal_window_closed", by=("system",))
    """The time to appeal has passed; a late request stays possible."""


class SiblingState(models.TextChoices):
    OPEN = "OPEN", _("to be looked at again")
    KEPT = "KEPT", _("stays as it is")
    CORRECTED = "CORRECTED", _("corrected")


B = SiblingState
SIBLING_STATES = {
    B.OPEN: State.open("wait", "hourglass", turn="platform", tab="open", next_step=""),
    B.KEPT: State.final("calm", "scale", tab="done"),
    B.CORRECTED: State.final("good", "check", tab="done"),
}
"""Turns: `platform`. Tabs: those of compliance's list. Only the platform reads it, which is told no next step."""
SIBLING_TABS = tabs(Tab("open", _("To look at")), Tab("done", _("Looked at")))


class SiblingMachine(models.Model):
    state = StateField(_("state"), choices=B, default=B.OPEN, protected=True)
    STATES, TABS = SIBLING_STATES, SIBLING_TABS

    class Meta:
        abstract = True

    keep = edge(B.OPEN, B.KEPT, "sibling.kept", by=("compliance",))
    """A person looked again and found the notice right."""
    correct = edge(B.OPEN, B.CORRECTED, "sibling.corrected", by=("compliance",))
    """A person looked again and the platform withdrew the notice."""
    overtake = edge(B.OPEN, B.CORRECTED, "sibling.overtaken", by=("system",))
    """The notice fell on another way: by an appeal, or withdrawn by whoever issued it."""


class PublicationState(models.TextChoices):
    DUE = "DUE", _("to be published")
    PUBLISHED = "PUBLISHED", _("published")
    ENDED = "ENDED", _("no longer shown")
    CORRECTED = "CORRECTED", _("corrected")
    DROPPED = "DROPPED", _("not published: revoked before")


P = PublicationState
PUBLICATION_STATES = {
    P.DUE: State.open("wait", "hourglass", turn="platform", tab="due", next_step=""),
    P.PUBLISHED: State.final("stop", "globe", tab="public"),
    P.ENDED: State.final("calm", "check-circle", tab="over"),
    P.CORRECTED: State.final("good", "check", tab="over"),
    P.DROPPED: State.final("good", "check", tab="over"),
}
"""Turns: `platform`. Tabs: those of compliance's list. The report to the regulator may still be owed in each."""
PUBLICATION_TABS = tabs(Tab("due", _("To do")), Tab("public", _("Public now")), Tab("over", _("No longer public")))
NOT_DROPPED = [P.DUE, P.PUBLISHED, P.ENDED, P.CORRECTED]


class PublicationMachine(models.Model):
    state = StateField(_("state"), choices=P, default=P.DUE, protected=True)
    STATES, TABS = PUBLICATION_STATES, PUBLICATION_TABS

    class Meta:
        abstract = True

    publish = edge(P.DUE, P.PUBLISHED, "publication.published", cancels=("publication.due",), by=("compliance",))
    """Everybody can read it."""
    mark_late = edge(P.DUE, None, "publication.late", by=("system",))
    """It was not published within the working day; it stays owed."""
    report = edge(NOT_DROPPED, None, "publication.reported", by=("compliance",))
    end = edge([P.DUE, P.PUBLISHED], P.ENDED, "publication.ended", cancels=("publication.due",), by=("system",))
    """The last measure's time has run out, and with it the time to show it."""
    correct = edge([P.PUBLISHED, P.ENDED], P.CORRECTED, "publication.corrected", by=("system",))
    """The notice fell: the record says so where it was read."""
    drop = edge(P.DUE, P.DROPPED, "publication.dropped", cancels=("publication.due",), by=("system",))
    """The notice fell before anything was published."""
