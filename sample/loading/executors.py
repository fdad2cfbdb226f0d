"""The executors of the sample, lived through again: every act at its time, by the product's own commands.

Each firm, each person's training, each notice that one carried out is a life. All run on one clock, so that what falls
due between two acts falls due in its order, and a person is certified before they act.
"""

from collections.abc import Iterator

from sample.content.executors import ACTS, CURRICULUM_BY_RULE, FIRMS, INSTRUCTIONS, UNFINISHED
from sample.loading.acts import deed, order, sweep
from sample.loading.agreements import firm as agreed
from sample.loading.agreements import teaching, training, unfinished
from sample.loading.base import Loaded, Progress
from sample.loading.past import Life, Past


def load_executors(made: Loaded, *, progress: Progress) -> None:
    """Every executor of the sample stands where its plan says, with all that led there."""
    past = Past(made)
    past.run(_lives(past), progress=progress)


def _lives(past: Past) -> Iterator[Life]:
    rules = {rule for firm in FIRMS for person in firm.people for rule in person.trains} | {UNFINISHED}
    for rule in sorted(rules):
        yield teaching(past, CURRICULUM_BY_RULE[rule])
    for firm in FIRMS:
        yield agreed(past, firm)
        for place, person in enumerate(firm.people):
            yield training(past, firm, person, place)
    yield unfinished(past)
    for number, plan in enumerate(ACTS):
        yield deed(past, plan, number)
    for told in INSTRUCTIONS:
        yield order(past, told)
    yield sweep(past)
