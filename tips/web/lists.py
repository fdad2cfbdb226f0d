"""The tips that a reader gave."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from casework.formats import moment_text
from surfaces.lists import Column, Kind, coded, list_page, number, state
from surfaces.web import page
from tips.lists import TIPS

tips = require_safe(
    page()(
        list_page(
            TIPS.shown(
                title=_("Your tips"),
                lede=_("What you reported, and what became of it. Whom it is about never learns that it was you."),
                columns=[
                    coded("kind", _("Kind of conduct")),
                    Column("named", _("Shop or account"), lambda line: line.row.named),
                    state(),
                    Column("due", _("Decision by"), lambda line: line.row.due_at, Kind.DUE),
                    number(
                        _("Number and day"), note=lambda line: moment_text(line.row.created_at, "day"), order="newest"
                    ),
                ],
                link=lambda line: reverse("tips:detail", args=[line.row.ref]),
                nothing=_("You have reported nothing."),
                size=20,
                frame="base.html",
                template="tips/list.html",
                test=("tips", "tip-line"),
            )
        )
    )
)
