"""Disputes in the admin, read only: for oversight all, for a mediator their own. Offers and messages are not shown."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.queries import actor_of_user
from casework.actor import Via
from disputes.models import BurdenTable, Dispute, FactAtIssue, GroundRow
from disputes.policies import visible_to
from surfaces.admin import ReadOnlyAdmin, declared_filter

RoundFilter = declared_filter(_("round"), "round", lambda: ["1", "2"])


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin):
    list_display = ("number", "ground", "claimant", "respondent", "state", "round", "human_demanded", "platform_due_at")
    list_filter = ("state", RoundFilter, "human_demanded", "closed_as")
    search_fields = ("number__exact", "ref__exact")
    ordering = ("-created_at", "-id")
    list_select_related = ("ground", "claimant", "respondent")
    exclude = ("paused_clocks",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dispute]:
        """Shows nobody a dispute that they do not see in the console."""
        rows: QuerySet[Dispute] = super().get_queryset(request)
        return rows.filter(visible_to(actor_of_user(request.user, via=Via.ADMIN)))


@admin.register(FactAtIssue)
class FactAdmin(ReadOnlyAdmin):
    list_display = ("number", "dispute", "no", "state", "bearer", "due_at", "awaits_ruling", "established")
    list_filter = ("state", "bearer", "awaits_ruling")
    search_fields = ("number__exact", "ref__exact", "dispute__number__exact")
    ordering = ("-dispute_id", "no")
    list_select_related = ("dispute",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[FactAtIssue]:
        rows: QuerySet[FactAtIssue] = super().get_queryset(request)
        seen = Dispute.objects.filter(visible_to(actor_of_user(request.user, via=Via.ADMIN)))
        return rows.filter(dispute__in=seen.values("pk"))


@admin.register(BurdenTable)
class BurdenTableAdmin(ReadOnlyAdmin):
    list_display = ("version", "published_at", "digest")
    list_select_related = ("version__rule",)


@admin.register(GroundRow)
class GroundAdmin(ReadOnlyAdmin):
    list_display = ("code", "title", "table", "family", "claimant_role", "respondent_role", "confidence")
    list_filter = ("family", "confidence", "must_mediate")
    search_fields = ("code", "slug", "title_zh", "title_en")
    list_select_related = ("table__version__rule",)
