"""Explains every problem type in words for the person who meets it, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surfaces.api.problems import KNOWN


@dataclass(frozen=True, slots=True)
class Explanation:
    """One problem type: its status and short title, why it is answered, and the way on."""

    status: int
    title: str | Promise
    why: Promise
    todo: Promise


TEXTS: Mapping[str, tuple[Promise, Promise]] = {
    "validation": (
        _("Something in the request is missing, malformed or not acceptable. Nothing was stored."),
        _("Each entry of `errors` gives a `pointer`, a stable `code` and a sentence. Correct it and send again."),
    ),
    "not-signed-in": (
        _("The request carried no valid session or token: it is missing, has expired or was revoked."),
        _("Sign in again, or obtain a new token with POST /api/v1/auth/token."),
    ),
    "not-allowed": (
        _("You are signed in, but your role or your token's scopes do not include this step."),
        _("Ask the owner of your account, or the platform, for the role that is needed."),
    ),
    "conflict-of-interest": (
        _("Whoever reviews a measure must not have taken part in it, nor in an earlier decision about it."),
        _("Leave the case to a colleague. It stays in the queue, and nobody's time limit is shortened."),
    ),
    "not-found": (
        _("There is nothing at this address that you may see. An object of somebody else gets the same answer."),
        _("Check the reference. If you have several accounts, sign in with the one that the case belongs to."),
    ),
    "stale": (
        _("The case has changed since the version that you named in If-Match, so nothing was done."),
        _("Read the case again, look at what changed, and send your step with the new version."),
    ),
    "precondition-required": (
        _("This step decides something and must be made on a version that was read, never blindly."),
        _("Read the case and send its ETag in the If-Match header."),
    ),
    "not-your-turn": (
        _("The case is at a stage at which this step is not possible, or it is not yours to take."),
        _("`actions` of the case lists what is possible now."),
    ),
    "unknown-state": (
        _("A newer version of the program wrote the state of this case, and this process is still an older one."),
        _("Send it again in a few minutes: an update is under way. Until then the case can be read."),
    ),
    "deadline-passed": (
        _("The time limit for this step had ended when the request arrived."),
        _(
            "If you have a good reason, ask for late acceptance where `actions` offers it. "
            "Complaint, mediation, arbitration and court remain open."
        ),
    ),
    "already-appealed": (
        _("An appeal against this notice is already open, and one measure is reviewed by one appeal at a time."),
        _("Open the existing appeal and add to it."),
    ),
    "not-appealable": (
        _("The notice cannot be appealed as it stands, for example because it was withdrawn or its appeal is over."),
        _("Read the notice: it says what remains open to you."),
    ),
    "settled-before": (
        _("A notice that said the same of the same object was revoked. Saying it again does not undo that decision."),
        _(
            "If something new came to light, send `contradicts`: the revoked notice and what is new since, with new "
            "evidence and the person who decided."
        ),
    ),
    "first-view-required": (
        _("A reviewer forms and locks a first view before seeing what the system suggests."),
        _("Record your first view of the case, then ask for the suggestion."),
    ),
    "lease-lost": (
        _("You no longer hold this case: the time for which it was yours has ended, or it was released."),
        _("Claim it again. What you had recorded is kept."),
    ),
    "basis-not-in-force": (
        _("A measure can rest only on a clause as it read at the time of the conduct; this one was not in force."),
        _("Name the version that was in force, or a different basis."),
    ),
    "unknown-reference": (
        _("What the body names does not exist for you, or is somebody else's: `errors` says where it stands."),
        _("Correct the reference. The address itself was right, so nothing else is to be changed."),
    ),
    "executor-not-certified": (
        _("The executor, or the person who acted for it, had no valid certification for this kind of measure."),
        _("Have the measure carried out by a certified executor, or have the certification renewed."),
    ),
    "outside-mandate": (
        _("The executor's mandate does not cover this measure."),
        _("Have it carried out by an executor whose mandate does, or by the platform itself."),
    ),
    "idempotency-key-required": (
        _("Every POST carries an Idempotency-Key header, so that a repetition never has a second effect."),
        _("Choose a new UUID for each intention, and send the same one when you repeat the request."),
    ),
    "idempotency-mismatch": (
        _("This Idempotency-Key was used before for a request with other content, so nothing was done."),
        _("Use a new key for a new intention; repeat the earlier content to get the earlier answer."),
    ),
    "external-ref-mismatch": (
        _("Under this `external_ref` you sent other content before, so nothing was stored. `errors` names the fields."),
        _(
            "Find what stands there with `?external_ref=` on the list. Correct it with its own operation, or send "
            "something new under a new number."
        ),
    ),
    "client-id-mismatch": (
        _("A message with this `client_id` and other text was sent before, so this one was not."),
        _("Choose a new `client_id` for each message, and keep it only to send the same text again."),
    ),
    "in-progress": (
        _("A request with this Idempotency-Key is being carried out at this moment."),
        _("Wait as long as Retry-After says and send it again with the same key: you get the answer of the first one."),
    ),
    "file-refused": (
        _("The file is of a kind that is not accepted, or what it contains is not what its name says."),
        _("Send a photograph (JPEG, PNG or WebP) or a PDF, or describe in words what the file shows."),
    ),
    "too-large": (
        _("The request or the file is larger than this address accepts."),
        _("Make the file smaller, or split the batch."),
    ),
    "too-many-requests": (
        _("Too many requests came from you within a minute."),
        _("Wait as long as Retry-After says, then send it again with the same Idempotency-Key."),
    ),
    "passwords-busy": (
        _("As many passwords as this process checks at once are being checked. No attempt was counted."),
        _("Send it again after the seconds that Retry-After says. Whoever is signed in is not concerned."),
    ),
    "method-not-allowed": (
        _("The address exists but does not answer to this method."),
        _("The Allow header lists the methods that it answers to."),
    ),
    "not-acceptable": (
        _("The Accept header of the request leaves out application/json, the one form in which this address answers."),
        _("Send Accept: application/json, or no such header."),
    ),
    "unsupported-media-type": (
        _("The body is of a type that this address does not read, or it is compressed."),
        _("Send application/json in UTF-8, or multipart/form-data where the schema says so, without Content-Encoding."),
    ),
    "server-error": (
        _("A mistake of ours. The transaction was undone, so nothing was changed."),
        _("Send it again with the same Idempotency-Key. If it fails again, tell us the value of `instance`."),
    ),
    "unavailable": (
        _("The database is busy or being maintained. Nothing was changed."),
        _("Send it again with the same Idempotency-Key after the seconds that Retry-After says."),
    ),
    "disk-full": (
        _("The disk is nearly full, so nothing new is taken in. What was stored before is safe, and can be read."),
        _("Send it again with the same Idempotency-Key later; operators see it in the readiness check."),
    ),
}


def explanation_of(code: str) -> Explanation | None:
    """The explanation of a problem type; None when there is no such type."""
    if code not in TEXTS:
        return None
    why, todo = TEXTS[code]
    return Explanation(KNOWN[code].status, KNOWN[code].title, why, todo)


def explanations() -> dict[str, Explanation]:
    """Every problem type by code."""
    return {code: found for code in TEXTS if (found := explanation_of(code)) is not None}
