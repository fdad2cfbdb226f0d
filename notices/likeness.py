"""Whether two notices say the same: of one object, under one clause, in nearly the same words. Stores nothing."""

import re
import unicodedata
from collections.abc import Iterable

from django.db.models import Q

from accounts.models import Party, PartyKind
from casework.canonical import digest
from notices.models import Basis
from rules.models import Clause

LEAST_NAMED = 4
"""Signs that a number or name of an object must have to be looked for in other texts."""


def plain(name: str) -> str:
    """A number or name as it is compared: width, case, blanks and marks aside, without leading zeros."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]+", "", folded).lstrip("0")


def key_of(party: Party) -> str:
    """What tells a merchant from others by its name, however that is written; empty for anybody else."""
    is_shop = party.kind == PartyKind.MERCHANT
    return digest(plain(party.name)) if is_shop else ""


def same_object(one: str, other: str) -> bool:
    """Whether two numbers name the same object: written otherwise, or one with something put before or behind it."""
    short, long = sorted((plain(one), plain(other)), key=len)
    if short == long:
        return bool(short)
    return len(short) >= LEAST_NAMED and _stands_in(short, long)


def names_object(text: str, number: str) -> bool:
    """Whether a text names the object by its number."""
    wanted = plain(number)
    return len(wanted) >= LEAST_NAMED and _stands_in(wanted, unicodedata.normalize("NFKC", text).casefold())


def _stands_in(short: str, long: str) -> bool:
    """Whatever marks stand between its signs, and not inside a longer number: 8812 is another object than 88120."""
    edges = (r"(?<!\d)0*" if short[0].isdigit() else "", r"(?!\d)" if short[-1].isdigit() else "")
    return re.search(edges[0] + r"[\W_]*".join(map(re.escape, short)) + edges[1], long) is not None


def clauses_of_lineage(bases: Iterable[Basis]) -> set[int]:
    """The clauses that these bases quote, in every version of their rules: by number, or by their very words."""
    quoted = Clause.objects.filter(pk__in=[basis.clause_id for basis in bases if basis.clause_id is not None])
    found: set[int] = set()
    for rule_id, number, text in quoted.values_list("version__rule_id", "number", "text_hash"):
        same = Q(number=number) | Q(text_hash=text)
        found |= set(Clause.objects.filter(same, version__rule_id=rule_id).values_list("pk", flat=True))
    return found
