"""Who is told that a version was publicised, or withdrawn, and the record of how far that is (办法 12, 13)."""

from datetime import datetime, timedelta

from accounts.models import PartyKind, User
from accounts.queries import people_acting_for
from casework.actor import Actor
from casework.firing import command, fire
from casework.models import Event
from rules.machine import RuleState
from rules.models import Rulemaking

AT_ONCE = 200
"""People who are told in one go; the next go is a message of the outbox of its own."""
LATE = timedelta(days=30)
"""Nobody is told any more of a version that has been in force for so long: it came with an import."""
PUBLICATIONS = ("rule.publicised", "rule.published")


def people_to_tell(making: Rulemaking, event: Event, *, after: int, now: datetime) -> list[User]:
    """The next people who act for a party that the version binds, by key; none where it is not news any more."""
    version = making.rule_version
    if not version.is_published or version.effective_from < now - LATE:
        return []
    if event.type in PUBLICATIONS and making.state not in (RuleState.PUBLICISED, RuleState.IN_FORCE):
        return []
    kinds = [kind for kind in PartyKind.values if version.binds_party(kind)]
    return people_acting_for(kinds, after=after, most=AT_ONCE)


@command
def note_parties_told(*, making_id: int, of: int, after: int, last: int, people: int, now: datetime) -> None:
    """It is on record that the people after the one and up to the other were told of event `of`; the outbox is owed the
    next. Done twice it is once.
    """
    making = Rulemaking.lock(pk=making_id)
    told = Event.objects.filter(case_kind=Rulemaking.KIND, case_id=making.pk, type="rule.parties_told")
    if any((each["of"], each["after"]) == (of, after) for each in told.values_list("facts", flat=True)):
        return
    facts = {"of": of, "after": after, "last": last, "people": people}
    fire(making, "tell_parties", actor=Actor.system("telling"), now=now, facts=facts)
