"""Lists, declared once: drawn as a page, as a part of the API, as a file.

    NOTICES = Listing[Notice](
        title=gettext_lazy("Notices"),
        rows=lambda asked: queries.notices_listed_for(asked.actor),
        link=lambda line: reverse("notices:detail", args=[line.row.ref]),
        columns=[Column("number", gettext_lazy("Number"), lambda line: line.row.number, order="newest"), …],
        orders={"newest": Order(("-created_at", "-id"), "notice_newest")},
        filters=[Choice("state", gettext_lazy("State"), dict(NoticeState.choices))],
    )

What does not belong here: what a reader may see (`rows` goes through `visible_to`), and which app a list is about.
"""

from surfaces.lists.cells import Kind
from surfaces.lists.declaring import (
    Act,
    Asked,
    Choice,
    Column,
    Flag,
    Line,
    Listing,
    Order,
    Tab,
    by_rows,
    state,
    tabs_of,
)
from surfaces.lists.drawing import anybody, context_of, list_page

__all__ = [
    "Act",
    "Asked",
    "Choice",
    "Column",
    "Flag",
    "Kind",
    "Line",
    "Listing",
    "Order",
    "Tab",
    "anybody",
    "by_rows",
    "context_of",
    "list_page",
    "state",
    "tabs_of",
]
