"""Publishing a version of a platform rule; the only writer of rules."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.errors import Invalid, require
from casework.firing import command
from casework.ledger import digest
from casework.models import copied
from casework.refs import new_ref
from rules.clearances import wording_errors
from rules.commands.terms import TermDraft, rendered, store_terms, term_errors
from rules.models import Clause, PlatformRule, RuleVersion
from rules.policies import may_publish_rule

LISTENERS: list[Callable[[RuleVersion], None]] = []
"""Called inside the transaction in which a version was published, with that version; they only queue what follows."""


@dataclass(frozen=True, slots=True)
class ClauseText:
    """A clause as it is written: where its text says `{key}`, the value of that key in `terms` is printed."""

    number: str
    text_zh: str
    text_en: str
    title_zh: str = ""
    title_en: str = ""
    is_major_interest: bool = False
    terms: Sequence[TermDraft] = ()


def clause_hash(text_zh: str, text_en: str) -> str:
    """SHA-256 of a clause's text in both languages, as a notice quotes it."""
    return digest({"zh": text_zh, "en": text_en})


@command
def publish_rule_version(
    *,
    actor: Actor,
    code: str,
    name_zh: str,
    name_en: str,
    number: str,
    effective_from: datetime,
    clauses: Sequence[ClauseText],
    now: datetime,
    summary_zh: str = "",
    summary_en: str = "",
    effective_to: datetime | None = None,
) -> RuleVersion:
    """The version is published and immutable; the version open until now ends where this one starts.

    `code` may be the rule's ref. Raises `NotAllowed`, and `Invalid` for no clauses, a start that is not after the
    open version's, a value of a clause that is out of its bounds, unsaid in its text, or promised by another rule, or
    forbidden content that nobody cleared (办法 arts 5, 27 to 32).
    """
    require(may_publish_rule(actor))
    if not clauses:
        raise Invalid.field("/clauses", "required", _("A version needs at least one clause."))
    names = {"/name_zh": name_zh, "/name_en": name_en, "/summary_zh": summary_zh, "/summary_en": summary_en}
    clauses = _checked(clauses, names)
    rule = _locked_rule(code, name_zh=name_zh, name_en=name_en)
    before = RuleVersion.objects.filter(rule=rule, published_at__isnull=False, effective_to__isnull=True).first()
    if before is not None:
        if effective_from <= before.effective_from:
            raise Invalid.field(
                "/effective_from", "not-after-previous", _("A version starts after the version it replaces.")
            )
        RuleVersion.objects.filter(pk=before.pk).update(effective_to=effective_from)
    if _overlaps(rule, effective_from, effective_to):
        raise Invalid.field("/effective_from", "overlaps", _("Another version is in force for a part of this time."))
    version = RuleVersion.objects.create(
        rule=rule,
        number=number,
        effective_from=effective_from,
        effective_to=effective_to,
        summary_zh=summary_zh,
        summary_en=summary_en,
    )
    rows = [
        Clause(
            version=version,
            position=position,
            text_hash=clause_hash(text.text_zh, text.text_en),
            **copied(text, "number title_zh title_en text_zh text_en is_major_interest"),
        )
        for position, text in enumerate(clauses, start=1)
    ]
    Clause.objects.bulk_create(rows)
    store_terms(version, rows, clauses)
    version.text_hash = digest([row.text_hash for row in rows])
    version.published_at = now
    version.save(update_fields=["text_hash", "published_at"])
    for listener in LISTENERS:
        listener(version)
    return version


def _checked(clauses: Sequence[ClauseText], names: Mapping[str, str]) -> list[ClauseText]:
    """The clauses as they are published. Raises `Invalid` for wrong values of clauses and open findings in any text."""
    if errors := term_errors(clauses):
        raise Invalid(errors=errors)
    printed = [rendered(text) for text in clauses]
    if errors := wording_errors({**names, **texts_of(printed)}):
        raise Invalid(errors=errors)
    return printed


def texts_of(clauses: Sequence[ClauseText]) -> dict[str, str]:
    """The words of the clauses by their JSON pointers."""
    names = ("title_zh", "title_en", "text_zh", "text_en")
    return {f"/clauses/{i}/{name}": getattr(clause, name) for i, clause in enumerate(clauses) for name in names}


def _locked_rule(code: str, *, name_zh: str, name_en: str) -> PlatformRule:
    """Locks and returns the rule of that ref or code; an unknown code makes a new one."""
    rule = PlatformRule.objects.select_for_update().filter(Q(ref=code) | Q(code=code)).first()
    if rule is not None:
        return rule
    named = {"ref": new_ref("rul_"), "name_zh": name_zh, "name_en": name_en}
    rule, created = PlatformRule.objects.get_or_create(code=code, defaults=named)
    return rule if created else PlatformRule.objects.select_for_update().get(pk=rule.pk)


def _overlaps(rule: PlatformRule, start: datetime, end: datetime | None) -> bool:
    """Whether a published version of the rule is in force at any moment from `start` to `end`."""
    others = RuleVersion.objects.filter(rule=rule, published_at__isnull=False)
    others = others.filter(Q(effective_to__isnull=True) | Q(effective_to__gt=start))
    return (others if end is None else others.filter(effective_from__lt=end)).exists()
