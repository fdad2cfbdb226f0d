"""A right holder's notice, the merchant's statement, and what became of both (电子商务法 42, 43; 民法典 1195, 1196).

What is said of identities is a legal name and how its owner is reached for a lawsuit; who signs in is the party's.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from accounts.models import decided_by_nobody_of_a_side, with_special_authority, within_the_mandate
from casework.constraints import check
from casework.cover import digested
from casework.machine import OnTabs, sql_list
from casework.models import Case
from casework.triggers import Trigger, append_only, changed, kept, on_insert, on_update, sealed
from infringements.machine import ENDED, ENDS_MEASURES, UNDECIDED, InfringementMachine, InfringementState


class RightKind(models.TextChoices):
    TRADEMARK = "TRADEMARK", _("trademark")
    COPYRIGHT = "COPYRIGHT", _("copyright")
    PATENT = "PATENT", _("patent or design")
    OTHER = "OTHER", _("other intellectual property")


REGISTERED = (RightKind.TRADEMARK, RightKind.PATENT)
"""The rights that have a number of a register."""


class ProceedingsKind(models.TextChoices):
    COMPLAINT = "COMPLAINT", _("complaint to an authority")
    LAWSUIT = "LAWSUIT", _("lawsuit")


class Outcome(models.TextChoices):
    INFRINGES = "INFRINGES", _("infringement found")
    NO_INFRINGEMENT = "NO_INFRINGEMENT", _("no infringement found")
    NO_FINDING = "NO_FINDING", _("ended without a finding")


class Finding(models.TextChoices):
    WRONG = "WRONG", _("wrong")
    MALICIOUS = "MALICIOUS", _("made in bad faith")


class FilePart(models.TextChoices):
    NOTICE = "NOTICE", _("notice")
    STATEMENT = "STATEMENT", _("statement")
    PROCEEDINGS = "PROCEEDINGS", _("complaint or lawsuit")


PART_OF = {
    InfringementState.INCOMPLETE: FilePart.NOTICE,
    InfringementState.FORWARDED: FilePart.STATEMENT,
    InfringementState.STATED: FilePart.PROCEEDINGS,
}
"""Beside what a file goes that comes in this state."""
SILENCE_DAYS = 15
"""From the arrival of the statement (电子商务法 43(2)). The law says it, so no setting does."""

NEEDED = (
    "right_kind",
    "right_title",
    "registration_no",
    "holder_name",
    "contact",
    "merchant",
    "links",
    "evidence",
    "wants",
    "is_true",
)
"""What a notice says to take effect, beside a file (电子商务法 42(1); 民法典 1195(1))."""


def _person() -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )


def _words(label: Any, length: int) -> "models.TextField[str, str]":
    return models.TextField(label, max_length=length, blank=True, default="")


class Infringement(InfringementMachine, OnTabs, Case):
    """One notice of a right holder against one merchant. `notice` is the measure that its acceptance took.

    `shop` is the merchant as the right holder named it, `merchant` the party that this is. One that a back end passes
    on for the right holder is marked as such.
    """

    KIND, REF_PREFIX, NUMBER_PREFIX = "infringement", "ifr_", "Q"
    OPENS_IN = (InfringementState.INCOMPLETE,)
    PARTIES = ("holder_id", "merchant_id")

    client = models.ForeignKey("accounts.ApiClient", on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(
        "accounts.Party", on_delete=models.PROTECT, related_name="+", verbose_name=_("right holder")
    )
    merchant = models.ForeignKey(
        "accounts.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("merchant")
    )
    is_passed_on = models.BooleanField(_("passed on by the platform's back end"), default=False)
    right_kind = models.CharField(_("kind of right"), max_length=10, choices=RightKind, blank=True, default="")
    right_title = models.CharField(_("the right"), max_length=200, blank=True, default="")
    registration_no = models.CharField(_("number of registration"), max_length=80, blank=True, default="")
    holder_name = models.CharField(_("legal name of the right holder"), max_length=120, blank=True, default="")
    contact = models.CharField(_("how the right holder is reached"), max_length=300, blank=True, default="")
    shop = models.CharField(_("the merchant, as named"), max_length=100, blank=True, default="")
    links = _words(_("where the goods are"), 4000)
    evidence = _words(_("first evidence"), 8000)
    wants = _words(_("measures wanted"), 2000)
    is_true = models.BooleanField(_("said to be true, with liability for a wrong notice"), default=False)
    received_at = models.DateTimeField(_("received on"), null=True, blank=True)
    decide_by = models.DateTimeField(_("to be decided by"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True)
    decided_by = _person()
    session_hash = models.CharField(max_length=64, blank=True, default="")
    reasons = _words(_("reasons"), 8000)
    notice = models.OneToOneField("notices.Notice", on_delete=models.PROTECT, null=True, related_name="+")
    merchant_name = models.CharField(_("legal name of the merchant"), max_length=120, blank=True, default="")
    merchant_contact = models.CharField(_("how the merchant is reached"), max_length=300, blank=True, default="")
    statement = _words(_("why there is no infringement"), 8000)
    stated_at = models.DateTimeField(_("statement received and forwarded on"), null=True, blank=True)
    stated_by = _person()
    silence_at = models.DateTimeField(_("a complaint or lawsuit is shown by"), null=True, blank=True)
    proceedings_kind = models.CharField(
        _("complaint or lawsuit"), max_length=10, choices=ProceedingsKind, blank=True, default=""
    )
    office = models.CharField(_("authority or court"), max_length=120, blank=True, default="")
    proceedings_no = models.CharField(_("number of the proceedings"), max_length=80, blank=True, default="")
    proceedings_at = models.DateTimeField(_("complaint or lawsuit shown on"), null=True, blank=True)
    outcome = models.CharField(_("outcome of the proceedings"), max_length=16, choices=Outcome, blank=True, default="")
    outcome_words = _words(_("what was decided"), 4000)
    ended_at = models.DateTimeField(_("ended on"), null=True, blank=True)
    question = _words(_("what the right holder is asked"), 2000)
    answer_by = models.DateTimeField(_("to be answered by"), null=True, blank=True)
    answer = _words(_("what the right holder says"), 8000)
    finding = models.CharField(_("finding on the notice"), max_length=10, choices=Finding, blank=True, default="")
    finding_reasons = _words(_("reasons of the finding"), 8000)
    found_at = models.DateTimeField(_("found on"), null=True, blank=True)
    found_by = _person()
    finding_notice = models.OneToOneField("notices.Notice", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("notice of a right holder")
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(fields=("-created_at", "-id"), name="infringement_newest"),
            models.Index(fields=("decide_by", "id"), name="infringement_by_due"),
            models.Index(fields=("holder", "-created_at", "-id"), name="infringement_of_holder"),
            models.Index(fields=("merchant", "-created_at", "-id"), name="infringement_of_merchant"),
            models.Index(
                fields=("-decided_at", "-id"), condition=Q(decided_at__isnull=False), name="infringement_published"
            ),
        )
        constraints = (
            check("infringement_state_is_known", Q(state__in=InfringementState.values)),
            check("infringement_is_between_two_parties", ~Q(holder=F("merchant"))),
            check(
                "infringement_takes_effect_once_complete",
                Q(
                    received_at=None,
                    decide_by=None,
                    state__in=(InfringementState.INCOMPLETE, InfringementState.WITHDRAWN),
                )
                | Q(received_at__isnull=False, decide_by__isnull=False, merchant__isnull=False, is_true=True)
                & ~Q(state=InfringementState.INCOMPLETE)
                & Q(right_kind__in=RightKind.values)
                & ~Q(right_title="")
                & (~Q(registration_no="") | ~Q(right_kind__in=REGISTERED))
                & ~Q(holder_name="")
                & ~Q(contact="")
                & ~Q(links="")
                & ~Q(evidence="")
                & ~Q(wants=""),
            ),
            check(
                "infringement_is_decided_by_a_person_with_reasons",
                Q(decided_at=None, decided_by=None, session_hash="", reasons="", state__in=UNDECIDED)
                | Q(decided_at=None, decided_by=None, session_hash="", reasons="", state=InfringementState.WITHDRAWN)
                | Q(decided_at__isnull=False, decided_by__isnull=False)
                & ~Q(session_hash="")
                & ~Q(reasons="")
                & ~Q(state__in=UNDECIDED),
                code="not-allowed",
            ),
            check(
                "infringement_measure_rests_on_an_accepted_notice",
                Q(notice=None, state__in=(*UNDECIDED, InfringementState.REFUSED, InfringementState.WITHDRAWN))
                | Q(notice__isnull=False, decided_at__isnull=False)
                & ~Q(state__in=(*UNDECIDED, InfringementState.REFUSED)),
            ),
            check(
                "infringement_statement_has_name_contact_and_words",
                Q(stated_at=None, stated_by=None, silence_at=None, statement="")
                | Q(stated_at__isnull=False, stated_by__isnull=False, notice__isnull=False)
                & ~Q(statement="")
                & ~Q(merchant_name="")
                & ~Q(merchant_contact=""),
            ),
            check(
                "infringement_leaves_the_right_holder_15_days",
                Q(silence_at=None, stated_at=None)
                | Q(silence_at__gte=F("stated_at") + Value(timedelta(days=SILENCE_DAYS))),
            ),
            check(
                "infringement_proceedings_are_named",
                Q(proceedings_at=None, proceedings_kind="")
                | Q(proceedings_at__isnull=False, stated_at__isnull=False, proceedings_kind__in=ProceedingsKind.values)
                & ~Q(office="")
                & ~Q(proceedings_no=""),
            ),
            check(
                "infringement_concludes_with_an_outcome",
                Q(outcome="") & ~Q(state=InfringementState.CONCLUDED)
                | Q(state=InfringementState.CONCLUDED, outcome__in=Outcome.values, proceedings_at__isnull=False)
                & ~Q(outcome_words=""),
            ),
            check(
                "infringement_ends_at_a_time",
                Q(ended_at__isnull=False, state__in=ENDED) | Q(ended_at=None) & ~Q(state__in=ENDED),
            ),
            check(
                "infringement_is_found_wrong_by_a_person_after_hearing",
                Q(finding="", found_at=None, found_by=None, finding_notice=None)
                | Q(finding__in=Finding.values, found_at__isnull=False, found_by__isnull=False)
                & Q(finding_notice__isnull=False, answer_by__isnull=False)
                & ~Q(finding_reasons="")
                & (~Q(answer="") | Q(found_at__gt=F("answer_by"))),
                code="not-your-turn",
            ),
        )

    @property
    def missing(self) -> list[tuple[str, str]]:
        """What the notice lacks to take effect, each with its name in the API and its label."""
        needed = [name for name in NEEDED if name != "registration_no" or self.right_kind in REGISTERED]
        labels = {each.name: str(each.verbose_name) for each in self._meta.fields}
        lacks = [(name, labels[name]) for name in needed if not getattr(self, name)]
        if not self.files.exists():
            lacks.append(("files", str(_("a file that shows the right"))))
        return lacks

    @property
    def due_at(self) -> datetime | None:
        """By when whoever is on turn acts."""
        return {"RECEIVED": self.decide_by, "STATED": self.silence_at}.get(str(self.state))

    @property
    def state_note(self) -> str:
        return self.outcome_words or (self.reasons if self.state == InfringementState.REFUSED else "")


class InfringementFile(models.Model):
    """A file beside the notice, the statement, or what shows a complaint or lawsuit. Append-only."""

    infringement = models.ForeignKey(Infringement, on_delete=models.PROTECT, related_name="files")
    no = models.PositiveSmallIntegerField()
    part = models.CharField(_("belongs to"), max_length=12, choices=FilePart)
    attachment = models.ForeignKey("files.Attachment", on_delete=models.PROTECT, related_name="+")
    by_ref = models.CharField(max_length=60)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("infringement_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("infringement", "no"), name="infringement_file_number_is_unique"),
        )


# — laws —

_TABLE = "infringements_infringement"
_SAID = "right_kind right_title registration_no holder_name contact shop links evidence wants is_true merchant_id"
_SIDES = ("holder_id", "merchant_id")


TRIGGERS: list[Trigger] = [
    kept(_TABLE, "infringement_is_kept"),
    sealed(
        _TABLE,
        "infringement_stays_as_it_was_said",
        "client_id holder_id is_passed_on",
        once=(
            f"received_at {_SAID} decide_by",
            "decided_at decided_by_id session_hash reasons notice_id",
            "stated_at stated_by_id statement merchant_name merchant_contact silence_at",
            "proceedings_at proceedings_kind office proceedings_no",
            "found_at found_by_id finding finding_reasons finding_notice_id question answer answer_by",
            "ended_at outcome outcome_words",
        ),
    ),
    on_update(
        _TABLE,
        "infringement_goes_from_state_to_state_as_drawn",
        f"""NEW.state <> OLD.state AND NEW.state IN {sql_list(InfringementState)} AND NOT (
            OLD.state = 'INCOMPLETE' AND NEW.state IN ('RECEIVED', 'WITHDRAWN')
            OR OLD.state = 'RECEIVED' AND NEW.state IN ('FORWARDED', 'REFUSED', 'WITHDRAWN')
            OR OLD.state = 'FORWARDED' AND NEW.state IN ('STATED', 'WITHDRAWN', 'REVOKED')
            OR OLD.state = 'STATED' AND NEW.state IN ('PROCEEDINGS', 'LIFTED', 'WITHDRAWN', 'REVOKED')
            OR OLD.state = 'PROCEEDINGS' AND NEW.state IN ('CONCLUDED', 'WITHDRAWN', 'REVOKED'))""",
    ),
    on_update(
        _TABLE,
        "infringement_measure_ends_by_silence_after_15_days_alone",
        """OLD.state <> 'STATED' OR NEW.proceedings_at IS NOT NULL OR NEW.silence_at IS NULL
            OR NEW.ended_at IS NULL OR NEW.ended_at < NEW.silence_at""",
        only="NEW.state = 'LIFTED' AND OLD.state <> 'LIFTED'",
    ),
    on_insert(
        "casework_event",
        "measure_ends_with_the_right_holder_s_notice_it_rests_on",
        f"""NOT EXISTS (SELECT 1 FROM {_TABLE} i WHERE i.notice_id = NEW.case_id
            AND i.state IN {sql_list(ENDS_MEASURES)})""",  # noqa: S608  our own names
        only="NEW.type = 'notice.revoked' AND NEW.actor_ref = 'system:infringements'",
    ),
    decided_by_nobody_of_a_side(
        "infringement_is_decided_by_nobody_of_a_side", table=_TABLE, person="decided_by_id", parties=_SIDES
    ),
    decided_by_nobody_of_a_side(
        "infringement_is_found_wrong_by_nobody_of_a_side", table=_TABLE, person="found_by_id", parties=_SIDES
    ),
    on_update(
        _TABLE,
        "infringement_measure_is_against_its_merchant_by_who_decided",
        """NOT EXISTS (SELECT 1 FROM notices_notice n WHERE n.id = NEW.notice_id AND n.party_id = NEW.merchant_id
            AND n.client_id = NEW.client_id AND n.decided_by_id = NEW.decided_by_id)""",
        only="NEW.notice_id IS NOT NULL AND OLD.notice_id IS NULL",
        problem="validation",
    ),
    on_update(
        _TABLE,
        "infringement_finding_is_a_notice_to_its_right_holder",
        """NOT EXISTS (SELECT 1 FROM notices_notice n WHERE n.id = NEW.finding_notice_id
            AND n.party_id = NEW.holder_id AND n.decided_by_id = NEW.found_by_id)""",
        only="NEW.finding_notice_id IS NOT NULL AND OLD.finding_notice_id IS NULL",
        problem="validation",
    ),
    on_update(
        _TABLE,
        "infringement_statement_is_the_merchant_s",
        """NOT EXISTS (SELECT 1 FROM accounts_membership m WHERE m.user_id = NEW.stated_by_id
            AND m.party_id = NEW.merchant_id AND m.ended_at IS NULL)""",
        only=f"NEW.stated_by_id IS NOT NULL AND {changed('stated_by_id')}",
        problem="not-allowed",
    ),
    append_only("infringements_infringementfile", "infringement_file_is_append_only"),
    on_insert(
        "infringements_infringementfile",
        "infringement_file_belongs_to_the_side_on_turn",
        f"""NOT EXISTS (SELECT 1 FROM {_TABLE} i WHERE i.id = NEW.infringement_id AND (
            NEW.part = 'NOTICE' AND i.state = 'INCOMPLETE' OR NEW.part = 'PROCEEDINGS' AND i.state = 'STATED'
            OR NEW.part = 'STATEMENT' AND i.state = 'FORWARDED' AND EXISTS (SELECT 1 FROM accounts_user u
                JOIN accounts_membership m ON m.user_id = u.id
                WHERE u.ref = NEW.by_ref AND m.party_id = i.merchant_id AND m.ended_at IS NULL)))""",  # noqa: S608
        problem="not-allowed",
    ),
    with_special_authority(
        "agent_withdraws_right_holder_s_notice_by_special_authority",
        kind="infringement",
        table=_TABLE,
        parties=("holder_id",),
        acts=("infringement.withdrawn",),
    ),
    within_the_mandate(
        "agent_acts_in_the_infringements_of_the_mandate_alone",
        kind="infringement",
        table=_TABLE,
        parties=_SIDES,
        named_kind="infringement",
    ),
]

COVER = digested("infringements_infringement infringements_infringementfile")
