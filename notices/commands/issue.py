"""Issues notices: an incomplete one is refused, field by field, and nothing of it is stored."""

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.canonical import digest
from casework.compiled import compiled, insert
from casework.errors import CaseError, ExternalRefMismatch, FieldError, Invalid, require
from casework.external_refs import digests_of
from casework.firing import DeadlineSpec, Move, command, constraint_name, open_cases
from casework.named import named
from casework.searching import keep
from executors.commands import record_acts
from notices.arithmetic import excess_over_loss
from notices.claims import issued_hash, text_hash
from notices.commands.checks import check_draft
from notices.commands.drafts import BasisDraft, ExhibitDraft, Issued, MeasureDraft, NoticeDraft, NoticeParts
from notices.commands.lookup import Lookup
from notices.commands.publication import open_publications
from notices.machine import NoticeState
from notices.models import (
    Basis,
    BasisKind,
    Exhibit,
    Ground,
    Measure,
    Notice,
)
from notices.policies import may_issue_notices
from notices.searching import NOTICES, document_of
from rules.claims import clause_hash
from rules.models import article_in_force


def issue_notice(*, actor: Actor, draft: NoticeDraft, now: datetime) -> tuple[Notice, bool]:
    """Issues a notice, or finds the one issued before under the client's number; returns it and whether it existed.

    Raises `ExternalRefMismatch` where that one had other content, `NotAllowed`, `Invalid` with one error per hole,
    `BasisNotInForce`; and `ExecutorNotCertified` or `OutsideMandate`, with every reason, where a third party acted that
    may not, or not this.
    """
    [row] = issue_notices(actor=actor, drafts=[draft], now=now)
    if row.refusal is not None:
        raise row.refusal
    assert row.notice is not None
    return row.notice, row.existed


def issue_decided(*, actor: Actor, client_id: int, draft: NoticeDraft, now: datetime) -> Notice:
    """Issues, in the name of this client, what a person of staff decided in a case of an app above, which asked its own
    policy. Runs inside that command's transaction. Raises as `issue_notice`, but for `NotAllowed`; of `Invalid` the
    places are those of `notices.inputs.OneMeasureInput`.
    """
    [row] = _issue(actor=replace(actor, client_id=client_id), drafts=[draft], now=now)
    _raise_placed(row.refusal)
    assert row.notice is not None
    return row.notice


def require_complete(*, actor: Actor, client_id: int, draft: NoticeDraft, now: datetime) -> None:
    """Raises what `issue_decided` would, where a second person decides whether it is issued."""
    _raise_placed(check_draft(draft, Lookup(replace(actor, client_id=client_id), [draft], now=now), now=now))


def _raise_placed(refusal: CaseError | None) -> None:
    if isinstance(refusal, Invalid):
        errors = [FieldError(PLACES.get(e.pointer, ""), e.code, e.message) for e in refusal.errors]
        raise Invalid(errors=errors) from refusal
    if refusal is not None:
        raise refusal


PLACES = {
    "/measures/0/type": "/measure",
    "/measures/0/scope": "/scope",
    "/measures/0/object_ref": "/object_ref",
    "/basis/0/clause": "/clause",
    "/basis/0/article": "/clause",
    "/facts": "/facts",
    "/reasons": "/reasons",
}
"""Where an input with one measure and one basis says what a notice lacks."""


def issue_notices(*, actor: Actor, drafts: Sequence[NoticeDraft], now: datetime) -> list[Issued]:
    """Issues every complete draft and refuses every other with its own coded errors. Order is kept.

    Raises `NotAllowed`, and `Invalid` for more than 500 drafts.
    """
    require(may_issue_notices(actor))
    if len(drafts) > settings.NOTICE_BATCH_LIMIT:
        raise Invalid.field("/notices", "too-many", _("Send at most 500 notices at once."))
    try:
        return _issue(actor=actor, drafts=drafts, now=now)
    except CaseError as error:
        if not _was_overtaken(error):
            raise
        return _issue(actor=actor, drafts=drafts, now=now)  # which finds what the other request issued meanwhile


def _was_overtaken(error: CaseError) -> bool:
    """Whether another request issued a notice under one of these numbers after we had looked."""
    cause = error.__cause__
    return isinstance(cause, IntegrityError) and constraint_name(cause) == "notice_external_ref_is_unique_per_client"


@command
def _issue(*, actor: Actor, drafts: Sequence[NoticeDraft], now: datetime) -> list[Issued]:
    known = {n.external_ref: n for n in _issued(actor.client, {draft.external_ref for draft in drafts})}
    look = Lookup(actor, drafts, now=now)
    results: list[Issued] = []
    fresh: dict[str, tuple[int, NoticeDraft]] = {}
    for index, draft in enumerate(drafts):
        if draft.external_ref in known:
            results.append(_issued_before(index, known[draft.external_ref], draft, look))
            continue
        refusal = check_draft(draft, look, now=now)
        if refusal is not None:
            results.append(Issued(index, refusal=refusal))
        elif draft.external_ref in fresh:
            error = Invalid.field("/external_ref", "repeated", _("This number stands twice in the batch."))
            results.append(Issued(index, refusal=error))
        else:
            fresh[draft.external_ref] = (index, draft)
    stored = _store([draft for _index, draft in fresh.values()], look, actor=actor, now=now)
    for (index, _draft), (notice, parts) in zip(fresh.values(), stored, strict=True):
        results.append(Issued(index, notice=notice, parts=parts))
    return sorted(results, key=lambda row: row.index)


def _issued_before(index: int, notice: Notice, draft: NoticeDraft, look: Lookup) -> Issued:
    try:
        notice.refuse_other_content(digests_of(_content_of(draft, look)))
    except ExternalRefMismatch as refusal:
        return Issued(index, refusal=refusal)
    return Issued(index, notice=notice, existed=True)


def _content_of(draft: NoticeDraft, look: Lookup) -> dict[str, Any]:
    """What the draft says, whichever of its names a party has in it and however often a file was sealed."""
    content = {each.name: getattr(draft, each.name) for each in fields(draft) if each.name != "external_ref"}
    if party := look.parties.get(draft.party):
        content["party"] = party.ref
    if not draft.detection.order_no:  # as before notices named an authority's document: the digest stays
        content["detection"] = named(draft.detection, lambda d: (d.source, d.tool))
    if all(each.points_basis is None for each in draft.measures):  # as before measures cost points: the digest stays
        names = [each.name for each in fields(MeasureDraft) if each.name != "points_basis"]
        content["measures"] = [{name: getattr(each, name) for name in names} for each in draft.measures]
    content["evidence"] = [
        replace(each, attachment=look.files[each.attachment].sha256) if each.attachment in look.files else each
        for each in draft.evidence
    ]
    return content


@compiled
def _issued(client_id: int, numbers: Collection[str]) -> QuerySet[Notice]:
    return Notice.objects.filter(client_id=client_id, external_ref__in=numbers)


def _store(
    drafts: Sequence[NoticeDraft], look: Lookup, *, actor: Actor, now: datetime
) -> list[tuple[Notice, NoticeParts]]:
    """Stores the notices in a handful of statements and returns each with its parts."""
    moves, parts = [], []
    evaluated = {id(draft): look.evaluated[id(draft)] for draft in drafts if id(draft) in look.evaluated}
    acts = dict(zip(evaluated, record_acts(list(evaluated.values()), now=now), strict=True)) if evaluated else {}
    for draft in drafts:
        act = acts.get(id(draft))
        closes_at = look.promised(draft)["appeal_window"].ends(now)
        notice = _notice(draft, look, act, actor=actor, now=now, closes_at=closes_at)
        rows = [_measure(notice, no, m, draft, look) for no, m in enumerate(draft.measures, start=1)]
        quoted = [_basis(notice, no, b, draft, look) for no, b in enumerate(draft.basis, start=1)]
        shown = [_exhibit(notice, no, e, look) for no, e in enumerate(draft.evidence, start=1)]
        deadlines = [DeadlineSpec("notice.appeal_window", notice.appeal_closes_at)]
        ends = [m.ends_at for m in rows if m.ends_at is not None]
        if ends:
            deadlines.append(DeadlineSpec("notice.period", min(ends)))
        facts: dict[str, Any] = {
            "text": notice.text_hash,
            "content": issued_hash(notice, measures=rows, bases=quoted, exhibits=shown),
            "basis": [b.text_hash for b in quoted],
            "evidence": [e.sha256 for e in shown],
            "measures": [m.type_id for m in rows],
            "kinds": [m.type_version.words_hash for m in rows if m.type_version is not None],
            "detection": draft.detection.source,
            "decision": {
                "person": notice.decided_by_id is not None,
                "tool": bool(draft.decision.tool),
                "opened": notice.evidence_was_opened,
            }
            | ({} if notice.opened_exhibits is None else {"exhibits": notice.opened_exhibits}),
        }
        if notice.contradicts is not None:
            facts["contradicts"] = {"notice": notice.contradicts.ref, "new": digest(notice.what_is_new)}
        rests = [Ground(notice=notice, earlier=earlier) for earlier in look.rests_on(draft)]
        if rests:
            facts["rests_on"] = [each.earlier.ref for each in rests]
        if warned := [m.no for m in rows if excess_over_loss(m.amount_minor, m.calculation) is not None]:
            facts["above_loss"] = warned
        if act is not None:
            facts["executor"] = {
                "ref": act.executor.ref,
                "person": act.person.code,
                "act": act.ref,
                "mandate": act.mandate.ref,
                "certifications": [c.ref for c in evaluated[id(draft)].certifications],
            }
        moves.append(Move(case=notice, facts=facts, deadlines=deadlines))
        parts.append(NoticeParts(rows, quoted, shown, rests))
    open_cases(moves, state=NoticeState.IN_FORCE, event="notice.issued", actor=actor, now=now, verb="issue")
    for rows_of in ("measures", "exhibits", "bases", "grounds"):  # a basis is asked whether it contradicts an overturn
        stored = [row for each in parts for row in getattr(each, rows_of)]
        for row in stored:
            row.notice_id = row.notice.pk
        insert(*stored)
    issued: list[Notice] = [move.case for move in moves]  # type: ignore[misc]
    keep(NOTICES, {n.pk: document_of(n, each.measures) for n, each in zip(issued, parts, strict=True)})
    open_publications(issued, actor=actor, now=now)
    return list(zip(issued, parts, strict=True))


def _notice(draft: NoticeDraft, look: Lookup, act: Any, *, actor: Actor, now: datetime, closes_at: datetime) -> Notice:
    officer = look.decider(draft)
    return Notice(
        client_id=actor.client,
        party=look.parties[draft.party],
        decided_at=draft.decided_at or now,
        detection_source=draft.detection.source,
        detection_tool=draft.detection.tool,
        ordered_by=draft.detection.office.strip(),
        order_no=draft.detection.order_no.strip(),
        decision_tool=draft.decision.tool,
        decided_by=officer,
        decided_by_team_id=officer.team_id if officer else None,
        evidence_was_opened=draft.decision.was_looked_into,
        opened_exhibits=None if draft.decision.opened is None else sorted(set(draft.decision.opened)),
        act=act,
        contradicts=look.answered(draft) if draft.contradicts else None,
        what_is_new=draft.contradicts.what_is_new if draft.contradicts else "",
        served_at=now,
        appeal_closes_at=closes_at,
        text_hash=text_hash(draft.facts, draft.reasons),
        content_digests=digests_of(_content_of(draft, look)),
        **named(draft, lambda d: (d.external_ref, d.language, d.facts, d.reasons)),
        **named(draft, lambda d: (d.conduct_at, d.breach_kind, d.is_precautionary, d.continues_during_appeal)),
        **named(draft, lambda d: (d.data_used, d.data_not_used)),
    )


def _measure(notice: Notice, no: int, draft: MeasureDraft, whole: NoticeDraft, look: Lookup) -> Measure:
    points, ends_at = look.points(draft, whole)
    return Measure(
        notice=notice,
        no=no,
        type=look.types[draft.type],
        type_version=look.types[draft.type].newest,
        currency=draft.currency if draft.amount_minor is not None else "",
        calculation=draft.calculation if draft.amount_minor is not None else None,
        **named(draft, lambda d: (d.object_kind, d.object_ref, d.object_label, d.scope)),
        points=points,
        ends_at=draft.ends_at or ends_at,
        **named(draft, lambda d: (d.starts_at, d.amount_minor)),
    )


def _basis(notice: Notice, no: int, basis: BasisDraft, draft: NoticeDraft, look: Lookup) -> Basis:
    row = Basis(notice=notice, no=no, kind=basis.kind)
    if basis.kind == BasisKind.CLAUSE:
        clause = look.clause(basis, draft)
        assert clause is not None
        row.clause, version = clause, clause.version
        row.name_zh, row.name_en = version.rule.name_zh, version.rule.name_en
        row.clause_number, row.version_number = clause.number, version.number
        row.text_zh, row.text_en, row.text_hash = clause.text_zh, clause.text_en, clause.text_hash
    elif basis.kind == BasisKind.LAW:
        article = article_in_force(look.recorded(basis), localdate(draft.conduct_at))
        assert article is not None
        row.law_article = article
        row.name_zh, row.name_en, row.clause_number = article.name_zh, article.name_en, article.article
        row.text_zh, row.text_en = (
            (article.text_zh, article.text_en) if article.is_quotable else (article.gist_zh, article.gist_en)
        )
        row.text_hash = clause_hash(row.text_zh, row.text_en)
    else:
        row.name_zh, row.clause_number, row.text_zh = basis.name, basis.clause, basis.text
        row.text_hash = clause_hash(basis.text, "")
    return row


def _exhibit(notice: Notice, no: int, draft: ExhibitDraft, look: Lookup) -> Exhibit:
    file = look.files.get(draft.attachment)
    return Exhibit(
        notice=notice,
        no=no,
        caption=draft.caption,
        excerpt=draft.excerpt,
        captured_at=draft.captured_at,
        attachment=file,
        sha256=file.sha256 if file else digest(draft.excerpt),
    )
