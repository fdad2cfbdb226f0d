"""Every metric once more, slowly: objects are read one by one and looked at in Python, without the catalogue."""

from collections import Counter, defaultdict
from datetime import timedelta
from zoneinfo import ZoneInfo

from appeals.models import Appeal
from casework.models import Event
from disputes.models import Determination, Dispute
from notices.models import Notice, Remedy

BEIJING = ZoneInfo("Asia/Shanghai")
ENDED = {"DECIDED", "WITHDRAWN", "LATE_REFUSED", "CORRECTED", "ANSWERED"}


def figures(last):
    """What there must be of every day up to `last`: (day, metric, cut, value) → (n, k, {hours: n})."""
    found = defaultdict(lambda: [0, 0, Counter()])
    for day, metric, cuts, has, hours in [*_notices(), *_appeals(), *_remedies(), *_disputes()]:
        for cut, value in [("", ""), *cuts.items()]:
            row = found[day, metric, cut, value]
            row[0] += 1
            row[1] += bool(has)
            if hours is not None:
                row[2][hours] += 1
    rows = {key: (n, k, dict(hours)) for key, (n, k, hours) in found.items() if key[0] <= last}
    return rows | _open(rows, last)


def _day(at):
    return at.astimezone(BEIJING).date()


def _hours(since, until):
    return int((until - since).total_seconds() // 3600) + 1


def _of_notice(notice):
    basis = notice.bases.order_by("no").first()
    clause = ""
    if basis is not None:
        name = basis.clause.version.rule.code if basis.clause is not None else basis.name_zh
        clause = f"{name} {basis.version_number} {basis.clause_number}"
    return {"clause": clause, "tool": notice.tool, "executor": notice.third_party_key}


def _notices():
    for notice in Notice.objects.all():
        day, kind = _day(notice.created_at), notice.measures.order_by("no").first().type_id
        cuts = {"kind": kind, "officer": notice.decider_code, **_of_notice(notice)}
        yield day, "notices-served", cuts, False, None
        yield day, "notices-automated", cuts, notice.decided_by is None or not notice.evidence_was_opened, None


def _appeals():
    for appeal in Appeal.objects.all():
        first = appeal.items.order_by("no").first().measure.type_id
        cuts = {"ground": appeal.ground, "kind": first, **_of_notice(appeal.notice)}
        yield _day(appeal.created_at), "appeals-filed", cuts, False, None
        events = list(Event.objects.filter(case_kind="appeal", case_id=appeal.pk).order_by("sequence"))
        end = next((event for event in events if event.target in ENDED), None)
        if end is not None:
            yield _day(end.at), "appeals-ended", {}, False, None
        decided = next((event for event in events if event.type == "appeal.decided"), None)
        if decided is None:
            continue
        day = _day(decided.at)
        cuts = cuts | {"officer": appeal.reviewer.officer_code if appeal.reviewer is not None else ""}
        undone, by_person = appeal.outcome in ("OVERTURNED", "VARIED"), appeal.decided_by_kind == "HUMAN"
        yield day, "appeals-decided", cuts, False, None
        yield day, "appeals-changed", cuts, undone, None
        yield day, "appeals-overturned", cuts, appeal.outcome == "OVERTURNED", None
        yield day, "appeals-varied", cuts, appeal.outcome == "VARIED", None
        yield day, "appeals-by-person", cuts, by_person, None
        yield day, "appeals-demanded", cuts, hasattr(appeal, "demand"), None
        yield day, "appeals-in-time", cuts, decided.at <= appeal.decide_due_at, None
        yield day, "appeals-time", cuts, False, _hours(appeal.created_at, decided.at)
        views = sorted(appeal.suggestions.all(), key=lambda view: (view.appeal_version, view.pk))
        if by_person and views and views[-1].overturn_permille is not None:
            yield day, "system-agreed", cuts, (views[-1].overturn_permille >= 500) == undone, None
            yield day, "system-undone", cuts, undone, None


def _remedies():
    for remedy in Remedy.objects.all():
        in_time = remedy.state == "CONFIRMED" and remedy.settled_at <= remedy.due_at
        cuts = {"kind": remedy.measure.type_id, **_of_notice(remedy.notice)}
        yield _day(remedy.due_at), "remedies-late", cuts, not in_time, None


def _disputes():
    for dispute in Dispute.objects.all():
        cuts = {"ground": dispute.ground.slug}
        yield _day(dispute.created_at), "disputes-opened", cuts, False, None
        if dispute.closed_at is not None:
            yield _day(dispute.closed_at), "disputes-settled", cuts, dispute.closed_as == "SETTLED", None
    for made in Determination.objects.all():
        day = _day(made.decided_at)
        cuts = {"ground": made.dispute.ground.slug, "officer": made.mediator.officer_code}
        yield day, "disputes-upheld", cuts, made.outcome in ("SUPPORTED", "PARTLY"), None
        if made.round == 1:
            yield day, "disputes-time", cuts, False, _hours(made.dispute.created_at, made.decided_at)


def _open(rows, last):
    """At the end of each day: every appeal that was filed until then and had not ended."""
    days = sorted({key[0] for key in rows if key[1] in ("appeals-filed", "appeals-ended")})
    found, day = {}, days[0] if days else last
    while day <= last:
        filed, ended = (
            sum(n for (at, metric, cut, _v), (n, _k, _h) in rows.items() if at <= day and (metric, cut) == (code, ""))
            for code in ("appeals-filed", "appeals-ended")
        )
        if filed - ended:
            found[day, "appeals-open", "", ""] = (filed - ended, 0, {})
        day += timedelta(days=1)
    return found
