"""The promises of the procedure: how long each step may take, in which unit, and within which bounds.

What is promised to parties stands here once. A clause of a published rule may set its own value (`models.ClauseTerm`),
inside the bounds; where none does, `amount` and `unit` hold. What a term is at a given moment is `rules.terms`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Unit(models.TextChoices):
    HOURS = "hours", pgettext_lazy("unit", "hours")
    DAYS = "days", pgettext_lazy("unit", "days")
    WORKING_DAYS = "working_days", pgettext_lazy("unit", "working days")
    MONTHS = "months", pgettext_lazy("unit", "months")
    TIMES = "times", pgettext_lazy("unit", "times")
    MEGABYTES = "megabytes", pgettext_lazy("unit", "megabytes")


_WORDS = {
    Unit.HOURS: ("{n}小时", "{n} hour", "{n} hours"),
    Unit.DAYS: ("{n}日", "{n} day", "{n} days"),
    Unit.WORKING_DAYS: ("{n}个工作日", "{n} working day", "{n} working days"),
    Unit.MONTHS: ("{n}个月", "{n} month", "{n} months"),
    Unit.TIMES: ("{n}次", "{n} time", "{n} times"),
    Unit.MEGABYTES: ("{n} MB", "{n} MB", "{n} MB"),
}

LONGEST = 3660
"""The most days of a period that is only bounded from below: ten years (`casework.working_days.LONGEST`)."""


def phrase(amount: int, unit: str, language: str) -> str:
    """The value in words, as clauses, letters and pages all print it: `5个工作日`, `5 working days`.

    Not translated by the catalogue, since the text of a rule must not change with a translation.
    """
    zh, one, many = _WORDS[Unit(unit)]
    words = (one if amount == 1 else many) if language.startswith("en") else zh
    return words.format(n=amount)


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise: what it is, whose time it is, the value that holds where no clause sets one, and its bounds.

    `bounds` gives for each unit that the value may have the least and the most. Where the time is a party's own the
    bound is a floor, where it is the platform's a ceiling; where one side waits for the other it is both.
    """

    label: str | Lazy
    whose: str | Lazy
    amount: int
    unit: Unit
    bounds: Mapping[Unit, tuple[int, int]]


def _at_least(amount: int, unit: Unit, **others: int) -> Mapping[Unit, tuple[int, int]]:
    most = {Unit.HOURS: 24 * LONGEST, Unit.MONTHS: LONGEST // 31, Unit.TIMES: 1000, Unit.MEGABYTES: 100_000}
    least = {unit: amount} | {Unit(name): value for name, value in others.items()}
    return {each: (value, most.get(each, LONGEST)) for each, value in least.items()}


def _at_most(amount: int, unit: Unit, **others: int) -> Mapping[Unit, tuple[int, int]]:
    most = {unit: amount} | {Unit(name): value for name, value in others.items()}
    return {each: (1, value) for each, value in most.items()}


_OUR_TIME = _("Us, from filing")

PROMISES: Mapping[str, Promise] = {
    # — appeals —
    "appeal_window": Promise(
        _("Appeal against a notice"),
        _("You, from the day the notice was delivered"),
        184,  # six months, whichever they are
        Unit.DAYS,
        _at_least(184, Unit.DAYS, months=6),
    ),
    "evidence_time": Promise(
        _("Add evidence"),
        _("You, from filing; longer while we ask for more"),
        7,
        Unit.DAYS,
        _at_least(7, Unit.DAYS),
    ),
    "information_time": Promise(
        _("Answer a question of the reviewer"),
        _("You, from the question, unless it names another time"),
        72,
        Unit.HOURS,
        {Unit.HOURS: (24, 30 * 24), Unit.DAYS: (1, 30)},
    ),
    "information_least": Promise(
        _("The shortest time to answer that a reviewer may set"),
        _("You, from the question"),
        24,
        Unit.HOURS,
        {Unit.HOURS: (24, 30 * 24), Unit.DAYS: (1, 30)},
    ),
    "system_review_time": Promise(
        _("System review, where you chose it"),
        _("Us; then it goes to a person by itself"),
        3,
        Unit.HOURS,
        _at_most(3, Unit.HOURS),
    ),
    "decision_time": Promise(
        _("Decision by a person"),
        _OUR_TIME,
        5,
        Unit.WORKING_DAYS,
        _at_most(5, Unit.WORKING_DAYS, days=7, hours=7 * 24),
    ),
    "urgent_decision_time": Promise(
        _("Decision where a store is closed or money is frozen"),
        _OUR_TIME,
        24,
        Unit.HOURS,
        _at_most(24, Unit.HOURS),
    ),
    "remedy_time": Promise(
        _("Undo a measure that fell, and pay money back"),
        _("The platform, from the decision"),
        24,
        Unit.HOURS,
        _at_most(24, Unit.HOURS),
    ),
    "appeal_rounds": Promise(
        _("Reviews by a person, without any new fact"),
        _("Yours, about each notice; new facts bring a new review each time"),
        2,
        Unit.TIMES,
        _at_least(2, Unit.TIMES),
    ),
    "appeal_pauses": Promise(
        _("Appeals that pause one notice's measures, where appeals do"),
        _("Yours, about each notice; after one that you took back only with something new"),
        3,
        Unit.TIMES,
        _at_least(2, Unit.TIMES),
    ),
    "second_review_window": Promise(
        _("Ask for a second review"),
        _("You, from the decision"),
        30,
        Unit.DAYS,
        _at_least(30, Unit.DAYS, months=1),
    ),
    "hold_time": Promise(
        _("Precautionary hold"),
        _("At most, from its start"),
        72,
        Unit.HOURS,
        _at_most(72, Unit.HOURS, days=3),
    ),
    # — what a party can use within a day (`rules.quotas`) —
    "appeals_a_day": Promise(
        _("Appeals filed within one day"),
        _("Yours; the human line takes down more at any time"),
        1000,
        Unit.TIMES,
        {Unit.TIMES: (500, 100_000)},
    ),
    "disputes_a_day": Promise(
        _("Disputes opened within one day"),
        _("Yours; the human line takes down more at any time"),
        500,
        Unit.TIMES,
        {Unit.TIMES: (100, 100_000)},
    ),
    "files_a_day": Promise(
        _("Files as evidence within one day, in all cases together"),
        _("Yours; one case takes 500 MB of each side"),
        2000,
        Unit.MEGABYTES,
        _at_least(1000, Unit.MEGABYTES),
    ),
    # — disputes —
    "dispute_answer_time": Promise(
        _("First answer to a dispute"),
        _("The other side, from the opening"),
        48,
        Unit.HOURS,
        {Unit.HOURS: (24, 72)},
    ),
    "dispute_call_in_time": Promise(
        _("Call the platform in before the other side has answered"),
        _("Either side, from then on, counted from the opening"),
        24,
        Unit.HOURS,
        _at_most(24, Unit.HOURS),
    ),
    "dispute_talk_time": Promise(
        _("Talk with each other after the first answer; then the platform joins by itself"),
        _("Both sides, from the first answer"),
        10,
        Unit.DAYS,
        {Unit.DAYS: (3, 30)},
    ),
    "pause_check_time": Promise(
        _("Look again whether a paused dispute can go on"),
        _("Us, from the pause, and again after each look"),
        30,
        Unit.DAYS,
        _at_most(30, Unit.DAYS),
    ),
    "mediator_join_time": Promise(
        _("A mediator joins"),
        _("Us, from the call or the request for a review"),
        24,
        Unit.HOURS,
        _at_most(24, Unit.HOURS),
    ),
    "dispute_reply_time": Promise(
        _("Answer what the other side submitted"),
        _("Either side, from the submission"),
        24,
        Unit.HOURS,
        _at_least(24, Unit.HOURS),
    ),
    "proof_time_least": Promise(
        _("The shortest time to show something that a mediator may set"),
        _("Whoever has to show it"),
        24,
        Unit.HOURS,
        {Unit.HOURS: (24, 30 * 24)},
    ),
    "proof_time_most": Promise(
        _("The longest time to show something that a mediator may set"),
        _("Whoever has to show it"),
        30,
        Unit.DAYS,
        {Unit.DAYS: (2, 30)},
    ),
    "offer_time_most": Promise(
        _("The longest time for which an offer stands"),
        _("Either side, as the offer says"),
        30,
        Unit.DAYS,
        {Unit.DAYS: (7, 30)},
    ),
    "determination_time": Promise(
        _("Determination of a dispute"),
        _("Us, from the end of the evidence"),
        5,
        Unit.WORKING_DAYS,
        _at_most(5, Unit.WORKING_DAYS, days=7, hours=7 * 24),
    ),
    "dispute_review_window": Promise(
        _("Ask for a review of a determination"),
        _("Either side, from the determination"),
        7,
        Unit.DAYS,
        {Unit.DAYS: (7, 30)},
    ),
    "identity_time": Promise(
        _("Tell a consumer a merchant's true name, address and contact"),  # 七日办法 art. 24 names no time
        _("Us, from the request"),
        3,
        Unit.WORKING_DAYS,
        _at_most(3, Unit.WORKING_DAYS, days=5, hours=5 * 24),
    ),
    "payment_time": Promise(
        _("Pay what was agreed or determined"),
        _("Whoever owes it"),
        3,
        Unit.DAYS,
        _at_most(3, Unit.DAYS),
    ),
    "goods_time": Promise(
        _("Send goods, and pay after they came back"),  # 消保法 art. 25: a refund within seven days of their return
        _("Whoever owes it"),
        7,
        Unit.DAYS,
        _at_most(7, Unit.DAYS),
    ),
    "repair_time": Promise(_("Repair goods"), _("Whoever owes it"), 14, Unit.DAYS, _at_most(14, Unit.DAYS)),
    "guarantee_time": Promise(
        _("Step in where what is owed did not arrive; where a clause says so, pay it first"),
        _("Us, from the word that it did not arrive"),
        3,
        Unit.DAYS,
        _at_most(7, Unit.DAYS, hours=7 * 24),
    ),
    "confirmation_time": Promise(
        _("Say that something was not done after all"),
        _("Whoever it was owed to; then it counts as done"),
        7,
        Unit.DAYS,
        {Unit.DAYS: (7, 30)},
    ),
    # — how long records are kept (`retention.classes`) —
    "identity_kept": Promise(
        _("Keep the identity of a merchant that was given in a dispute, then delete it"),
        _("Us, from the end of the dispute"),
        36,
        Unit.MONTHS,
        {Unit.MONTHS: (36, 60)},
    ),
    "traces_kept": Promise(
        _("Keep addresses of links and invitations and failed attempts to sign in, then delete them"),
        _("Us, from their end"),
        6,
        Unit.MONTHS,
        {Unit.MONTHS: (6, 12)},
    ),
}
"""Where no law names a time, the value that we ship is the bound as well: a platform can only promise more."""


def within_bounds() -> Q:
    """The rows whose key is a promise and whose value that promise may have."""
    return reduce(
        or_,
        (
            Q(key=key, unit=str(unit), amount__gte=least, amount__lte=most)
            for key, promise in PROMISES.items()
            for unit, (least, most) in promise.bounds.items()
        ),
    )
