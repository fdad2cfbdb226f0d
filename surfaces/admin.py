"""The kernel's records, to read; an operator may have a given-up delivery tried again."""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from casework import clock, outbox
from casework.actor import ActorKind
from casework.ledger import case_models
from casework.models import Deadline, Event, OutboxMessage, OutboxState


class CappedPaginator(Paginator[Any]):
    """Counts as far as anybody turns pages; beyond, one searches or filters."""

    MOST = 10_000

    @cached_property
    def count(self) -> int:
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return rows.order_by().values("pk")[: self.MOST].count()


class ReadOnlyAdmin(ModelAdmin):
    """A record that commands alone write: it can be looked at, and nothing else. Its lists cost what they show.

    They stand in one order, which has an index; tables that grow are searched for whole words in columns with one
    (`__exact`). `tests/surfaces/test_admin_searches.py` knows which may be searched otherwise.
    """

    paginator = CappedPaginator
    sortable_by = ()
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def declared_filter(title: Any, column: str, declared: Callable[[], Iterable[str]]) -> type[admin.SimpleListFilter]:
    """Filters by a column whose values the code declares, so that nobody looks for them in millions of rows."""

    class DeclaredFilter(admin.SimpleListFilter):
        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            return [(value, value) for value in declared()]

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            return queryset if self.value() is None else queryset.filter(**{column: self.value()})

    DeclaredFilter.title, DeclaredFilter.parameter_name = title, column
    return DeclaredFilter


def _types_of_events() -> list[str]:
    apps_of_cases = {model._meta.app_label for model in case_models()}
    return sorted(type_ for app in apps_of_cases for type_ in import_module(f"{app}.events").EVENTS)


def _subscribers() -> set[str]:
    return {outbox.name_of(each) for some in outbox.listed("SUBSCRIPTIONS").values() for each in some}


CaseKindFilter = declared_filter(_("case kind"), "case_kind", lambda: sorted(model.KIND for model in case_models()))
EventTypeFilter = declared_filter(_("event"), "type", _types_of_events)
ActorKindFilter = declared_filter(_("who acted"), "actor_kind", lambda: [kind.value for kind in ActorKind])
DeadlineKindFilter = declared_filter(_("deadline"), "kind", lambda: sorted(outbox.listed("DEADLINES")))
SubscriberFilter = declared_filter(_("reaction"), "subscriber", lambda: sorted(_subscribers()))


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("case_ref", "sequence", "type", "actor_kind", "via", "at", "effective_at")
    list_filter = (CaseKindFilter, EventTypeFilter, ActorKindFilter)
    search_fields = ("case_ref",)
    ordering = ("-id",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Event], search_term: str
    ) -> tuple[QuerySet[Event], bool]:
        """The events of the case with this reference, which its own table has an index for."""
        if not search_term.strip():
            return queryset, False
        for model in case_models():
            case = model._default_manager.filter(ref=search_term.strip()).values_list("pk", flat=True).first()
            if case is not None:
                return queryset.filter(case_kind=model.KIND, case_id=case), False
        return queryset.none(), False


@admin.register(Deadline)
class DeadlineAdmin(ReadOnlyAdmin):
    list_display = ("case_kind", "case_id", "kind", "due_at", "is_provisional", "state", "fired_at", "attempts")
    list_filter = ("state", DeadlineKindFilter, "is_provisional")
    ordering = ("-id",)


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    list_display = ("event", "subscriber", "priority", "state", "attempts", "next_attempt_at", "last_error")
    list_filter = ("state", "priority", SubscriberFilter)
    list_select_related = ("event",)
    ordering = ("-id",)
    actions = ("deliver_again",)

    @admin.action(description=_("Deliver again what was given up"), permissions=["view"])
    def deliver_again(self, request: HttpRequest, chosen: QuerySet[OutboxMessage]) -> None:
        dead = list(chosen.filter(state=OutboxState.DEAD))
        for message in dead:
            outbox.replay(message, now=clock.now())
        messages.info(request, _("%(count)s deliveries wait again.") % {"count": len(dead)})
