"""Which notices are listed, by what they are narrowed and in which order: for pages and the API alike."""

from django.utils.translation import gettext_lazy

from notices import queries
from notices.machine import NoticeState, PublicationState, SiblingState
from notices.models import Notice, Publication, Remedy, RemedyState, SharedCause, SiblingReview
from surfaces.lists import Choice, Listing, Order, by_rows, states

NOTICES = Listing[Notice](
    rows=lambda asked: queries.notices_listed_for(asked.actor, asked.filter),
    orders={"newest": Order(("-created_at", "-id"), ("notice_newest", "notice_by_party", "notice_by_client"))},
    filters=[
        Choice("state", gettext_lazy("State"), dict(NoticeState.choices), by_rows, as_chips=True),
        Choice("kind", gettext_lazy("Kind"), queries.KINDS, by_rows, as_chips=True),
    ],
    days="created_at",
)
REMEDIES = Listing[Remedy](
    rows=lambda asked: queries.remedies_for(asked.actor),
    orders={
        "owed": Order(("-state", "due_at", "id"), ("remedy_owed_first",)),  # PENDING, FAILED, CONFIRMED
        "oldest": Order(("created_at", "id"), ("remedy_by_age",)),
    },
    filters=[states(RemedyState)],
)
SIBLINGS = Listing[SiblingReview](
    rows=lambda asked: queries.siblings_for(asked.actor),
    orders={"oldest": Order(("created_at", "id"), ("sibling_by_age",))},
    filters=[states(SiblingState), Choice("cause_kind", gettext_lazy("What it shares"), dict(SharedCause.choices))],
)
PUBLICATIONS = Listing[Publication](
    rows=lambda asked: queries.publications_for(asked.actor),
    orders={"newest": Order(("-created_at", "-id"), ("publication_newest",))},
    filters=[states(PublicationState)],
)
PUBLIC_RECORDS = Listing[Publication](
    rows=lambda asked: queries.public_records(asked.now),
    orders={"newest": Order(("-published_at", "-id"), ("publication_newest_public",))},
    filters=[
        Choice(
            "state",
            gettext_lazy("State"),
            {each.value: each.label for each in (PublicationState.PUBLISHED, PublicationState.CORRECTED)},
            as_chips=True,
        )
    ],
    days="published_at",
)
