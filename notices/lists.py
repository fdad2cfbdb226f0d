"""Which notices are listed, by what they are narrowed and in which order: for pages and the API alike."""

from django.utils.translation import gettext_lazy

from notices import queries
from notices.machine import NoticeState
from notices.models import Notice
from surfaces.lists import Choice, Listing, Order, by_rows

NOTICES = Listing[Notice](
    rows=lambda asked: queries.notices_listed_for(asked.actor, asked.filter),
    orders={"newest": Order(("-created_at", "-id"), ("notice_newest", "notice_by_party", "notice_by_client"))},
    filters=[
        Choice("state", gettext_lazy("State"), dict(NoticeState.choices), by_rows, as_chips=True),
        Choice("kind", gettext_lazy("Kind"), queries.KINDS, by_rows, as_chips=True),
    ],
    days="created_at",
)
