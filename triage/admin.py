"""What the system may do alone in the admin, read only."""

from django.contrib import admin

from surfaces.admin import ReadOnlyAdmin
from triage.models import AutomationPolicy, AutomationPolicyRecord


@admin.register(AutomationPolicy, AutomationPolicyRecord)
class AutomationPolicyAdmin(ReadOnlyAdmin):
    list_display = ("measure_type", "ground", "mode", "set_by", "set_at")
