"""The kernel's records, to read; an operator may have a given-up delivery tried again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from casework import clock, outbox
from casework.models import Deadline, Event, OutboxMessage, OutboxState


class ReadOnlyAdmin(ModelAdmin):
    """A record that commands alone write: it can be looked at, and nothing else."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("case_ref", "sequence", "type", "actor_kind", "via", "at", "effective_at")
    list_filter = ("case_kind", "type", "actor_kind")
    search_fields = ("case_ref", "hash")
    ordering = ("-id",)


@admin.register(Deadline)
class DeadlineAdmin(ReadOnlyAdmin):
    list_display = ("case_kind", "case_id", "kind", "due_at", "is_provisional", "state", "fired_at", "attempts")
    list_filter = ("state", "kind", "is_provisional")
    ordering = ("due_at",)


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    list_display = ("event", "subscriber", "priority", "state", "attempts", "next_attempt_at", "last_error")
    list_filter = ("state", "priority", "subscriber")
    ordering = ("-id",)
    actions = ("deliver_again",)

    @admin.action(description=_("Deliver again what was given up"), permissions=["view"])
    def deliver_again(self, request: HttpRequest, chosen: QuerySet[OutboxMessage]) -> None:
        dead = list(chosen.filter(state=OutboxState.DEAD))
        for message in dead:
            outbox.replay(message, now=clock.now())
        messages.info(request, _("%(count)s deliveries wait again.") % {"count": len(dead)})
