"""How a published version was made, as everybody reads it: on its page, in its files and over REST (办法 10 to 13)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import StaffRole, StaffRoleName
from accounts.roles import ADMINISTRATOR, COMPLIANCE
from casework.formats import deadline_text, moment_text, officer
from rules.consulted import Changed, changed_clauses
from rules.models import Consent, LawArticle, Made, PlannedTalk, Rulemaking, RuleTalk, RuleVersion


@dataclass(frozen=True, slots=True)
class HowMade:
    """`opinions` is None where the consultation was held elsewhere; `address` is where its record stands.

    `approver` is the role in which, and the code under which, somebody adopted the version or took it over; both are
    empty where the platform adopted it elsewhere. `forced_by` is the article that made it start early. `talks` are the
    meetings and surveys about it, with what was said, `called_off` those that were announced and not held. `changed`
    are the clauses that read otherwise than they were consulted on, with what explains it; None where the text that was
    consulted on is not on record.
    """

    version: RuleVersion
    opinions: int | None = None
    path: str = ""
    address: str = ""
    approver_role: str = ""
    approver_code: str = ""
    approved_at: datetime | None = None
    forced_by: LawArticle | None = None
    talks: tuple[RuleTalk, ...] = ()
    called_off: tuple[PlannedTalk, ...] = ()
    changed: tuple[Changed, ...] | None = None

    @property
    def forced(self) -> "HowMade | None":
        """Itself where a law made the version start early."""
        return self if self.forced_by is not None else None

    @property
    def silence(self) -> str:
        """What the silence of those who were here means, in words; empty where the version says nothing of it."""
        return "" if self.version.consent == Consent.PUBLICITY else str(Consent(self.version.consent).label)

    @property
    def approver(self) -> str:
        """In words: the role and the outward code of a person, never a name."""
        return (
            f"{StaffRoleName(self.approver_role).label} · {officer(self.approver_code)}" if self.approver_role else ""
        )

    @property
    def lines(self) -> Iterator[tuple[str, str]]:
        """What a file says of it, one label and text a line."""
        version = self.version
        yield _("How it came about"), str(Made(version.made).label)
        if version.consulted_from and version.consulted_until:
            yield (
                _("Consultation"),
                f"{moment_text(version.consulted_from, 'zone')} – {deadline_text(version.consulted_until, 'zone')}",
            )
        if self.opinions is not None:
            yield _("Opinions received"), str(self.opinions)
        if version.consultation_summary:
            yield _("What came of it"), version.consultation_summary
        if self.address:
            yield _("Record of the consultation"), " ".join(filter(None, (version.consultation_record, self.address)))
        for each in self.changed or ():
            yield _("Changed after the consultation"), f"{each.number}: {each.why}"
        for talk in self.talks:
            who = _(", ").join(f"{label} {count}" for label, count in talk.who)
            yield f"{talk.get_kind_display()} {talk.held_on.isoformat()}", f"{talk.subject} ({who})"
            if talk.invited:
                yield _("Invited"), _(", ").join(f"{label} {count}" for label, count in talk.invited)
            for point in talk.points.all():
                words = _("%(who)s said: %(said)s %(what)s: %(why)s")
                about = {"who": point.get_side_display(), "said": point.text, "what": point.get_disposition_display()}
                yield _("What was said"), words % {**about, "why": point.reason}
        for plan in self.called_off:
            yield (
                _("Announced and not held"),
                f"{plan.planned_for.isoformat()} {plan.subject}: {plan.called_off_reason}",
            )
        if self.silence:
            yield _("What silence means"), self.silence
        if version.neutral_reason:
            yield _("Why it burdens nobody"), version.neutral_reason
        if version.published_at:
            yield _("Publicised"), moment_text(version.published_at, "zone")
        if self.approver:
            yield (_("Taken over by") if version.taken_over_at else _("Adopted by")), self.approver
        if self.forced_by:
            yield _("Starts early because of"), _("%(law)s, article %(article)s") % {
                "law": self.forced_by.name, "article": self.forced_by.article
            }  # fmt: skip
            yield _("Why it starts early"), version.forced_reason
            yield _("The earlier start was signed by"), self.approver


def how_made(version: RuleVersion) -> HowMade:
    """Reads who adopted it, in the role of that day, and what its consultation brought."""
    making = Rulemaking.objects.filter(rule_version=version).first()
    approved_at = making.adopted_at if making and making.adopted_at else version.taken_over_at
    role, code = "", ""
    if version.approved_by is not None and approved_at is not None:
        held = StaffRole.objects.filter(
            Q(ended_at=None) | Q(ended_at__gt=approved_at),
            user=version.approved_by,
            granted_at__lte=approved_at,
            role__in=(COMPLIANCE, ADMINISTRATOR),
        )
        role = max(held.values_list("role", flat=True), default="")  # compliance before administrator
        code = version.approved_by.officer_code
    is_here = making is not None and version.made == Made.HERE and bool(making.consulted_text)
    path = reverse("rules:consultation", args=[making.ref]) if making is not None and is_here else ""
    return HowMade(
        version,
        opinions=making.opinions.count() if making is not None and is_here else None,
        path=path,
        address=f"{settings.PUBLIC_URL}{path}" if path else version.consulted_where,
        approver_role=role,
        approver_code=code,
        approved_at=approved_at,
        forced_by=version.forced_by,
        changed=tuple(changed_clauses(making)) if making is not None and making.consultation_round else None,
        talks=tuple(making.talks.select_related("planned").prefetch_related("points")) if making is not None else (),
        called_off=tuple(making.planned_talks.filter(called_off_at__isnull=False)) if making is not None else (),
    )
