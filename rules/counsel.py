"""What counsel can sign, and what is signed: each a very text, known by its SHA-256.

An app says in `TEXTS` how one of its texts is read by its key. What does not belong here: signing (commands).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext

from casework.formats import moment_text
from rules.models import CounselSignature, LawArticle, RuleVersion, Signed


@dataclass(frozen=True, slots=True)
class SignedText:
    """A text that can be signed: what it is called, and every part of it as it is hashed, with label and words.

    The words say in both languages what a value means that is a code; they are empty where the value is a text.
    """

    subject: str
    key: str
    title: str
    sha256: str
    parts: Sequence[tuple[str, str, str]] = field(default_factory=tuple)
    address: str = ""


TEXTS: dict[str, Callable[[str], SignedText | None]] = {}
"""By what is signed: the text as it stands now under a key, None where there is none."""
IN_USE: dict[str, Callable[[], Iterable[SignedText]]] = {}
"""By what is signed: every text that is in use now, without its parts."""


def text_of(subject: str, key: str) -> SignedText | None:
    """The text that would be signed now."""
    return TEXTS[subject](key) if subject in TEXTS else None


def counsel_signatures() -> QuerySet[CounselSignature]:
    """Every signature that counsel ever gave, for everybody."""
    return CounselSignature.objects.select_related("signed_by")


def signatures_under(subject: str, keys: Iterable[str]) -> Mapping[str, list[CounselSignature]]:
    """Every signature under any text of these keys, withdrawn ones too, the newest first: their public history."""
    rows = CounselSignature.objects.filter(subject=subject, key__in=list(keys)).select_related("signed_by")
    found: dict[str, list[CounselSignature]] = {}
    for row in rows:
        found.setdefault(row.key, []).append(row)
    return found


def signatures_of_version(version: RuleVersion) -> list[CounselSignature]:
    """Every signature under this rule version, withdrawn ones too."""
    key = f"{version.rule.code} {version.number}"
    return signatures_under(Signed.RULE_VERSION, [key]).get(key, [])


def standing(signatures: Iterable[CounselSignature], sha256: str) -> list[CounselSignature]:
    """Those of them that stand under this very text now."""
    return [each for each in signatures if each.is_given and each.text_sha256 == sha256]


def is_signed(signatures: Iterable[CounselSignature], sha256: str) -> bool:
    """Whether one of these stands under this very text."""
    return bool(standing(signatures, sha256))


def stood(signatures: Iterable[CounselSignature], sha256: str, at: datetime) -> list[CounselSignature]:
    """Those of them that stood under this very text at that moment."""
    return [
        each
        for each in signatures
        if each.text_sha256 == sha256 and each.created_at <= at and (each.is_given or each.updated_at > at)
    ]


def signed_by(signatures: Iterable[CounselSignature]) -> str:
    """Who signed and when, in one line; that nobody did where there is none of these."""
    for each in signatures:
        values = {"officer": each.signed_by.officer_code, "day": moment_text(each.created_at, "day")}
        return gettext("signed by counsel: officer %(officer)s, %(day)s") % values
    return gettext("not signed by counsel")


def _rule(key: str) -> SignedText | None:
    code, _space, number = key.rpartition(" ")
    versions = RuleVersion.objects.filter(rule__code=code, number=number, published_at__isnull=False)
    version = versions.select_related("rule").prefetch_related("clauses").first()
    if version is None:
        return None
    parts = [(each.number, f"{each.text_zh}\n{each.text_en}", "") for each in version.clauses.all()]
    return SignedText(Signed.RULE_VERSION, key, f"{version.rule.name} {number}", version.text_hash, parts)


def _rules() -> Iterable[SignedText]:
    versions = RuleVersion.objects.filter(published_at__isnull=False, effective_to__isnull=True, withdrawn_at=None)
    for version in versions.select_related("rule").order_by("rule__code", "effective_from"):
        key, title = f"{version.rule.code} {version.number}", f"{version.rule.name} {version.number}"
        yield SignedText(Signed.RULE_VERSION, key, title, version.text_hash)


def _law(key: str) -> SignedText | None:
    instrument, _space, place = key.partition(" ")
    row = LawArticle.objects.filter(instrument=instrument, article=place, change__isnull=False).last()
    if row is None or not row.text_zh:
        return None
    return SignedText(Signed.LAW_ARTICLE, key, str(row), row.text_sha256, [(row.article, row.text_zh, "")])


def _laws() -> Iterable[SignedText]:
    rows = LawArticle.objects.filter(change__isnull=False).exclude(text_zh="").order_by("in_force_from", "pk")
    newest = {row.key: row for row in rows}
    return [SignedText(Signed.LAW_ARTICLE, key, str(newest[key]), newest[key].text_sha256) for key in sorted(newest)]


TEXTS |= {Signed.RULE_VERSION: _rule, Signed.LAW_ARTICLE: _law}
IN_USE |= {Signed.RULE_VERSION: _rules, Signed.LAW_ARTICLE: _laws}
