"""Searching a list whose rows are few enough to be looked through."""

from collections.abc import Callable
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Q

from surfaces.filters import stands_in
from surfaces.lists.declaring import Asked


def in_columns(*columns: str) -> Callable[[Asked[Any]], Q]:
    """The condition that each word that is asked for stands in one of the columns."""
    return lambda asked: reduce(and_, (stands_in(word, *columns) for word in asked.filter.words), Q())
