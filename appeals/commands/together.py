"""Files appeals against several notices at once. Each is an ordinary appeal; what they share is said once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, cast

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from appeals.claims import manifest_hash
from appeals.commands.evidence import MOST_PIECES, evidence_until
from appeals.commands.file import AppealFiling, move_of
from appeals.machine import AppealState
from appeals.models import (
    MOST_TOGETHER,
    Appeal,
    AppealDraft,
    AppealGroup,
    AppealItem,
    EvidenceItem,
    EvidenceSubmission,
    Ground,
    GroupedAppeal,
    HumanDemand,
    Level,
)
from appeals.policies import may_file_appeal
from appeals.windows import NOT_TOGETHER, pauses, why_not_together
from casework.actor import Actor
from casework.errors import FieldError, Invalid, NotYourTurn, or_not_found, require, require_text
from casework.firing import Move, command, fire_many, open_cases
from casework.refs import new_number, new_ref
from casework.text import is_visually_blank
from files import attachments
from notices.commands import Opening, open_appeals
from notices.policies import visible_to as notice_visible_to
from notices.queries import lock_notices
from rules import quotas

STATEMENT = 2000


@dataclass(frozen=True, slots=True)
class NoticeInGroup:
    """One notice of the filing, and what is said about this one alone."""

    notice: str
    statement: str = ""


@dataclass(frozen=True, slots=True)
class GroupFiling:
    """What is said once for all of these notices; `lead` is the one to look at first, else the first named."""

    ground: str
    notices: Sequence[NoticeInGroup]
    statement: str = ""
    lead: str = ""
    human_demanded: bool = field(default=False)


@command
def file_appeal_group(*, actor: Actor, filing: GroupFiling, now: datetime) -> AppealGroup:
    """Files an appeal against each of these notices, or none; `now` is when the request was received.

    Each has a number, deadlines, evidence, a decision and a letter of its own, as if it had been filed alone, and a
    person decides it: what is said once for many repeats itself, and what repeats itself the system never closes. The
    statement of each is what was said for all and, below it, what was said about this one. A demand for a person is on
    record for each.

    Raises `NotFound` where a notice is missing or foreign, `NotAllowed`, and `Invalid`, which names every notice that
    cannot be among them with the reason (`why_not_together`).
    """
    wanted = _as_asked(filing)
    locked = {notice.ref: notice for notice in lock_notices(notice_visible_to(actor), [each.notice for each in wanted])}
    notices = [locked[each.notice] for each in wanted]
    for party_id in {notice.party_id for notice in notices}:
        require(may_file_appeal(actor, party_id))
    rounds: dict[int, list[Appeal]] = {notice.pk: [] for notice in notices}
    for each in Appeal.objects.filter(notice__in=list(rounds)).order_by("round"):
        rounds[each.notice_id].append(each)
    _require_fit(filing, notices, rounds, now)
    group = AppealGroup(
        ref=new_ref("grp_"),
        number=new_number("G", now),
        party_id=notices[0].party_id,
        filed_by_id=actor.person,
        filed_at=now,
        ground=filing.ground,
        statement=filing.statement,
    )
    moves = [
        _move(group, no, notice, rounds[notice.pk], filing, own.statement, actor=actor, now=now)
        for no, (own, notice) in enumerate(zip(wanted, notices, strict=True), start=1)
    ]
    quotas.use(group.party_id, quotas.APPEALS, len(moves), now=now)
    open_cases(moves, state=AppealState.SUBMITTED, event="appeal.filed", verb="file", actor=actor, now=now)
    appeals = [cast("Appeal", move.case) for move in moves]
    group.save(force_insert=True)
    GroupedAppeal.objects.bulk_create(
        GroupedAppeal(group=group, appeal=appeal, no=no) for no, appeal in enumerate(appeals, start=1)
    )
    AppealItem.objects.bulk_create(
        AppealItem(appeal=appeal, no=no, measure=measure, ground=appeal.ground)
        for appeal in appeals
        for no, measure in enumerate(_measures(appeal.notice), start=1)
    )
    if filing.human_demanded:
        HumanDemand.objects.bulk_create(
            HumanDemand(appeal=each, demanded_by_id=actor.person, via=actor.via.value, demanded_at=now)
            for each in appeals
        )
    openings = [Opening(each.notice, each.ref, each.round, pauses(rounds[each.notice_id])) for each in appeals]
    open_appeals(openings, actor=actor, now=now)
    AppealDraft.objects.filter(notice__in=list(rounds), party_id=group.party_id).delete()
    return group


def _as_asked(filing: GroupFiling) -> list[NoticeInGroup]:
    """The notices in the order of the group, the lead first. Raises `Invalid` for what is wrong whoever asks."""
    refs = [each.notice for each in filing.notices]
    errors = []
    if filing.ground not in Ground.values:
        errors.append(FieldError("/ground", "unknown", _("Choose one ground from the list.")))
    if not refs:
        errors.append(FieldError("/notices", "required", _("Choose at least one notice.")))
    if len(refs) > MOST_TOGETHER:
        too_many = _("At most %(n)d notices can be appealed at once.") % {"n": MOST_TOGETHER}
        errors.append(FieldError("/notices", "too-many", too_many))
    seen = set[str]()
    for i, ref in enumerate(refs):
        if ref in seen:
            errors.append(FieldError(f"/notices/{i}/notice", "repeated", _("This notice is named twice.")))
        seen.add(ref)
    if filing.lead and filing.lead not in seen:
        errors.append(FieldError("/lead", "unknown", _("The lead case must be one of the notices.")))
    if errors:
        raise Invalid(errors=errors)
    return sorted(filing.notices, key=lambda each: each.notice != filing.lead) if filing.lead else list(filing.notices)


def _require_fit(filing: GroupFiling, notices: Sequence[Any], rounds: dict[int, list[Appeal]], now: datetime) -> None:
    """Raises `Invalid`, by the place of each notice in what was asked, for those that cannot be among the others."""
    by_ref, errors = {notice.ref: notice for notice in notices}, []
    party_id = by_ref[filing.notices[0].notice].party_id
    for i, each in enumerate(filing.notices):
        notice, at = by_ref[each.notice], f"/notices/{i}/notice"
        if reason := why_not_together(notice, rounds[notice.pk], now=now):
            code, words = NOT_TOGETHER[reason]
            errors.append(FieldError(at, code, words))
        elif notice.party_id != party_id:
            errors.append(FieldError(at, "another-party", _("Appeal for one shop or account at a time.")))
        if len(_statement(filing.statement, each.statement)) > STATEMENT:
            long = _("With what is said for all it is longer than %(n)d characters.") % {"n": STATEMENT}
            errors.append(FieldError(f"/notices/{i}/statement", "too-long", long))
    if errors:
        raise Invalid(errors=errors)


def _statement(common: str, own: str) -> str:
    return "\n\n".join(text for text in (common, own) if not is_visually_blank(text))


def _measures(notice: Any) -> Iterable[Any]:
    return sorted(notice.measures.all(), key=lambda measure: int(measure.no))


def _move(
    group: AppealGroup,
    no: int,
    notice: Any,
    rounds: Sequence[Appeal],
    filing: GroupFiling,
    own: str,
    *,
    actor: Actor,
    now: datetime,
) -> Move:
    earlier = rounds[-1] if rounds else None
    return move_of(
        notice,
        AppealFiling(ground=filing.ground, statement=_statement(filing.statement, own)),
        actor=actor,
        now=now,
        round_=1 if earlier is None else earlier.round + 1,
        previous=earlier,
        level=Level.FIRST,
        state=AppealState.SUBMITTED,
        high_stakes=notice.is_high_stakes,
        items=[(measure.no, filing.ground, "") for measure in _measures(notice)],
        human_demanded=filing.human_demanded,
        said={"group": group.ref, "group_no": no},
    )


@command
def submit_group_evidence(
    *, actor: Actor, ref: str, file: BinaryIO, name: str, caption: str, now: datetime
) -> Sequence[Appeal]:
    """Submits one file as evidence in every appeal of the group that is open and takes evidence; returns these.

    In each it is the next version by itself, with its own hash and event; drafts that wait there stay drafts.
    Raises `NotFound`, `NotAllowed`, `NotYourTurn` where none of them takes evidence any more, `Invalid`, `FileRefused`,
    `TooLarge`.
    """
    group = or_not_found(AppealGroup.objects.filter(ref=ref, party__in=list(actor.parties)).first())
    require(may_file_appeal(actor, group.party_id))
    require_text("/caption", caption, _("Say what this proves."))
    members = Appeal.objects.filter(grouped__group=group).order_by("pk").select_for_update(of=("self",))
    members = members.prefetch_related("requests")
    pieces = EvidenceItem.objects.filter(appeal__grouped__group=group).order_by()
    last: dict[int, int] = dict(pieces.values_list("appeal").annotate(last=Max("no")))
    takes = [each for each in members if each.is_open and now <= evidence_until(each)]
    takes = [each for each in takes if last.get(each.pk, 0) < MOST_PIECES]
    if not takes:
        raise NotYourTurn(_("None of these appeals takes evidence any more."))
    size = attachments.require_room(file, EvidenceItem.objects.filter(appeal=takes[0]))
    quotas.use(group.party_id, quotas.FILES, size, now=now)
    sealed = attachments.seal(file, name=name, actor=actor, now=now)
    items = [
        EvidenceItem(
            appeal=each,
            no=last.get(each.pk, 0) + 1,
            caption=caption,
            attachment=sealed,
            added_at=now,
        )
        for each in takes
    ]
    versions = EvidenceSubmission.objects.bulk_create(
        EvidenceSubmission(
            appeal=item.appeal,
            version=item.appeal.evidence_version + 1,
            submitted_at=now,
            manifest_hash=manifest_hash([item]),
        )
        for item in items
    )
    for item, version in zip(items, versions, strict=True):
        item.submission = version
    EvidenceItem.objects.bulk_create(items)
    moves = [
        Move(
            item.appeal,
            {"evidence_version": version.version},
            {"version": version.version, "manifest": version.manifest_hash, "items": [item.no]},
        )
        for item, version in zip(items, versions, strict=True)
    ]
    fire_many(moves, "submit_evidence", actor=actor, now=now)
    return takes
