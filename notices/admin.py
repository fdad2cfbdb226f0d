"""Notices, measures and remedies in the admin, read only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from notices.models import Automation, Measure, MeasureType, Notice, Publication, Remedy, SiblingReview
from surfaces.admin import ReadOnlyAdmin, declared_filter

AutomationFilter = declared_filter(_("automated decision"), "automated_decision", lambda: Automation.values)


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ("number", "party", "state", "automated_decision", "served_at", "read_at", "appeal_closes_at")
    list_filter = ("state", "breach_kind", AutomationFilter, "is_precautionary")
    search_fields = ("number__exact", "ref__exact")
    ordering = ("-id",)


@admin.register(Measure)
class MeasureAdmin(ReadOnlyAdmin):
    list_display = ("notice", "no", "type", "object_label", "starts_at", "ends_at", "state")
    list_filter = ("state", "type")
    list_select_related = ("notice", "type")
    ordering = ("-notice_id", "no")


@admin.register(MeasureType)
class MeasureTypeAdmin(ReadOnlyAdmin):
    list_display = ("code", "axis", "label_zh", "label_en", "is_high_stakes")
    list_filter = ("axis",)


@admin.register(Remedy)
class RemedyAdmin(ReadOnlyAdmin):
    list_display = ("ref", "notice", "kind", "state", "due_at", "settled_at")
    list_filter = ("state", "kind")
    list_select_related = ("notice",)
    ordering = ("-id",)


@admin.register(SiblingReview)
class SiblingReviewAdmin(ReadOnlyAdmin):
    list_display = ("number", "notice", "cause_kind", "cause_value", "origin_number", "state", "decided_at")
    list_filter = ("state", "cause_kind")
    search_fields = ("number__exact", "ref__exact")
    list_select_related = ("notice",)
    ordering = ("-id",)


@admin.register(Publication)
class PublicationAdmin(ReadOnlyAdmin):
    list_display = ("number", "notice", "shop_name", "state", "due_at", "published_at", "reported_at")
    list_filter = ("state",)
    search_fields = ("number__exact", "ref__exact")
    list_select_related = ("notice",)
    ordering = ("-id",)
