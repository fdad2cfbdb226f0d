"""Provoked cases of a sandbox, and what its staff do by script: with the commands that everybody uses, at this moment.

The party is the client's own; the sample's people are the staff. What takes time is not skipped: the client moves the
clock. What does not belong here: the texts (`sample.content`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.commands import ask_clock_to_move
from accounts.models import ApiClient, Membership, Party, User
from accounts.policies import acting
from accounts.queries import actor_of_user, clock_of_sandbox
from appeals import commands as appeals
from appeals.queries import appeal_for
from casework.actor import Actor, ActorKind, Via
from casework.errors import ConflictOfInterest, Invalid, NotAllowed, or_not_found
from disputes import commands as disputes
from disputes.proof import payer_of
from disputes.queries import dispute_for
from executors.queries import executors_for
from notices.commands import ExecutorDraft
from notices.queries import notice_for
from operations.outages import confirm_outage, record_outage
from sample.content.appeals import appeals_against
from sample.content.bilingual import Both
from sample.content.notices import notice
from sample.content.people import PARTY_BY_KEY
from sample.loading.base import Loaded
from sample.loading.disputes import determine_as_derived
from sample.loading.notices import COMPLIANCE, REVIEWERS, SENIORS, issue

SCENARIO = "ad-national-level"
"""What the sample's shops are told, and rightly appeal against."""
OF_EXECUTOR, CATEGORY = "qingyuan_mo", PARTY_BY_KEY["shanye"].trade.zh
ADMINISTRATOR, MEDIATORS = "hemart_admin", ("shenbo", "tangwei")
SCRIPT = Both("沙箱脚本作出：用于联调，不构成任何真实认定。", "Made by the sandbox's script, to try things out.")
CAUSE = "沙箱演练：平台停机。Sandbox: an outage to try things out."
LATE_BY = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provoked:
    """What there is now, by reference; `moves_to` is where the clock is on its way to."""

    kind: str
    notice: str | None = None
    appeal: str | None = None
    dispute: str | None = None
    moves_to: datetime | None = None


@dataclass
class Script:
    """Who asks and when, for whom, about which case; each method is a kind of case."""

    actor: Actor
    now: datetime
    party: str = ""
    case: str = ""
    outcome: str = "OVERTURNED"
    hours: int = 4
    users: Mapping[str, User] = field(default_factory=dict)

    # — kinds —

    def overturn(self) -> Provoked:
        """A notice, an appeal, and a reviewer who revokes the measure: what is to be restored is owed by the client."""
        return self._decided(self._appeal())

    def late_remedy(self) -> Provoked:
        """As `overturn`; and the clock moves past the time by which what is owed was to be restored."""
        made = self._decided(self._appeal())
        owed = notice_for(self.actor, made.notice or "").remedies.order_by("due_at").first()
        late_at = or_not_found(owed).due_at + LATE_BY
        ask_clock_to_move(actor=self.actor, to=late_at, now=self.now)
        return replace(made, moves_to=late_at)

    def executor_incident(self) -> Provoked:
        """An overturned measure that a person of an executor of this client carried out; the worker opens the
        incident.
        """
        people = ((each, person) for each in executors_for(self.actor) for person in each.people.all())
        found = next((draft for draft in people if draft[1].user.username == OF_EXECUTOR), None)
        if found is None:
            raise Invalid.field("/kind", "invalid", _("Only the client that came with the sandbox has executors."))
        by = ExecutorDraft(ref=found[0].ref, person=found[1].code, category=CATEGORY)
        return self._decided(self._appeal(by=by))

    def outage(self) -> Provoked:
        """Of so many hours up to now, recorded by one person and confirmed by another."""
        began = self.now - timedelta(hours=self.hours)
        recorded = record_outage(
            actor=self._staff(COMPLIANCE),
            started_at=began,
            ended_at=self.now,
            is_announced=False,
            cause=CAUSE,
            now=self.now,
        )
        confirm_outage(actor=self._staff(ADMINISTRATOR), no=recorded.pk, now=self.now)
        return Provoked(kind="outage")

    def decide_appeal(self) -> Provoked:
        """A reviewer takes this appeal, reads all of it, and decides it."""
        found = appeal_for(self.actor, self.case)
        return self._decided(Provoked(kind="", notice=found.notice.ref, appeal=found.ref))

    def determine_dispute(self) -> Provoked:
        """A mediator takes this dispute, and windows open. Asked again once they closed: what was shown is ruled proved
        and what was not is not, and the dispute is determined as its table derives.
        """
        found = dispute_for(self.actor, self.case)
        made = Provoked(kind="", dispute=found.ref)
        if found.mediator is None:
            first, *others = map(self._staff, MEDIATORS)
            _first_without_conflict(
                lambda who: disputes.join_dispute(actor=who, ref=found.ref, now=self.now), first, *others
            )
            return made
        mediator = self._staff(found.mediator.username)
        for no in disputes.derived_of(found).open_facts:
            shown = found.evidence.filter(fact__no=no, submission__isnull=False, is_withheld=False)
            disputes.rule_fact(
                actor=mediator,
                ref=found.ref,
                fact_no=no,
                proved=shown.exists(),
                reasons=SCRIPT.zh,
                evidence=list(shown.values_list("no", flat=True)),
                now=self.now,
            )
        found.refresh_from_db()
        if found.state == "EVIDENCE":
            disputes.close_evidence(actor=mediator, ref=found.ref, now=self.now)
        derived, sentences = disputes.derived_of(found), [SCRIPT.zh] * found.facts.count()
        said: dict[str, Any] = {"payer": str(payer_of(found.ground, derived.remedy))} if derived.supported else {}
        if derived.remedy == "REFUND":  # of all that was paid, and nothing goes back
            said |= {"goods_are": "NOT_DELIVERED", "goods_are_reason": SCRIPT.zh}
        determine_as_derived(found, mediator, self.now, reasons=SCRIPT.zh, sentences=sentences, **said)
        return made

    # — steps —

    def _staff(self, username: str) -> Actor:
        return actor_of_user(self._users()[username], via=Via.ADMIN, session=f"sandbox:{username}")

    def _users(self) -> Mapping[str, User]:
        self.users = self.users or {user.username: user for user in User.objects.filter(staff_roles__isnull=False)}
        return self.users

    def _appeal(self, *, by: ExecutorDraft | None = None) -> Provoked:
        """A notice to the client's party, and somebody of the party who appeals against it."""
        party = Party.objects.filter(client_id=self.actor.client, ref=self.party).first()
        people = Membership.objects.filter(acting(), party=party, role__in=("owner", "manager"), user__is_active=True)
        member = people.select_related("user").first()
        if party is None or party.kind != "MERCHANT" or member is None:
            words = _("Name a shop of yours that has an owner or a manager.")
            raise Invalid.field("/party", "unknown", words)
        made = Loaded(self.now, dict(self._users()), client=ApiClient.objects.get(pk=self.actor.client))
        told = next(text for text in appeals_against(SCENARIO) if text.outcome == "OVERTURNED")
        number = SystemRandom().randint(10_000, 99_999)
        plan = notice(SCENARIO, number=number, conduct_at=self.now - timedelta(days=30), decided="PERSON", by="")
        made.parties = {plan.party: party}
        plan = replace(plan, external_ref=f"sandbox-{number}-{self.now:%Y%m%d%H%M%S}", served_at=self.now)
        served = issue(made, plan, by=by)
        slots = {name: text.of(told.written_in) for name, text in plan.drawn.words.items()}
        filing = appeals.AppealFiling(told.ground, told.original.format_map(slots))
        person = actor_of_user(member.user, via=Via.WEB, session="sandbox")
        appeal = appeals.file_appeal(actor=person, notice_ref=served.ref, filing=filing, now=self.now)
        return Provoked(kind="", notice=served.ref, appeal=appeal.ref)

    def _decided(self, made: Provoked) -> Provoked:
        """A reviewer without a conflict read all of it, locked a view and decided."""
        ref, now = made.appeal or "", self.now
        people = [self._staff(name) for name in (*REVIEWERS, *SENIORS)]
        who = _first_without_conflict(lambda who: appeals.claim_appeal(actor=who, ref=ref, now=now), *people)
        appeal = appeal_for(self.actor, ref)
        for piece in appeals.pieces_of(appeal):
            appeals.record_opening(actor=who, ref=ref, subject=piece, now=now)
        appeals.record_first_view(actor=who, ref=ref, outcome=self.outcome, confidence="high", now=now)
        keeps, words = self.outcome == "UPHELD", SCRIPT.of(appeal.notice.language)
        items = appeal.items.select_related("measure").order_by("no")
        appeals.decide_appeal(
            actor=who,
            ref=ref,
            rulings=[appeals.RulingDraft(item.measure.no, self.outcome) for item in items],
            points=[
                appeals.Point("fact", words, "established" if keeps else "not_established", words, "platform"),
                appeals.Point("argument", words, "rejected" if keeps else "accepted", words),
            ],
            reasons=words,
            rule_application=words,
            difference_reason="evidence",
            expected_version=appeal_for(self.actor, ref).version,
            now=now,
        )
        return made


KINDS: Mapping[str, Callable[[Script], Provoked]] = {
    "overturn": Script.overturn,
    "late_remedy": Script.late_remedy,
    "executor_incident": Script.executor_incident,
    "outage": Script.outage,
    "decide_appeal": Script.decide_appeal,
    "determine_dispute": Script.determine_dispute,
}
CHOICES = [(kind, kind) for kind in KINDS]


def provoke(*, actor: Actor, kind: str, now: datetime, **asked: Any) -> Provoked:
    """The case is there, in this sandbox.

    Raises `NotFound` in every other database and for a foreign case, `NotAllowed` for anybody but an API client,
    `Invalid`, and what the commands raise that are made.
    """
    or_not_found(clock_of_sandbox())
    if actor.kind is not ActorKind.CLIENT:
        raise NotAllowed()
    return replace(KINDS[kind](Script(actor, now, **asked)), kind=kind)


def _first_without_conflict(take: Callable[[Actor], object], *people: Actor) -> Actor:
    """Whoever can take the case takes it. Raises `ConflictOfInterest` where nobody can."""
    for who in people:
        try:
            take(who)
        except ConflictOfInterest:
            continue
        return who
    raise ConflictOfInterest()
