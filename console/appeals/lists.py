"""The queue of appeals, and what a reviewer holds and decided. No speed, no ranking."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext

from appeals import commands
from appeals.lists import LANGUAGES, QUEUE, TAKEN_FROM
from appeals.machine import RUNNING, TABS, AppealState
from appeals.models import Appeal, Ground, Level, RoutingRule
from appeals.policies import may_see_queue
from appeals.queries import appeals_of_group, appeals_with_items_for, decided_by, group_for, held_by, saying
from appeals.queries.team import rules_of
from appeals.routing import THEIRS
from casework import counts
from casework.formats import deadline_text
from console.appeals.case import reader
from console.frame import OVERSEES, list_view
from surfaces.lists import (
    Act,
    Asked,
    Choice,
    Column,
    Flag,
    Kind,
    Line,
    Listing,
    Order,
    Tab,
    coded,
    detail,
    number,
    state,
)
from transparency import values as words
from transparency.queries import judged


def _flags(line: Line[Appeal]) -> Iterator[Flag]:
    if line.row.human_demanded:
        yield Flag(_("Person demanded"), "person", "warn", "human-demanded")
    if line.row.level == Level.SECOND:
        yield Flag(_("Second review"), "scale")


def _measures(line: Line[Appeal]) -> str:
    return str(_(", ")).join(item.measure.kind.label for item in line.row.items.all())


def _objects(line: Line[Appeal]) -> str:
    return str(_(", ")).join(dict.fromkeys(item.measure.object_label for item in line.row.items.all()))


def _money(line: Line[Appeal]) -> tuple[int, str] | None:
    at_stake = line.row.money_at_stake
    return None if at_stake is None else (at_stake, "CNY")


def _outcome(line: Line[Appeal]) -> tuple[str, Any]:
    row = line.row
    return (row.outcome, row.get_outcome_display()) if row.outcome else (row.state, row.get_state_display())


def case_url(line: Line[Appeal]) -> str:
    return reverse("workbench:case", args=[line.row.ref])


NUMBER: Column[Appeal] = number(_("Case"), flags=_flags)
PARTY = Column[Appeal](
    "party",
    _("Party"),
    lambda line: line.row.party.name,
    link=lambda line: reverse("parties:page", args=[line.row.party.ref]),
)
MEASURES = Column[Appeal](
    "measures",
    _("Measure"),
    _measures,
    code=lambda line: " ".join(str(item.measure.type_id) for item in line.row.items.all()),
)
AT_STAKE = Column[Appeal]("amount", _("Money at stake"), _money, Kind.MONEY)
LANGUAGE = Column[Appeal](
    "language", _("Language"), lambda line: LANGUAGES[line.row.language], rank=3, code=lambda line: line.row.language
)


def _live(asked: Asked[Appeal]) -> Mapping[str, Any]:
    """What the open queue is told by its socket, and beside an empty list when the reader is due next."""
    running = held_by(asked.actor).filter(state__in=RUNNING).order_by("decide_due_at")
    return {
        "watches": may_see_queue(asked.actor) is None,
        "held": " ".join(tab.name for tab in TABS.values() if tab.lapses_to),
        "head": asked.counts["head"],
        "cap": counts.CAP,
        "next_due": None if asked.page else running.values_list("decide_due_at", flat=True).first(),
    }


ANSWERED = [tab.name for tab in TABS.values() if not (tab.is_own or tab.can_be_taken)]
TAKE = Act[Appeal](
    "take",
    _("Take"),
    "workbench:claim",
    run=commands.claim_appeal,
    many=_("Take those that are ticked"),
    done=lambda n: ngettext("You took %(n)d case.", "You took %(n)d cases.", n) % {"n": n},
    on=TAKEN_FROM,
)


def kept_by(row: Appeal, rule: RoutingRule | None, now: datetime, *, is_theirs: bool = False) -> str:
    """By which rule of routing the appeal stands where it does, and until when it is kept; empty where none fits."""
    if rule is None:
        return ""
    until = rule.kept_until(row)
    if until <= now:
        return str(_("Rule %(no)d: everybody’s by now") % {"no": rule.place})
    words = _("Rule %(no)d: yours until %(until)s") if is_theirs else _("Rule %(no)d: for %(whom)s until %(until)s")
    return str(words % {"no": rule.place, "whom": rule.whom, "until": deadline_text(until)})


def _rules(asked: Asked[Appeal], rows: Sequence[Appeal]) -> Mapping[Any, Any]:
    """Why each case that can be taken stands here, by the rule of routing by which it goes."""
    if asked.tab not in TAKEN_FROM:
        return {}
    rules = rules_of(rows)
    return {row.pk: kept_by(row, rules.get(row.rule), asked.now, is_theirs=row.standing == THEIRS) for row in rows}  # type: ignore[attr-defined]  # `queue_for`


def _theirs_first(asked: Asked[Appeal], rows: list[Appeal]) -> list[Appeal]:
    """What a rule keeps for the reader stands before the rest of the page."""
    if asked.tab not in TAKEN_FROM:
        return rows
    return sorted(rows, key=lambda row: row.standing != THEIRS)  # type: ignore[attr-defined]  # `queue_for`


queue = list_view(
    QUEUE.shown(
        title=_("Queue"),
        hint=_("Most urgent first. Cases in which you or your team had a part are not listed."),
        nothing=_("No case is waiting here."),
        searched=_("Search by number, product or words"),
        columns=[
            number(_("Case"), flags=_flags, note=lambda line: line.beside or ""),
            PARTY,
            MEASURES,
            coded("ground", _("Ground"), rank=3),
            AT_STAKE,
            Column("due", _("Due"), lambda line: line.row.due_at, Kind.DUE, 1, "due"),
            Column("waited", _("Has waited"), lambda line: line.row.filed_at, Kind.SINCE, file_head=_("Filed")),
            LANGUAGE,
            detail("why", _("Why it stands here"), lambda line: line.beside or ""),
        ],
        beside=_rules,
        arranged=_theirs_first,
        link=case_url,
        acts=[TAKE, Act("answer", _("Answer"), "workbench:case", is_link=True, on=ANSWERED)],
        template="console/appeals/queue.html",
    ),
    who=reader,
    more=_live,
)
"""The cases of one tab, most urgent first; never one in which the reader has a conflict."""


def _cases(asked: Asked[Appeal]) -> QuerySet[Appeal]:
    rows = appeals_with_items_for(asked.actor).select_related("party", "notice", "reviewer__team")
    if asked.tab != "ended":
        rows = rows.filter(is_ended=False)
    if asked.tab == "late":
        rows = rows.filter(decide_due_at__lt=asked.now)
    elif asked.tab == "unheld":
        rows = rows.filter(reviewer=None)
    elif asked.tab == "ended":
        rows = rows.filter(is_ended=True)
    return rows


def _counts(asked: Asked[Appeal]) -> Mapping[str, int]:
    return {tab.name: counts.capped_count(_cases(asked.on(tab.name)).order_by()) for tab in asked.tabs}


def holder_in_words(line: Line[Appeal]) -> str:
    """Who holds the case, by the officer's code and team."""
    reviewer = line.row.reviewer
    if reviewer is None:
        return pgettext("who holds a case", "nobody")
    return f"{reviewer.officer_code} · {reviewer.team}" if reviewer.team else reviewer.officer_code


cases = list_view(
    Listing[Appeal](
        title=_("All appeals"),
        hint=_("Every appeal, by whom it is held and until when it is due."),
        nothing=_("No appeal is here."),
        searched=_("Search by number, product or words"),
        search=lambda asked: saying(asked.actor, asked.filter),
        rows=_cases,
        tabs=[
            Tab("late", _("Overdue"), order="due"),
            Tab("unheld", _("Held by nobody"), order="due"),
            Tab("open", _("In progress"), order="due"),
            Tab("ended", _("Closed"), order="newest"),
        ],
        counts=_counts,
        orders={
            # Where few are open, PostgreSQL reads all of them along any index of these and sorts.
            "due": Order(
                ("decide_due_at", "id"), ("appeal_open_by_due", "appeal_open_by_change"), on=["late", "unheld", "open"]
            ),
            "newest": Order(("-created_at", "-id"), ("appeal_newest",)),
        },
        filters=[
            Choice("state", _("State"), dict(AppealState.choices)),
            Choice("ground", _("Ground"), dict(Ground.choices)),
            Choice("level", _("Review"), dict(Level.choices)),
            Choice("language", _("Language"), LANGUAGES),
        ],
        days="created_at",
        columns=[
            NUMBER,
            PARTY,
            MEASURES,
            AT_STAKE,
            state(),
            Column("holder", _("Held by"), holder_in_words),
            Column("due", _("Due"), lambda line: line.row.due_at, Kind.DUE, 1, "due", on=["late", "unheld", "open"]),
            Column("filed", _("Filed"), lambda line: line.row.created_at, Kind.DAY, 3, "newest"),
            LANGUAGE,
        ],
        link=case_url,
    ),
    roles=OVERSEES,
)
"""For oversight, every appeal: what is late, what nobody holds, who holds what."""


def _own(asked: Asked[Appeal]) -> QuerySet[Appeal]:
    rows = held_by(asked.actor) if asked.tab == "held" else decided_by(asked.actor)
    return rows.select_related("party", "notice").prefetch_related("items__measure__type_version", "requests")


def _own_figures(asked: Asked[Appeal]) -> Any:
    """How one's own decisions were judged again; none where nothing of one's own was decided."""
    found = judged(asked.now, officer=asked.actor.person).get("")
    return words.judged(found) if found is not None and found.decisions else None


own_work = list_view(
    Listing[Appeal](
        title=_("My work"),
        rows=_own,
        tabs=[Tab("held", _("In my hands"), order="due"), Tab("decided", _("Decided by me"), order="decided")],
        orders={
            "due": Order(("decide_due_at", "id"), ("appeal_by_reviewer",), on=["held"]),
            "decided": Order(("-decided_at", "-id"), ("appeal_by_reviewer",), on=["decided"]),
        },
        columns=[
            NUMBER,
            MEASURES,
            AT_STAKE,
            Column("due", _("Due"), lambda line: line.row.due_at, Kind.DUE, 1, "due", on=["held"]),
            Column(
                "waited",
                _("Has waited"),
                lambda line: line.row.filed_at,
                Kind.SINCE,
                on=["held"],
                file_head=_("Filed"),
            ),
            Column("outcome", _("Result"), _outcome, Kind.STATE, 1, on=["decided"]),
            Column("at", _("Decided at"), lambda line: line.row.decided_at, Kind.MOMENT, 2, "decided", on=["decided"]),
            LANGUAGE,
        ],
        link=case_url,
        nothing_leads=("workbench:queue", _("Go to the queue")),
        template="console/appeals/me.html",
    ),
    who=reader,
    more=lambda asked: {"code": asked.actor.code, "own": _own_figures(asked)},
)
"""What the reviewer holds and decided, and their keyboard settings."""


def _found(asked: Asked[Appeal]) -> Mapping[str, Any]:
    found = asked.beside["found"]
    return {"found": found, "group": found.group}


group = list_view(
    Listing[Any](
        title=_("Filed together"),
        rows=lambda asked: appeals_of_group(asked.actor, group_for(asked.actor, asked.path["ref"]).group),
        orders={"place": Order(("place",), ("grouped_appeal_number_is_unique",))},
        beside=lambda asked, _rows: {"found": group_for(asked.actor, asked.path["ref"])},
        columns=[
            number(_("Case"), note=lambda line: _("Lead case") if line.row.place == 1 else ""),
            Column("place", _("Place"), lambda line: line.row.place, Kind.FIGURE, 3, "place"),
            MEASURES,
            Column("objects", _("Objects"), _objects),
            Column("state", _("State"), _outcome, Kind.STATE, 1),
            Column("due", _("Due"), lambda line: line.row.due_at, Kind.DUE),
        ],
        link=case_url,
        template="console/appeals/group.html",
    ),
    who=reader,
    more=_found,
)
"""The cases that were filed together with one, in their order; never one in which the reader has a conflict."""
