"""The classes of records: from when the time of each is counted, how long it is, what ends then, and what stays.

One row each; a page that says how long something is kept is a sentence of a row (`said`), which a test compares with
the catalogue. What does not belong here: cases. Notices, appeals and disputes are kept whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type Words = str | Promise
ANY = Q()


@dataclass(frozen=True, slots=True)
class RecordClass:
    """`months` is the time where no clause says another (`term`, a key of `rules.choices.PROMISES`), and never less
    than `floor`, which `law` lays down: a name and a place of the register. `begins` is the start of the time of a row.

    Of the rows of `model` with `rows`, what ends are the columns `empties`, and the row where there are none; `stamp`
    says when. A legal hold names a party at the end of one of the paths `parties`, or a case of the kind and path in
    `cases`. `party_sql` is the former for the trigger, of the row `OLD`. A class `by_itself` ends in the statement that
    ends the use of it, which the law of that name holds, or the function: nobody runs it.
    """

    code: str
    name: Words
    what: Words
    starts: Words
    stays: Words
    months: int = 0
    model: str = ""
    begins: Any = None
    rows: Q = ANY
    empties: tuple[str, ...] = ()
    stamp: str = ""
    term: str = ""
    floor: int = 0
    law: tuple[str, str] = ("", "")
    parties: tuple[str, ...] = ()
    cases: tuple[tuple[str, str], ...] = ()
    party_sql: str = ""
    by_itself: str = ""
    said: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        return self.model.lower().replace(".", "_")

    def ended(self, now: Any) -> Mapping[str, Any]:
        """The values of a row of which the columns have ended."""
        return {**dict.fromkeys(self.empties, ""), **({self.stamp: now} if self.stamp else {})}


_OF_DISPUTE = "(SELECT d.{side}_id FROM disputes_dispute d WHERE d.id = OLD.dispute_id)"

CLASSES = (
    RecordClass(
        "opinion-contacts",
        _("Contacts given with opinions"),
        _("How somebody without an account can be reached about their opinion on a draft"),
        _("End of the consultation"),
        _("The opinion, its answer and the reason, without the contact: the record of a consultation (办法 11)."),
        months=36,
        floor=36,
        law=("PLATFORM_RULES", "11"),
        model="rules.Opinion",
        begins=F("making__rule_version__consulted_until"),
        rows=~Q(contact=""),
        empties=("contact",),
        cases=(("rulemaking", "making"),),
        said=("You may keep this contact with my opinion for three years.",),
    ),
    RecordClass(
        "question-contacts",
        _("Contacts given with questions about rules"),
        _("How a reader without an account can be reached about their question"),
        _("The answer"),
        _("Question and answer, as evidence that the clause was explained (办法 8(2))."),
        months=6,
        model="rules.Explanation",
        begins=F("answered_at"),
        rows=~Q(contact="") & Q(answered_at__isnull=False),
        empties=("contact",),
    ),
    RecordClass(
        "merchant-identities",
        _("Merchants' identities given in disputes"),
        _("True name, licence, address and contact, as the consumer was given them"),
        _("End of the dispute, or the giving where that was later"),
        _("That it was asked for and given, when and by whom, and the digest in the ledger."),
        months=36,
        term="identity_kept",
        floor=36,
        law=("CIVIL_CODE", "188"),
        model="disputes.IdentityRequest",
        begins=Greatest("answered_at", "dispute__closed_at"),
        rows=Q(state="GIVEN", purged_at__isnull=True, dispute__closed_at__isnull=False),
        empties=("name", "licence", "address", "contact"),
        stamp="purged_at",
        parties=("dispute__claimant", "dispute__respondent"),
        cases=(("dispute", "dispute"),),
        party_sql=f"{_OF_DISPUTE.format(side='claimant')}, {_OF_DISPUTE.format(side='respondent')}",
        said=("It was deleted %(at)s, when its time of keeping was over.",),
    ),
    RecordClass(
        "access-addresses",
        _("Addresses of access links and codes"),
        _("The e-mail address or mobile number to which a link or code was sent"),
        _("Last moment at which it opened something"),
        _("That a link or code was sent, when, and what became of it."),
        months=6,
        term="traces_kept",
        model="accounts.AccessLink",
        begins=Coalesce("open_until", "expires_at"),
        rows=~Q(sent_to=""),
        empties=("sent_to",),
        parties=("party",),
        party_sql="OLD.party_id",
    ),
    RecordClass(
        "invitation-addresses",
        _("Addresses of invitations"),
        _("The address to which an invitation or a mandate was sent"),
        _("End of the invitation, or of the mandate"),
        _("Who invited whom into which role, and a mandate with its document (民法典 165)."),
        months=6,
        term="traces_kept",
        model="accounts.Invitation",
        begins=Coalesce("acts_until", "expires_at"),
        rows=~Q(sent_to=""),
        empties=("sent_to",),
        parties=("party",),
        party_sql="OLD.party_id",
    ),
    RecordClass(
        "appeal-drafts",
        _("Drafts of appeals that were never filed"),
        _("What a party typed in the form of an appeal"),
        _("End of the time to appeal, or the last change where that was later"),
        _("Nothing."),
        months=1,
        model="appeals.AppealDraft",
        begins=Greatest("saved_at", "notice__appeal_closes_at"),
        parties=("party",),
        cases=(("notice", "notice"),),
    ),
    RecordClass(
        "uploads",
        _("Files that were uploaded and belong to nothing"),
        _("The file as received, its copy, its name"),
        _("The upload"),
        _("That there was a file, by its digest in the record of rows."),
        months=1,
        model="files.Attachment",
        begins=F("uploaded_at"),
    ),
    RecordClass(
        "sign-in-attempts",
        _("Failed attempts to sign in"),
        _("Name, address and program of whoever tried"),
        _("The attempt"),
        _("Nothing. Who signed in stands in the ledger of what they did."),
        months=6,
        term="traces_kept",
        model="axes.AccessAttempt",
        begins=F("attempt_time"),
    ),
    RecordClass(
        "sessions",
        _("Sessions that ended"),
        _("Who was signed in with which browser"),
        _("End of the session"),
        _("Nothing."),
        months=1,
        model="sessions.Session",
        begins=F("expire_date"),
    ),
    RecordClass(
        "socket-tickets",
        _("Tickets of live connections that ended"),
        _("Who opened a live connection from which session"),
        _("End of the ticket"),
        _("Nothing."),
        months=1,
        model="accounts.SocketTicket",
        begins=F("expires_at"),
    ),
    RecordClass(
        "call-backs",
        _("Numbers of call backs"),
        _("The number, and what it was about"),
        _("End of the call"),
        _("That somebody was called, when and by whom."),
        by_itself="call_back_keeps_no_number_and_no_words_once_it_ended",
        said=(
            "It is over, and the number is deleted.",
            "Each was promised a time. Take one to see the number; it is deleted when the call is over.",
            "Called off. Your number is deleted.",
            "Whichever you choose, the request is over and the number is deleted.",
            "Reached: the number is deleted. Not reached: they are told by when we call again.",
            "Your number and what you wrote are deleted as soon as the call is over.",
            (
                "Only the officer who calls sees your number. It is deleted with what you wrote as soon as the call is "
                "over, or when you call it off."
            ),
            "Call it off and delete my number",
            "Your number and what you wrote were deleted on %(at)s.",
        ),
    ),
    RecordClass(
        "access-requests",
        _("Addresses of requests for an access link"),
        _("The address or number that somebody typed"),
        _("The answer, within minutes"),
        _("A keyed digest, by which limits count."),
        by_itself="access_request_keeps_no_address_once_done",
        said=(
            "It must be the one that the platform has on record for you. One that we do not know is not kept.",
            (
                "It must be the address that the platform has on record for you. An address that we do not know is not "
                "kept."
            ),
        ),
    ),
    RecordClass(
        "work-drafts",
        _("Drafts of staff"),
        _("What a reviewer or mediator typed and did not send"),
        _("The case is over, or has another holder"),
        _("Locked first views and decisions."),
        by_itself="casework.drafts.drop_what_is_no_longer_held",
        said=(
            "What they typed and did not lock is deleted. Locked first views stay on file.",
            "Their roles end. What they typed and had not sent is deleted.",
            "Whoever holds it now does not any more; what they typed and did not send is deleted.",
        ),
    ),
    RecordClass(
        "typed-in-browsers",
        _("What was typed into forms and not sent"),
        _("A copy in the browser of whoever typed it, and nowhere else"),
        _("The form is sent, or they sign out"),
        _("Nothing."),
        by_itself="static/js/forms.js",
        said=(
            (
                "What you wrote in a form is kept on this device until you sign out. Open the form again once you are "
                "online."
            ),
        ),
    ),
    RecordClass(
        "rule-versions",
        _("Published versions of rules"),
        _("Their texts in both languages, and how they were made"),
        _("Never: they are kept for good"),
        _("Everything, longer than three years from the next version's start."),
        law=("PLATFORM_RULES", "15"),
        by_itself="rule_version_is_kept_once_published",
        said=(
            (
                "Every published version stays here, also the ones no longer in force. A measure rests on the version "
                "that was in force when the conduct took place."
            ),
        ),
    ),
)
BY_CODE = {each.code: each for each in CLASSES}
RUNS = tuple(each for each in CLASSES if each.model)
"""Those that a run ends."""
