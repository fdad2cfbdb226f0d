"""Coded refusals. A command raises one; every surface (problem+json, page, socket) renders the same code and words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Choices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casework.text import is_visually_blank

Text = str | Promise


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one field: JSON pointer (`/measures/0/type`), stable code, sentence to show."""

    pointer: str
    code: str
    message: Text


class CaseError(Exception):
    """A refused command: nothing was stored. `code` is the stable problem type, `status` its HTTP status."""

    code: ClassVar[str] = "validation"
    status: ClassVar[int] = 400
    title: ClassVar[Text] = _("The request is not valid.")

    def __init__(
        self,
        detail: Text | None = None,
        *,
        errors: Sequence[FieldError] = (),
        actions: Sequence[Mapping[str, Any]] = (),
        retry_after: int | None = None,
    ) -> None:
        self.detail: Text = detail if detail is not None else self.title
        self.errors = tuple(errors)
        self.actions = tuple(actions)
        self.retry_after = retry_after
        super().__init__(" ".join([self.code, *(f"{e.pointer}:{e.code}" for e in self.errors)]))


class Invalid(CaseError):
    code, status = "validation", 400
    title = _("Please check what you sent.")

    @classmethod
    def field(cls, pointer: str, code: str, message: Text) -> "Invalid":
        return cls(errors=[FieldError(pointer, code, message)])


class NotSignedIn(CaseError):
    code, status = "not-signed-in", 401
    title = _("Please sign in.")


class NotAllowed(CaseError):
    code, status = "not-allowed", 403
    title = _("Your role does not allow this.")


class ConflictOfInterest(CaseError):
    code, status = "conflict-of-interest", 403
    title = _("You took part in this measure or an earlier decision, so someone else must review it.")


class NotFound(CaseError):
    code, status = "not-found", 404
    title = _("There is nothing here that you may see.")


class Stale(CaseError):
    code, status = "stale", 412
    title = _("Someone changed this case after you opened it. Look again before you act.")


class PreconditionRequired(CaseError):
    code, status = "precondition-required", 428
    title = _("Send the version you read in If-Match.")


class NotYourTurn(CaseError):
    """The verb is not possible in the state the case is in."""

    code, status = "not-your-turn", 409
    title = _("This step is not possible at this stage of the case.")


class UnknownState(CaseError):
    """A newer version of the program wrote the state of the case, so this one may do nothing with it."""

    code, status = "unknown-state", 409
    title = _("The program does not know the state of this case until it is updated.")


class Sealed(NotYourTurn):
    """What was to be changed is on record and stays: a `not-your-turn` whose error has the code `sealed`."""

    def __init__(self) -> None:
        text = _("This is on record and can no longer be changed.")
        super().__init__(text, errors=[FieldError("", "sealed", text)])


class DeadlinePassed(CaseError):
    code, status = "deadline-passed", 409
    title = _("The time limit for this step has passed.")


class AlreadyAppealed(CaseError):
    code, status = "already-appealed", 409
    title = _("An appeal against this notice is already open.")


class NotAppealable(CaseError):
    code, status = "not-appealable", 409
    title = _("This notice cannot be appealed as it stands.")


class FirstViewRequired(CaseError):
    code, status = "first-view-required", 409
    title = _("Lock your own first view before you see what the system suggests.")


class LeaseLost(CaseError):
    code, status = "lease-lost", 409
    title = _("You no longer hold this case. Claim it again before you act.")


class BasisNotInForce(CaseError):
    code, status = "basis-not-in-force", 422
    title = _("The clause was not in force at the time of the conduct.")


class UnknownReference(CaseError):
    """The request names something that there is not for whoever asks: the address is right, and the body is not."""

    code, status = "unknown-reference", 422
    title = _("The request names something that you cannot name here.")

    @classmethod
    def field(cls, pointer: str, message: Text) -> "UnknownReference":
        return cls(errors=[FieldError(pointer, "unknown", message)])


class SettledBefore(CaseError):
    code, status = "settled-before", 409
    title = _("This was decided before: a notice that said the same was revoked.")


class ExecutorNotCertified(CaseError):
    """The third party, or its person, may not act now: not active, not its person, or without a certification."""

    code, status = "executor-not-certified", 409
    title = _("The executor was not certified for this.")


class OutsideMandate(CaseError):
    """The third party may act, but not this: measure, rule, category, amount or time lie outside its mandate."""

    code, status = "outside-mandate", 409
    title = _("This lies outside the executor's mandate.")


class IdempotencyKeyRequired(CaseError):
    code, status = "idempotency-key-required", 400
    title = _("Send an Idempotency-Key header with every POST.")


class IdempotencyMismatch(CaseError):
    code, status = "idempotency-mismatch", 422
    title = _("This Idempotency-Key was used before with a different request.")


class ExternalRefMismatch(CaseError):
    """A number of the client's own that stands for other content already; an error for each field that differs."""

    code, status = "external-ref-mismatch", 409
    title = _("This number of yours stands for something else already.")


class ClientIdMismatch(CaseError):
    code, status = "client-id-mismatch", 409
    title = _("This client_id stands for another message of yours already.")


class InProgress(CaseError):
    code, status = "in-progress", 409
    title = _("The same request is still being carried out. Try again shortly.")


class FileRefused(CaseError):
    code, status = "file-refused", 415
    title = _("This file cannot be accepted.")


class TooLarge(CaseError):
    code, status = "too-large", 413
    title = _("What you sent is too large.")


class TooManyRequests(CaseError):
    code, status = "too-many-requests", 429
    title = _("Too many requests. Please wait a moment.")


class PasswordsBusy(CaseError):
    """Too many passwords are being checked at this moment; this one was not, and counts as no attempt."""

    code, status = "passwords-busy", 503
    title = _("Many passwords are being checked right now. Yours was not; please try again in a moment.")


PROBLEMS: dict[str, type[CaseError]] = {
    cls.code: cls
    for cls in (
        Invalid,
        NotSignedIn,
        NotAllowed,
        ConflictOfInterest,
        NotFound,
        Stale,
        PreconditionRequired,
        NotYourTurn,
        UnknownState,
        DeadlinePassed,
        AlreadyAppealed,
        NotAppealable,
        FirstViewRequired,
        LeaseLost,
        BasisNotInForce,
        UnknownReference,
        SettledBefore,
        ExecutorNotCertified,
        OutsideMandate,
        IdempotencyKeyRequired,
        IdempotencyMismatch,
        ExternalRefMismatch,
        ClientIdMismatch,
        InProgress,
        FileRefused,
        TooLarge,
        TooManyRequests,
        PasswordsBusy,
    )
}


# — what a command demands before it does anything —


def errors_in(*checks: tuple[bool, str, str, Text]) -> list[FieldError]:
    """One error for each check that is true: (whether it is wrong, pointer, code, sentence)."""
    return [FieldError(pointer, code, message) for is_wrong, pointer, code, message in checks if is_wrong]


def require(denial: CaseError | None) -> None:
    """Raises what a policy answered, unless it answered None."""
    if denial is not None:
        raise denial


def or_not_found[T](row: T | None) -> T:
    """The row. Raises `NotFound` where there is none."""
    if row is None:
        raise NotFound()
    return row


def require_text(pointer: str, text: str, message: Text) -> None:
    """Raises `Invalid` at `pointer` when the text shows nothing."""
    if is_visually_blank(text):
        raise Invalid.field(pointer, "required", message)


def require_choice(pointer: str, value: str, choices: type[Choices]) -> None:
    """Raises `Invalid` at `pointer` for what is none of the choices."""
    if value not in choices.values:
        raise Invalid.field(pointer, "unknown", one_of(choices.values))


def one_of(codes: Iterable[object]) -> str:
    """The sentence for a code that is none of these."""
    return str(_("Choose one of these: %(codes)s.") % {"codes": ", ".join(map(str, codes))})
