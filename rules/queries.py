"""Reading rules: public, with history."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from casework.errors import or_not_found
from rules.models import Clause, LawArticle, PlatformRule, RuleVersion


def rules_with_history(search: str = "") -> QuerySet[PlatformRule]:
    """Every rule with its published versions, newest first; `search` looks in names and in every version's text."""
    versions = RuleVersion.objects.filter(published_at__isnull=False).order_by("-effective_from")
    rules = PlatformRule.objects.filter(versions__published_at__isnull=False).distinct()
    if search:
        inside = Clause.objects.filter(
            Q(text_zh__icontains=search) | Q(text_en__icontains=search), version__published_at__isnull=False
        ).values("version__rule")
        rules = rules.filter(Q(name_zh__icontains=search) | Q(name_en__icontains=search) | Q(pk__in=inside))
    return rules.prefetch_related(Prefetch("versions", versions, to_attr="history"))


def rule_by_ref(ref: str) -> PlatformRule:
    """Raises `NotFound`. A rule's code is accepted in place of its ref, since both are public."""
    return or_not_found(rules_with_history().filter(Q(ref=ref) | Q(code=ref)).first())


def version_by_number(ref: str, number: str) -> RuleVersion:
    """A published version with its clauses in order. Raises `NotFound`."""
    return or_not_found(
        RuleVersion.objects.filter(Q(rule__ref=ref) | Q(rule__code=ref), number=number, published_at__isnull=False)
        .select_related("rule")
        .prefetch_related("clauses")
        .first()
    )


def versions_of(codes: Iterable[str]) -> dict[str, list[RuleVersion]]:
    """The published versions of each rule (found by code or ref), oldest first, clauses loaded."""
    wanted = set(codes)
    found: dict[str, list[RuleVersion]] = {}
    versions = (
        RuleVersion.objects.filter(Q(rule__code__in=wanted) | Q(rule__ref__in=wanted), published_at__isnull=False)
        .select_related("rule")
        .prefetch_related("clauses")
        .order_by("effective_from")
    )
    for version in versions:
        for key in {version.rule.code, version.rule.ref} & wanted:
            found.setdefault(key, []).append(version)
    return found


def law_articles(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], LawArticle]:
    """The cited law articles that we know, by (instrument, article)."""
    wanted = set(keys)
    rows = LawArticle.objects.filter(instrument__in={instrument for instrument, _article in wanted})
    return {(row.instrument, row.article): row for row in rows if (row.instrument, row.article) in wanted}


def clause_in_force(versions: list[RuleVersion], number: str, at: datetime) -> Clause | None:
    """The clause with that number in the version that governs conduct at `at`; None when there is none."""
    for version in versions:
        if version.is_in_force(at):
            for clause in version.clauses.all():
                if clause.number == number:
                    return clause
    return None
