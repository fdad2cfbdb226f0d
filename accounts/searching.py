"""What parties and people are found by: their names, user names, refs, and the platform's own numbers.

What does not belong here: who may see whom (`policies`).
"""

from collections.abc import Mapping, Sequence

from django.db.models import Case, IntegerField, Prefetch, Q, QuerySet, Value, When

from accounts.models import Membership, Party, User
from accounts.policies import in_force
from casework.searching import Searched, Word, among, document, keep
from surfaces.filters import stands_in

OF_PARTY = ("name", "external_ref", "ref")
OF_PERSON = ("username", "display_name", "officer_code", "ref")


def _documents_of_parties(keys: Sequence[int]) -> Mapping[int, str]:
    return {each.pk: _document(each, OF_PARTY) for each in Party.objects.filter(pk__in=keys)}


def _documents_of_people(keys: Sequence[int]) -> Mapping[int, str]:
    return {each.pk: _document(each, OF_PERSON) for each in User.objects.filter(pk__in=keys)}


def _document(row: Party | User, columns: Sequence[str]) -> str:
    return document([getattr(row, name) or "" for name in columns], parties=())


PARTIES = Searched(Party._meta.db_table, _documents_of_parties)
PEOPLE = Searched(User._meta.db_table, _documents_of_people)
SEARCHED = (PARTIES, PEOPLE)


def keep_found(row: Party | User) -> None:
    """The party or person is found by what the row says now."""
    if isinstance(row, Party):
        keep(PARTIES, {row.pk: _document(row, OF_PARTY)})
    else:
        keep(PEOPLE, {row.pk: _document(row, OF_PERSON)})


def parties_named(words: Sequence[str]) -> QuerySet[Party]:
    """The parties whose name, own number or ref has every word: those that are called exactly so, then the newest."""
    return _named(Party.objects.all(), PARTIES, OF_PARTY, words)


def people_named(words: Sequence[str]) -> QuerySet[User]:
    """The same of people, by user name, name, officer code or ref, each with the parties that they act for."""
    acts = Membership.objects.filter(in_force()).select_related("party").order_by("id")
    rows = User.objects.prefetch_related(Prefetch("memberships", acts, to_attr="acts_for"))
    return _named(rows, PEOPLE, OF_PERSON, words)


def acting_for(user: User) -> list[Membership]:
    """What a person whom `people_named` found does for parties."""
    return list(user.acts_for)  # type: ignore[attr-defined]  # prefetched there


def _named[M: (Party, User)](
    rows: QuerySet[M], searched: Searched, columns: Sequence[str], words: Sequence[str]
) -> QuerySet[M]:
    found = among(searched, [Word(word) for word in words], parties=None)
    if found is None:
        return rows.none()
    for word in words:
        found &= stands_in(word, *columns)
    exact = Q()
    for name in columns:
        exact |= Q(**{f"{name}__iexact": " ".join(words)})
    first = Case(When(exact, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.filter(found).order_by(first, "-pk")
