"""Compliance's lists about rules: versions in the making and opinions, exits, questions, cleared wording."""

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.clock import BEIJING
from casework.formats import day_text
from console.frame import OVERSEES, list_view
from rules import queries
from rules.lists import CHANGES, EXITS, MEMBERSHIPS
from rules.models import CatalogueChange, Explanation, Opinion, PlannedTalk, RuleExit, Rulemaking, WordingClearance
from rules.web.memberships import of_membership
from rules.wording import KINDS
from surfaces.lists import Choice, Column, Flag, Kind, Line, Listing, Order, Tab, detail, number, since, state, tabs_of
from surfaces.lists.words import in_columns


def _late(line: Line[RuleExit]) -> list[Flag]:
    return [Flag(_("Late"), "alert", "warn")] if line.row.is_late(line.now) else []


exits = list_view(
    EXITS.shown(
        title=_("Exits on old terms"),
        lede=_(
            "Whoever does not accept a changed rule leaves under the version before it. The refund is calculated and "
            "paid in time; nobody can refuse it."
        ),
        tabs=tabs_of(RuleExit),
        search=in_columns("number", "party__name"),
        searched=_("Search by number or name"),
        columns=[
            number(_("Exit")),
            Column("party", _("Who leaves"), lambda line: line.row.party.name),
            Column(
                "rejected",
                _("Does not accept"),
                lambda line: f"{line.row.rejected.rule.name} {line.row.rejected.number}",
            ),
            Column("due", _("Due"), lambda line: line.row.due_at, Kind.MOMENT, flags=_late),
            Column(
                "owed",
                _("Still owed"),
                lambda line: None if line.row.owed_minor is None else (line.row.owed_minor, "CNY"),
                Kind.MONEY,
            ),
            state(),
            since(),
        ],
        link=lambda line: reverse("exits:exit", args=[line.row.ref]),
        test=("exits", "exit-row"),
    ),
    roles=OVERSEES,
)
"""What waits for a calculation, what waits for its payment or end, and what is over."""


memberships = list_view(
    MEMBERSHIPS.shown(
        title=_("Memberships"),
        lede=_(
            "While a paid term runs, no version that began after it applies to the member unless they agreed to it."
        ),
        search=in_columns("external_ref", "party__name"),
        searched=_("Search by number or name"),
        columns=[
            Column(
                "external_ref",
                _("Membership"),
                lambda line: line.row.external_ref,
                note=lambda line: line.row.rule.name,
            ),
            Column("party", _("Member"), lambda line: line.row.party.name),
            *of_membership(),
        ],
        by="pk",
        nothing=_("The platform has told of none."),
        test=("memberships", "membership-row"),
    ),
    roles=OVERSEES,
)
"""The paid terms of members, and what went wrong with them."""


questions = list_view(
    Listing[Explanation](
        title=_("Rule questions"),
        lede=_("Whoever reads a clause may ask what it means. The answer is promised by a date."),
        rows=lambda asked: queries.explanations_for(asked.actor),
        tabs=[
            Tab("open", _("Waiting"), Q(answered_at__isnull=True), "due"),
            Tab("done", _("Answered"), Q(answered_at__isnull=False), "answered"),
        ],
        orders={
            "due": Order(("due_at", "id"), ("explanation_waiting",), on=("open",)),
            "answered": Order(("-answered_at", "id"), ("explanation_answered",), on=("done",)),
        },
        columns=[
            number(_("Question"), note=lambda line: Truncator(line.row.question).chars(60)),
            detail("question", _("What is asked"), lambda line: line.row.question),
            Column(
                "clause",
                _("Clause"),
                lambda line: (
                    f"{line.row.clause.version.rule.name} {line.row.clause.version.number} · {line.row.clause.number}"
                ),
            ),
            Column("asked", pgettext_lazy("column", "Asked"), lambda line: line.row.asked_at, Kind.MOMENT),
            Column("due", _("Answer due"), lambda line: line.row.due_at, Kind.DUE, rank=1, order="due", on=["open"]),
            Column(
                "answered", _("Answered"), lambda line: line.row.answered_at, Kind.MOMENT, order="answered", on=["done"]
            ),
        ],
        link=lambda line: reverse("questions:question", args=[line.row.ref]),
        test=("questions", "question-row"),
    ),
    roles=OVERSEES,
)
"""The questions that wait for an answer, or those answered."""


changes = list_view(
    CHANGES.shown(
        title=_("Changes that two people sign"),
        lede=_(
            "Articles of laws, kinds of measures, further owners of a party, records whose time is over, yearly "
            "reports, lost second factors: one person enters them, another signs. Served notices keep the words that "
            "they quote."
        ),
        tabs=tabs_of(CatalogueChange),
        search=in_columns("number", "key"),
        searched=_("Search by number or entry"),
        columns=[
            number(_("Change")),
            Column(
                "subject",
                _("What changes"),
                lambda line: line.row.get_subject_display(),
                code=lambda line: line.row.subject,
            ),
            Column("key", _("Entry"), lambda line: line.row.key),
            Column("entered", _("Entered by"), lambda line: str(line.row.entered_by or line.row.client or "")),
            Column("signed", _("Signed by"), lambda line: str(line.row.signed_by or "")),
            state(),
            since(),
        ],
        link=lambda line: reverse("catalogues:change", args=[line.row.ref]),
        template="console/rules/changes.html",
        test=("changes", "change-row"),
    ),
    roles=OVERSEES,
)
"""What waits for a signature, what was signed, what was refused."""


makings = list_view(
    Listing[Rulemaking](
        title=_("Rules in the making"),
        lede=_(
            "A version is drafted, put out for comments, adopted by somebody else, and publicised before it takes "
            "effect. Only then can a measure rest on it."
        ),
        rows=lambda asked: queries.makings_for(asked.actor),
        tabs=tabs_of(Rulemaking),
        orders={"newest": Order(("-created_at", "-id"))},  # they are few
        search=in_columns("number", "rule_version__rule__name"),
        searched=_("Search by number or name"),
        columns=[
            Column(
                "rule",
                _("Rule"),
                lambda line: f"{line.row.rule_version.rule.name} {line.row.rule_version.number}",
                note=lambda line: line.row.number,
            ),
            state(),
            Column("consulted", _("Comments until"), lambda line: line.row.rule_version.consulted_until, Kind.MOMENT),
            Column("effective", _("In force from"), lambda line: line.row.rule_version.effective_from, Kind.MOMENT),
            since(),
        ],
        link=lambda line: reverse("making:version", args=[line.row.ref]),
        template="console/rules/makings.html",
        test=("makings", "making-row"),
    ),
    roles=OVERSEES,
)
"""The versions of one tab, the newest first."""


def _past(line: Line[PlannedTalk]) -> list[Flag]:
    is_past = line.row.planned_for < timezone.localtime(line.now, BEIJING).date()
    return [Flag(_("Its day is over"), "alert", "warn")] if is_past else []


planned = list_view(
    Listing[PlannedTalk](
        title=_("Announced meetings and surveys"),
        lede=_(
            "What was announced and is neither held nor called off. A version is not adopted before (Measures, "
            "article 17)."
        ),
        rows=lambda asked: queries.talks_to_hold(asked.actor),
        orders={"day": Order(("planned_for", "id"))},  # they are few
        search=in_columns("subject_zh", "making__number"),
        searched=_("Search by subject or number"),
        columns=[
            Column("day", _("Day"), lambda line: day_text(line.row.planned_for), flags=_past, order="day"),
            Column(
                "kind", _("Kind"), lambda line: capfirst(line.row.get_kind_display()), code=lambda line: line.row.kind
            ),
            Column("subject", _("Subject"), lambda line: line.row.subject),
            Column(
                "rule",
                _("Rule"),
                lambda line: f"{line.row.making.rule_version.rule.name} {line.row.making.rule_version.number}",
            ),
            Column(
                "invited", _("Invited"), lambda line: _(", ").join(f"{label} {count}" for label, count in line.row.who)
            ),
        ],
        link=lambda line: reverse("making:version", args=[line.row.making.ref]) + "#talks",
        by="pk",
        nothing=_("None is announced."),
        test=("planned-talks", "planned-talk-row"),
    ),
    roles=OVERSEES,
)
"""What compliance has to hold next, by day."""


OPINIONS = Listing[Opinion](
    title=_("Opinions"),
    rows=lambda asked: queries.making_for(asked.actor, asked.path["ref"]).opinions.all(),
    orders={"no": Order(("no", "id"), ("opinion_number_is_unique_in_consultation",))},
    filters=[
        Choice(
            "answered",
            _("Answer"),
            {"no": _("no answer yet"), "yes": _("Answered")},
            lambda code: Q(disposition="") if code == "no" else ~Q(disposition=""),
        )
    ],
    search=in_columns("text", "clause_number"),
    searched=_("Search by words"),
    columns=[
        Column("no", _("Number"), lambda line: line.row.no),
        Column("clause", _("Clause"), lambda line: line.row.clause_number),
        Column("text", _("Opinion"), lambda line: line.row.text),
        Column("submitted", _("Sent"), lambda line: line.row.submitted_at, Kind.MOMENT),
        Column(
            "disposition",
            _("Answer"),
            lambda line: line.row.get_disposition_display(),
            code=lambda line: line.row.disposition,
        ),
        Column("reason", _("Reasons"), lambda line: line.row.reason),
    ],
    by="pk",
    nothing=_("None yet."),
)


CLEARANCES = Listing[WordingClearance](
    title=_("Cleared before"),
    rows=lambda asked: queries.clearances_for(asked.actor),
    orders={"newest": Order(("-cleared_at", "-id"), ("wording_clearances_by_age",))},
    filters=[Choice("kind", _("Kind"), {code: each.why for code, each in KINDS.items()})],
    days="cleared_at",
    columns=[
        Column("excerpt", _("The words found"), lambda line: line.row.excerpt, note=lambda line: line.row.article),
        Column("reason", _("Why they may stand"), lambda line: line.row.reason),
        Column("by", _("Cleared by"), lambda line: str(line.row.cleared_by)),
        Column("when", _("When"), lambda line: line.row.cleared_at, Kind.MOMENT, order="newest"),
    ],
    by="pk",
    nothing=_("Nothing was cleared yet."),
    test=("clearances", "clearance"),
)
