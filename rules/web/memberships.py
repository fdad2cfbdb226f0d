"""A reader's paid terms, with what applies to them."""

from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from rules.lists import MEMBERSHIPS
from rules.models import PaidMembership
from surfaces.lists import Column, Flag, Kind, Line, detail, list_page
from surfaces.web import page


def _late(line: Line[PaidMembership]) -> list[Flag]:
    return [Flag(_("told too late"), "alert", "warn")] if line.row.is_told_late else []


def of_membership() -> tuple[Column[PaidMembership], ...]:
    """What the member and compliance alike read of a paid term."""
    return (
        Column("starts", _("From"), lambda line: line.row.starts_at, Kind.MOMENT, flags=_late),
        Column("until", _("Applies until"), lambda line: line.row.until, Kind.MOMENT),
        Column("paid", _("Paid"), lambda line: (line.row.paid_minor, "CNY"), Kind.MONEY),
        Column(
            "refund",
            _("Refund"),
            lambda line: None if line.row.refund_minor is None else (line.row.refund_minor, "CNY"),
            Kind.MONEY,
        ),
        detail("why", _("Why it stopped"), lambda line: line.row.stopped_because),
    )


memberships = require_safe(
    page()(
        list_page(
            MEMBERSHIPS.shown(
                title=_("Your memberships"),
                lede=_(
                    "While a term that you paid for runs, the rules stay for you as they were when it began. A change "
                    "counts for you only once you agree to it, or where it burdens nobody or a law demands it."
                ),
                columns=[
                    Column(
                        "rule",
                        _("Membership"),
                        lambda line: line.row.rule.name,
                        note=lambda line: line.row.external_ref,
                    ),
                    *of_membership(),
                ],
                by="pk",
                nothing=_("There is none."),
                size=20,
                frame="base.html",
                test=("memberships", "membership-line"),
            )
        )
    )
)
