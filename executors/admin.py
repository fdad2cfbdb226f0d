"""Executors in the admin, read only, for oversight. What is done with them is done in the console, by commands."""

from django.contrib import admin

from executors.models import Act, Certification, Curriculum, Executor, ExecutorPerson, Mandate
from surfaces.admin import ReadOnlyAdmin


@admin.register(Executor)
class ExecutorAdmin(ReadOnlyAdmin):
    list_display = ("number", "party", "kind", "state", "state_since", "contract_number", "contract_until")
    list_filter = ("state", "kind")
    search_fields = ("number", "ref", "party__name", "contract_number")
    ordering = ("-created_at", "-id")
    list_select_related = ("party",)


@admin.register(ExecutorPerson)
class ExecutorPersonAdmin(ReadOnlyAdmin):
    list_display = ("code", "executor", "is_lead", "team", "started_at", "ended_at")
    list_filter = ("is_lead",)
    search_fields = ("code", "executor__number")
    list_select_related = ("executor", "team")


@admin.register(Mandate)
class MandateAdmin(ReadOnlyAdmin):
    list_display = ("executor", "no", "effective_from", "effective_until", "ceiling_minor", "currency", "granted_at")
    search_fields = ("ref", "executor__number")
    list_select_related = ("executor",)


@admin.register(Curriculum)
class CurriculumAdmin(ReadOnlyAdmin):
    list_display = ("title_zh", "rule_version", "level", "no", "hours", "pass_percent", "valid_days", "published_at")
    list_filter = ("level",)
    list_select_related = ("rule_version__rule",)


@admin.register(Certification)
class CertificationAdmin(ReadOnlyAdmin):
    list_display = ("person", "rule_version", "level", "issued_at", "expires_at", "withdrawn_at")
    list_filter = ("level",)
    search_fields = ("ref", "person__code")
    list_select_related = ("person", "rule_version__rule")


@admin.register(Act)
class ActAdmin(ReadOnlyAdmin):
    list_display = ("ref", "executor", "person", "mandate", "tool_version", "queue", "shift", "category", "acted_at")
    search_fields = ("ref", "person__code", "executor__number", "tool_version")
    list_select_related = ("executor", "person", "mandate__executor")
    ordering = ("-id",)
