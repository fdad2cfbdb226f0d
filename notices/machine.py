"""The state machine of a notice: in force, under appeal, reduced, revoked, ended. Declarations only."""

from typing import Any

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

    @edge(state, IN_EFFECT, S.UNDER_APPEAL, "notice.appealed", by=("party",))
    def open_appeal(self, **_facts: Any) -> None:
        """An appeal against it is open."""

    @edge(state, S.UNDER_APPEAL, S.IN_FORCE, "notice.upheld", by=("reviewer", "party"))
    def uphold(self, **_facts: Any) -> None:
        """The appeal ended and the measures stand as they were."""

    @edge(state, S.UNDER_APPEAL, S.ENDED, "notice.upheld", by=("reviewer", "party"))
    def uphold_ended(self, **_facts: Any) -> None:
        """The appeal ended and the measures stand, though their time has run out."""

    @edge(state, S.UNDER_APPEAL, S.REDUCED, "notice.upheld", by=("reviewer", "party"))
    def uphold_reduced(self, **_facts: Any) -> None:
        """The appeal ended and the measures stand as an earlier appeal had left them."""

    @edge(
        state, [S.IN_FORCE, S.UNDER_APPEAL, S.REDUCED, S.ENDED], S.REDUCED, "notice.reduced", by=("reviewer", "client")
    )
    def reduce(self, **_facts: Any) -> None:
        """At least one measure became lighter or fell; every effect to undo is a remedy."""

    @edge(
        state,
        [S.IN_FORCE, S.UNDER_APPEAL, S.REDUCED, S.ENDED],
        S.REVOKED,
        "notice.revoked",
        cancels=("notice.period", "notice.appeal_window"),
        by=("reviewer", "client", "system"),
    )
    def revoke(self, **_facts: Any) -> None:
        """Every measure fell; every effect to undo is a remedy."""

    @edge(state, [S.IN_FORCE, S.REDUCED], S.ENDED, "notice.ended", by=("system",))
    def end(self, **_facts: Any) -> None:
        """The last measure's time has run out."""

    @edge(state, [S.IN_FORCE, S.REDUCED, S.UNDER_APPEAL], None, "notice.measures_ended", by=("system",))
    def end_some(self, **_facts: Any) -> None:
        """Some measures' time has run out, or an appeal against all of them is still open."""

    @edge(state, EVERY_STATE, None, "notice.read", by=("party",))
    def record_reading(self, **_facts: Any) -> None:
        """The party opened it for the first time."""

    @edge(state, IN_EFFECT, None, "notice.amended", by=("client",))
    def amend(self, **_facts: Any) -> None:
        """The platform corrected its own text; what was said before stays readable in an earlier edition."""

    @edge(state, EVERY_STATE, None, "notice.translated", by=("compliance", "administrator", "reviewer"))
    def add_translation(self, **_facts: Any) -> None:
        """A translation of facts and reasons was added, for information: the original counts."""

    @edge(state, EVERY_STATE, None, "notice.decision_confirmed", by=("officer",))
    def confirm_decision(self, **_facts: Any) -> None:
        """Whoever decided it signed in here, opened every exhibit and confirmed the decision."""

    @edge(state, EVERY_STATE, None, "notice.dispute_determined", by=("mediator",))
    def record_determination(self, **_facts: Any) -> None:
        """A person determined a dispute about it; what follows for its measures comes once that takes effect."""

    @edge(state, EVERY_STATE, None, "notice.remedy_confirmed", by=("client",))
    def confirm_remedy(self, **_facts: Any) -> None:
        """The platform says that one effect is restored."""

    @edge(state, EVERY_STATE, None, "notice.remedy_failed", by=("client",))
    def fail_remedy(self, **_facts: Any) -> None:
        """The platform says that one effect could not be restored."""

    @edge(state, EVERY_STATE, None, "notice.remedy_late", by=("system",))
    def mark_remedy_late(self, **_facts: Any) -> None:
        """An effect was not restored by its due time."""

    @edge(state, EVERY_STATE, None, "notice.appeal_window_closed", by=("system",))
    def close_appeal_window(self, **_facts: Any) -> None:
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

    @edge(state, B.OPEN, B.KEPT, "sibling.kept", by=("compliance",))
    def keep(self, **_facts: Any) -> None:
        """A person looked again and found the notice right."""

    @edge(state, B.OPEN, B.CORRECTED, "sibling.corrected", by=("compliance",))
    def correct(self, **_facts: Any) -> None:
        """A person looked again and the platform withdrew the notice."""

    @edge(state, B.OPEN, B.CORRECTED, "sibling.overtaken", by=("system",))
    def overtake(self, **_facts: Any) -> None:
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

    @edge(state, P.DUE, P.PUBLISHED, "publication.published", cancels=("publication.due",), by=("compliance",))
    def publish(self, **_facts: Any) -> None:
        """Everybody can read it."""

    @edge(state, P.DUE, None, "publication.late", by=("system",))
    def mark_late(self, **_facts: Any) -> None:
        """It was not published within the working day; it stays owed."""

    @edge(state, NOT_DROPPED, None, "publication.reported", by=("compliance",))
    def report(self, **_facts: Any) -> None:
        """The market regulator was told, and its receipt is on record."""

    @edge(state, [P.DUE, P.PUBLISHED], P.ENDED, "publication.ended", cancels=("publication.due",), by=("system",))
    def end(self, **_facts: Any) -> None:
        """The last measure's time has run out, and with it the time to show it."""

    @edge(state, [P.PUBLISHED, P.ENDED], P.CORRECTED, "publication.corrected", by=("system",))
    def correct(self, **_facts: Any) -> None:
        """The notice fell: the record says so where it was read."""

    @edge(state, P.DUE, P.DROPPED, "publication.dropped", cancels=("publication.due",), by=("system",))
    def drop(self, **_facts: Any) -> None:
        """The notice fell before anything was published."""
