"""A tip (举报): what somebody reports of another party, what a person decided, and what was found of the tip.

Who gave it stands in `reporter`, `contact` and `source` alone. The ledger says `reporter` of them, files name no
uploader, and the notice that follows carries neither number, words, files nor time of the tip.
"""

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import decided_by_nobody_of_a_side
from casework.constraints import check
from casework.cover import digested
from casework.external_refs import UnderExternalRef
from casework.machine import OnTabs, sql_list
from casework.models import Case
from casework.triggers import Trigger, append_only, kept, on_insert, on_update, sealed
from tips.machine import TipMachine, TipState


class TipKind(models.TextChoices):
    FORBIDDEN = "FORBIDDEN", _("forbidden goods or content")
    COUNTERFEIT = "COUNTERFEIT", _("fake or unsafe goods")
    MISLEADING = "MISLEADING", _("false advertising or price fraud")
    FAKED = "FAKED", _("faked sales or reviews")
    OFFENSIVE = "OFFENSIVE", _("insults, indecency, harm to minors")
    PERSONAL = "PERSONAL", _("misuse of personal data")
    OTHER = "OTHER", _("something else")


class TipFinding(models.TextChoices):
    PROPOSED = "PROPOSED", _("bad faith proposed")
    MALICIOUS = "MALICIOUS", pgettext_lazy("tip", "made in bad faith")
    DROPPED = "DROPPED", _("not found to be in bad faith")


class WhyLook(models.TextChoices):
    ASK = "ASK", _("to ask back")
    ANSWER = "ANSWER", _("to tell the answer")
    FINDING = "FINDING", _("to judge whether it is in bad faith")


def code_mark_of(code: str) -> str:
    """What is kept of the code by which a stranger reads their tip."""
    return hashlib.sha256(code.strip().encode()).hexdigest()


def _person() -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )


def _party(label: Any) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        "accounts.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


def _words(label: Any, length: int) -> "models.TextField[str, str]":
    return models.TextField(label, max_length=length, blank=True, default="")


class Tip(TipMachine, OnTabs, UnderExternalRef, Case):
    """One tip. `subject` is the party that it is about, known at the latest when a measure follows; `named` is what
    whoever gave the tip called it.

    `reporter` is the party that gave it. Without one, whoever has the code whose digest is `code_mark` reads what
    became of it, or the back end that passed it on tells them.
    """

    KIND, REF_PREFIX, NUMBER_PREFIX = "tip", "tip_", "J"
    OPENS_IN = (TipState.RECEIVED,)

    client = models.ForeignKey("accounts.ApiClient", on_delete=models.PROTECT, null=True, related_name="+")
    external_ref = models.CharField(max_length=100, blank=True, default="")
    reporter = _party(_("who gave the tip"))
    contact = models.CharField(_("contact"), max_length=200, blank=True, default="")
    source = models.CharField(max_length=64, blank=True, default="")
    code_mark = models.CharField(max_length=64, blank=True, default="")
    language = models.CharField(max_length=10, default="zh-hans")
    subject = _party(_("whom it is about"))
    named = models.CharField(_("shop or account, as named"), max_length=200, blank=True, default="")
    links = models.TextField(_("where it is"), max_length=2000)
    kind = models.CharField(_("kind of conduct"), max_length=12, choices=TipKind)
    law = models.CharField(_("rule or law, in their view"), max_length=200, blank=True, default="")
    what = models.TextField(_("what happened"), max_length=8000)
    decide_by = models.DateTimeField(_("to be decided by"))
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True)
    decided_by = _person()
    session_hash = models.CharField(max_length=64, blank=True, default="")
    reasons = _words(_("reasons"), 8000)
    answer = _words(_("answer"), 2000)
    notice = models.OneToOneField("notices.Notice", on_delete=models.PROTECT, null=True, related_name="+")
    finding = models.CharField(_("finding on the tip"), max_length=10, choices=TipFinding, blank=True, default="")
    finding_measure = models.CharField(max_length=60, blank=True, default="")
    finding_rule = models.CharField(max_length=60, blank=True, default="")
    finding_clause = models.CharField(max_length=20, blank=True, default="")
    finding_facts = _words(_("facts of the finding"), 8000)
    finding_reasons = _words(_("reasons of the finding"), 8000)
    found_at = models.DateTimeField(_("found on"), null=True, blank=True)
    found_by = _person()
    confirmed_at = models.DateTimeField(_("decided by a second person on"), null=True, blank=True)
    confirmed_by = _person()
    finding_notice = models.OneToOneField("notices.Notice", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("tip")
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(fields=("-created_at", "-id"), name="tip_newest"),
            models.Index(fields=("decide_by", "id"), name="tip_by_due"),
            models.Index(fields=("reporter", "-created_at", "-id"), name="tip_of_reporter"),
            models.Index(fields=("client", "-created_at", "-id"), name="tip_of_client"),
            models.Index(fields=("source", "created_at"), condition=~Q(source=""), name="tip_by_source"),
            models.Index(fields=("code_mark",), condition=~Q(code_mark=""), name="tip_by_code"),
        )
        constraints = (
            check("tip_state_is_known", Q(state__in=TipState.values)),
            check("tip_says_what_and_where", ~Q(what="") & ~Q(links="") & Q(kind__in=TipKind.values)),
            check("tip_is_about_somebody_else", ~Q(reporter=F("subject"))),
            check(
                "tip_is_answered_to_somebody",
                Q(reporter__isnull=False, code_mark="") | Q(reporter=None) & (~Q(code_mark="") | ~Q(external_ref="")),
            ),
            models.UniqueConstraint(
                fields=("client", "external_ref"),
                condition=~Q(external_ref=""),
                name="tip_external_ref_is_unique_per_client",
            ),
            check(
                "tip_waits_for_a_person_by_a_time",
                Q(state=TipState.RECEIVED, decided_at=None, decide_by__gt=F("created_at"), is_ended=False)
                | Q(decided_at__isnull=False) & ~Q(state=TipState.RECEIVED),
            ),
            check(
                "tip_is_decided_by_a_person_with_reasons_and_an_answer",
                Q(decided_at=None, decided_by=None, session_hash="", reasons="", answer="")
                | Q(decided_at__isnull=False, decided_by__isnull=False)
                & ~Q(session_hash="")
                & ~Q(reasons="")
                & ~Q(answer=""),
                code="not-allowed",
            ),
            check(
                "tip_leads_to_a_notice_where_a_measure_followed",
                Q(notice__isnull=False, subject__isnull=False, state__in=(TipState.MEASURE, TipState.REVERTED))
                | Q(notice=None) & ~Q(state__in=(TipState.MEASURE, TipState.REVERTED)),
            ),
            check(
                "tip_is_found_malicious_by_two_people_by_a_notice",
                Q(finding="", found_at=None, found_by=None, finding_notice=None, confirmed_at=None, confirmed_by=None)
                | Q(reporter__isnull=False, state=TipState.UNFOUNDED, found_at__isnull=False, found_by__isnull=False)
                & ~Q(finding_reasons="")
                & (
                    Q(finding=TipFinding.PROPOSED, finding_notice=None, confirmed_at=None, confirmed_by=None)
                    | Q(confirmed_at__isnull=False, confirmed_by__isnull=False)
                    & ~Q(confirmed_by=F("found_by"))
                    & (
                        Q(finding=TipFinding.MALICIOUS, finding_notice__isnull=False)
                        | Q(finding=TipFinding.DROPPED, finding_notice=None)
                    )
                ),
                code="conflict-of-interest",
            ),
        )

    @property
    def is_passed_on(self) -> bool:
        return self.external_ref != ""

    @property
    def due_at(self) -> datetime | None:
        """By when whoever is on turn acts."""
        return self.decide_by if self.is_open else None

    @property
    def state_note(self) -> str:
        return self.answer


class TipFile(models.Model):
    """A file beside a tip. Append-only; it does not say whose it is."""

    tip = models.ForeignKey(Tip, on_delete=models.PROTECT, related_name="files")
    no = models.PositiveSmallIntegerField()
    attachment = models.ForeignKey("files.Attachment", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("file of a tip")
        ordering = ("tip_id", "no")
        constraints = (models.UniqueConstraint(fields=("tip", "no"), name="tip_file_number_is_unique"),)


# — laws —

_TABLE = "tips_tip"
_SIDES = ("reporter_id", "subject_id")

TRIGGERS: list[Trigger] = [
    kept(_TABLE, "tip_is_kept"),
    sealed(
        _TABLE,
        "tip_stays_as_it_was_given",
        "client_id external_ref reporter_id code_mark named links kind law what decide_by",
        once=(
            "decided_at decided_by_id session_hash reasons answer notice_id subject_id",
            "found_at found_by_id finding_measure finding_rule finding_clause finding_facts finding_reasons",
            "confirmed_at confirmed_by_id finding finding_notice_id",
        ),
        also="NEW.contact <> '' AND NEW.contact <> OLD.contact OR NEW.source <> '' AND NEW.source <> OLD.source",
    ),
    on_update(
        _TABLE,
        "tip_goes_from_state_to_state_as_drawn",
        f"""NEW.state <> OLD.state AND NEW.state IN {sql_list(TipState)} AND NOT (
            OLD.state = 'RECEIVED' AND NEW.state IN ('UNFOUNDED', 'NO_RULE', 'MEASURE')
            OR OLD.state = 'MEASURE' AND NEW.state = 'REVERTED')""",
    ),
    *(
        decided_by_nobody_of_a_side(name, table=_TABLE, person=person, parties=_SIDES)
        for name, person in (
            ("tip_is_decided_by_nobody_of_a_side", "decided_by_id"),
            ("tip_is_found_malicious_by_nobody_of_a_side", "found_by_id"),
            ("tip_finding_is_confirmed_by_nobody_of_a_side", "confirmed_by_id"),
        )
    ),
    on_update(
        _TABLE,
        "tip_leads_to_a_notice_whose_source_says_so",
        """NOT EXISTS (SELECT 1 FROM notices_notice n WHERE n.id = NEW.notice_id AND n.party_id = NEW.subject_id
            AND n.detection_source = 'REPORT' AND n.decided_by_id = NEW.decided_by_id)""",
        only="NEW.notice_id IS NOT NULL AND OLD.notice_id IS NULL",
        problem="validation",
    ),
    on_insert(
        "notices_notice",
        "notice_that_follows_a_tip_does_not_carry_its_number",
        f"EXISTS (SELECT 1 FROM {_TABLE} t WHERE t.number = NEW.external_ref)",  # noqa: S608  our own names
        only="NEW.detection_source = 'REPORT'",
        problem="validation",
    ),
    on_update(
        _TABLE,
        "tip_finding_is_a_notice_to_whoever_gave_it",
        """NOT EXISTS (SELECT 1 FROM notices_notice n WHERE n.id = NEW.finding_notice_id
            AND n.party_id = NEW.reporter_id AND n.decided_by_id = NEW.confirmed_by_id)""",
        only="NEW.finding_notice_id IS NOT NULL AND OLD.finding_notice_id IS NULL",
        problem="validation",
    ),
    on_insert(
        "casework_event",
        "ledger_does_not_say_who_gave_a_tip",
        "NEW.actor_kind = 'party' AND NEW.actor_ref <> 'reporter'",
        only="NEW.case_kind = 'tip'",
    ),
    append_only("tips_tipfile", "tip_file_is_append_only"),
    on_insert(
        "tips_tipfile",
        "tip_file_comes_before_the_decision_and_names_nobody",
        f"""NOT EXISTS (SELECT 1 FROM {_TABLE} t WHERE t.id = NEW.tip_id AND t.state = 'RECEIVED')
            OR EXISTS (SELECT 1 FROM files_attachment a WHERE a.id = NEW.attachment_id
            AND a.uploader_ref LIKE 'usr_%')""",  # noqa: S608  our own names
        problem="not-allowed",
    ),
]

COVER = digested("tips_tip tips_tipfile")
