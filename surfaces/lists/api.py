"""A declared list as a part of the API: tabs, filters and orders are parameters, and it is read as the page is."""

from typing import Any, ClassVar

from django.db.models import QuerySet

from casework.errors import Invalid, one_of
from surfaces.api.views import Call, ListView
from surfaces.lists.declaring import Listing


class DeclaredListView(ListView):
    """The rows of a list, in the order `first` unless the caller asks for another.

    `rows` can add what an item of the answer shows besides a line of the page: what is read ahead for one is not for
    the other.
    """

    listing: ClassVar[Listing[Any]]
    first: ClassVar[str]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "listing" in vars(cls):
            codes = {each.name: list(each.choices) for each in cls.listing.filters}
            codes["order"] = [sign + name for name in cls.listing.orders for sign in ("", "-")]
            words = {name: f"One of {', '.join(f'`{each}`' for each in some)}." for name, some in codes.items()}
            words["order"] += f" `{cls.first}` unless you say otherwise; with `-` the other way round."
            cls.filters = words | dict(cls.filters)

    def listed(self, call: Call) -> QuerySet[Any]:
        """The rows that are asked for, in order. Raises `Invalid` naming the parameter that names what there is not."""
        query = {"order": self.first} | {name: str(call.query[name]) for name in call.query}
        for name, codes in self.listing.codes(call.actor).items():
            if name in query:
                spelled = {code.lower(): code for code in codes}
                if query[name].lower() not in spelled:
                    raise Invalid.field(f"/{name}", "unknown", one_of(codes))
                query[name] = spelled[query[name].lower()]
        return self.listing.asked(call.actor, query, call.now, call.path).rows

    def rows(self, call: Call) -> QuerySet[Any]:
        return self.listed(call)

    def ordered(self, call: Call) -> QuerySet[Any]:
        return self.rows(call)
