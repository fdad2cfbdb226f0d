"""Lists, declared once: drawn as a page, as a part of the API, as a file.

    NOTICES = Listing[Notice](
        title=_("Notices"),
        rows=lambda asked: queries.notices_for(asked.actor),
        link=lambda line: reverse("notices:detail", args=[line.row.ref]),
        columns=[number(_("Number"), order="newest"), Column("party", _("Party"), lambda line: line.row.party.name), …],
        orders={"newest": Order(("-created_at", "-id"), ("notice_newest",))},
        filters=[states(NoticeState)],
    )

What does not belong here: what a reader may see (`rows` goes through `visible_to`), and which app a list is about.
"""

from surfaces.lists.cells import Kind, Text
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
    coded,
    detail,
    number,
    since,
    state,
    states,
    tabs_of,
)
from surfaces.lists.drawing import anybody, context_of, list_page
