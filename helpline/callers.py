"""Filing for somebody on the phone: who was on it, and the row that says who took what down for whom.

Each kind of case has its own table of them, `AssistedFiling`. What does not belong here: what is filed (the party's own
commands take a `Caller`), and who may take it down.
"""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework import firing
from casework.actor import Actor
from casework.canonical import digest
from casework.constraints import check
from casework.errors import CaseError, Invalid, NotYourTurn, require, require_choice
from casework.models import Case
from casework.triggers import Trigger, kept, on_insert, sealed


class IdentifiedBy(models.TextChoices):
    """How the officer made sure who was on the phone."""

    NUMBER_ON_FILE = "number_on_file", _("the call was with the number that the platform has on file")
    ACCOUNT_DETAILS = "account_details", _("they answered questions about the account that an outsider cannot answer")
    DOCUMENT = "document", _("their identity document or licence was checked")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is on the phone: the ref of their account, empty for somebody without one; how the officer made sure of it;
    and whether what is filed was read back to them, word by word. Who files is then an officer of the human line; what
    is filed is the party's, and a draft that the party keeps stays.

    `party` is the ref of the party that they call for, where the case has two.
    """

    identified_by: str
    person: str = ""
    was_read_back: bool = False
    party: str = ""


def plain_number(said: str) -> str:
    """A number as cases carry it, however it was typed."""
    return "".join(unicodedata.normalize("NFKC", said).upper().split())


def check_caller(caller: Caller, people: Iterable[Any]) -> int | None:
    """The key of the caller's account, one of the `people` who may do it for the party; None where they have none.

    Raises `Invalid`.
    """
    require_choice("/identified_by", caller.identified_by, IdentifiedBy)
    if not caller.was_read_back:
        raise Invalid.field("/read_back", "required", _("Read it back to the caller, and file it when they agree."))
    if not caller.person:
        return None
    found: int | None = next((user.pk for user in people if user.ref == caller.person), None)
    if found is None:
        raise Invalid.field("/caller", "unknown", _("Nobody who may do this for the party has this account."))
    return found


class AssistedFiling(models.Model):
    """One thing that an officer took down, for whom, and how they were identified; sealed.

    `caller` is empty for somebody who has no account here. The party answers once: `correction` says what is wrong or
    missing, and is empty where it is right.
    """

    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    caller = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    identified_by = models.CharField(_("how they were identified"), max_length=16, choices=IdentifiedBy)
    taken_at = models.DateTimeField(_("taken down at"))
    answered_at = models.DateTimeField(_("confirmed or corrected at"), null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    correction = models.TextField(_("correction"), max_length=2000, blank=True, default="")

    class Meta:
        abstract = True
        verbose_name = _("filing on the phone")
        verbose_name_plural = _("filings on the phone")

    @property
    def officer_code(self) -> str:
        return self.officer.officer_code

    @property
    def how(self) -> str:
        """How the caller was identified, in words."""
        return str(IdentifiedBy(self.identified_by).label)


def record_filing(
    model: type[AssistedFiling], caller: Caller, person: int | None, *, actor: Actor, now: datetime, **about: Any
) -> None:
    """What an officer took down is on file beside the case, until the party confirms or corrects it."""
    model._default_manager.create(
        **about, officer_id=actor.person, caller_id=person, identified_by=caller.identified_by, taken_at=now
    )


def confirming[C: Case](
    lock: Callable[[Actor, str], C],
    may: Callable[[Actor, C], CaseError | None],
    filings: Callable[[Actor, C], models.QuerySet[Any]],
    fire: Callable[..., object] = firing.fire,
) -> Callable[..., C]:
    """The command `confirm_filing` of one kind of case: the party said that what an officer took down for it is right,
    or what is wrong or missing.

    The correction stands beside the filing, which stays as it was taken down, and is read by whoever decides. Raises
    `NotFound`, `NotAllowed`, and `NotYourTurn` where none of its `filings` waits for an answer.
    """

    @firing.command
    def confirm_filing(*, actor: Actor, ref: str, now: datetime, correction: str = "") -> C:
        case = lock(actor, ref)
        require(may(actor, case))
        waiting = filings(actor, case).filter(answered_at__isnull=True)
        if not waiting.update(answered_at=now, answered_by_id=actor.person, correction=correction):
            raise NotYourTurn(_("It was confirmed or corrected already."))
        facts = {"correction": digest(correction) if correction else ""}
        fire(case, "confirm_filing", actor=actor, now=now, facts=facts)
        return case

    return confirm_filing


def checks_of_filings(stem: str) -> tuple[models.CheckConstraint, ...]:
    """The constraints of a table of them; their names begin with `stem`."""
    return (
        check(f"{stem}_says_how_the_caller_was_identified", Q(identified_by__in=IdentifiedBy.values)),
        check(
            f"{stem}_is_answered_by_somebody_or_not_yet",
            Q(answered_at__isnull=True, answered_by__isnull=True, correction="")
            | Q(answered_at__isnull=False, answered_by__isnull=False),
        ),
    )


def triggers_of_filings(stem: str, *, table: str, about: str, party: str, taken: str) -> list[Trigger]:
    """The triggers of a table of them; their names begin with `stem`.

    `about` names the columns that say which case and what of it. `party` is SQL for the key of the party of a NEW row,
    and `taken` a query that finds something where its officer took that down.
    """
    return [
        sealed(
            table,
            f"{stem}_is_sealed",
            f"{about} officer_id caller_id identified_by taken_at",
            once=("answered_at answered_by_id correction",),
        ),
        kept(table, f"{stem}_is_kept"),
        on_insert(
            table,
            f"{stem}_is_for_somebody_of_the_party",
            f"""NEW.caller_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM accounts_membership m
                WHERE m.user_id = NEW.caller_id AND m.ended_at IS NULL AND m.party_id = ({party}))""",  # noqa: S608  our own SQL
            problem="validation",
        ),
        on_insert(table, f"{stem}_is_by_its_officer", f"NOT EXISTS ({taken})", problem="conflict-of-interest"),
    ]
