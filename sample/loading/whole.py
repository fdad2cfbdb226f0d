"""The sample platform in two parts: the beginning, with which pages can be served, and the rest."""

from datetime import datetime
from random import Random

from casework import deadlines
from sample.content.stories import FIRST_NUMBER, STORIES, notice_of
from sample.loading.appeals import load_ordinary, load_story
from sample.loading.authorities import load_authorities
from sample.loading.base import Loaded, Progress
from sample.loading.disputes import load_disputes
from sample.loading.executors import load_executors
from sample.loading.infringements import load_infringements
from sample.loading.making import load_changes, load_making, load_packing
from sample.loading.memberships import load_memberships
from sample.loading.model import load_model
from sample.loading.people import close_shops, load_people, load_routing
from sample.loading.prices import load_prices
from sample.loading.rules import load_rules
from sample.loading.tips import load_tips

SEED = 20261125


def load_beginning(made: Loaded, *, progress: Progress) -> None:
    """People, rules, the starting model, and some notices, appeals and disputes to look at."""
    load_people(made, progress=progress)
    load_rules(made, progress=progress)
    load_model(made, progress=progress)
    for number, story in enumerate(STORIES):
        progress("stories", number + 1, len(STORIES))
        load_story(made, story, notice_of(story, now=made.now, number=FIRST_NUMBER + number))
    while deadlines.fire_due(now=made.now):
        pass
    load_disputes(made, are_recent=True, progress=progress)
    close_shops(made)


def load_rest(made: Loaded, *, count: int, progress: Progress, seed: int = SEED) -> None:
    """Everything else is there, too: `count` ordinary notices, executors, the older disputes, a rule in
    the making, a shop that leaves, an authority that reads and asks, notices of right holders, memberships, prices,
    tips, and rules of routing.
    """
    load_ordinary(made, count=count, seed=seed, random=Random(seed), progress=progress)  # noqa: S311
    load_executors(made, progress=progress)
    load_disputes(made, are_recent=False, progress=progress)
    load_making(made)
    load_packing(made)
    load_changes(made)
    load_authorities(made)
    load_infringements(made)
    load_memberships(made)
    load_prices(made)
    load_tips(made)
    load_routing(made)


def load(*, now: datetime, count: int, progress: Progress) -> Loaded:
    """The whole sample platform is in the database."""
    made = Loaded(now)
    load_beginning(made, progress=progress)
    load_rest(made, count=count, progress=progress)
    return made
