"""Rules, law articles and changes of catalogues, to read; two people change them, elsewhere."""

from django.contrib import admin

from rules.models import CatalogueChange, Clause, Explanation, LawArticle, PlatformRule, RuleVersion
from surfaces.admin import ReadOnlyAdmin


@admin.register(PlatformRule)
class PlatformRuleAdmin(ReadOnlyAdmin):
    list_display = ("code", "name_zh", "name_en")
    search_fields = ("code", "name_zh", "name_en")


@admin.register(RuleVersion)
class RuleVersionAdmin(ReadOnlyAdmin):
    list_display = ("rule", "number", "effective_from", "effective_to", "published_at")
    list_filter = ("rule",)


@admin.register(Clause)
class ClauseAdmin(ReadOnlyAdmin):
    list_display = ("version", "number", "title_zh", "is_major_interest")
    search_fields = ("text_zh", "text_en")


@admin.register(LawArticle)
class LawArticleAdmin(ReadOnlyAdmin):
    list_display = ("instrument", "article", "name_zh", "read_from", "doubt_zh")


@admin.register(Explanation)
class ExplanationAdmin(ReadOnlyAdmin):
    list_display = ("number", "clause", "asked_at", "due_at", "answered_at")
    search_fields = ("number",)


@admin.register(CatalogueChange)
class CatalogueChangeAdmin(ReadOnlyAdmin):
    list_display = ("number", "subject", "key", "state", "entered_by", "signed_by")
    list_filter = ("state", "subject")
    list_select_related = ("entered_by", "signed_by")
    search_fields = ("number", "key")
