"""What appeals are found by: their number and statement, and what their notice and its appealed measures say."""

from collections.abc import Mapping, Sequence
from typing import Any

from appeals.models import Appeal
from casework.searching import Searched, document
from notices.searching import texts_of


def document_of(appeal: Appeal, measures: Sequence[Any]) -> str:
    """What is kept of an appeal against these measures for searches."""
    texts = [appeal.number, appeal.statement, appeal.notice.number, appeal.notice.facts, *texts_of(measures)]
    return document(texts, parties=[appeal.party_id], kinds=[each.type_id for each in measures])


def documents_of(keys: Sequence[int]) -> Mapping[int, str]:
    """The same of the appeals with these keys."""
    rows = Appeal.objects.filter(pk__in=keys).select_related("notice").prefetch_related("items__measure")
    return {each.pk: document_of(each, [item.measure for item in each.items.all()]) for each in rows}


APPEALS = Searched(Appeal._meta.db_table, documents_of)
SEARCHED = (APPEALS,)
