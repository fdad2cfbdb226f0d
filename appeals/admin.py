"""Appeals in the admin, read only. The system's view is shown in the console alone, after a reviewer's first view."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.queries import actor_of_user
from appeals.models import Appeal
from appeals.policies import claimable_by
from casework.actor import Via
from surfaces.admin import ReadOnlyAdmin


@admin.register(Appeal)
class AppealAdmin(ReadOnlyAdmin):
    list_display = ("number", "party", "state", "round", "level", "human_demanded", "decide_due_at", "outcome")
    list_filter = ("state", "ground", "level", "human_demanded", "outcome")
    search_fields = ("number__exact", "ref__exact")
    ordering = ("-created_at", "-id")
    list_select_related = ("party",)
    exclude = ("priority", "queue", "urgent_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appeal]:
        """Reviewing staff see no case here in which they have a conflict."""
        actor = actor_of_user(request.user, via=Via.ADMIN)
        rows: QuerySet[Appeal] = super().get_queryset(request)
        if actor.has_role("compliance", "administrator"):
            return rows
        return rows.filter(claimable_by(actor))
