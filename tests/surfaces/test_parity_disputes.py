"""What a dispute offers in `actions[]` is what is possible: everything offered is done, everything else is refused."""

import pytest
from django.core.cache import cache
from django.db import transaction

from accounts.models import User
from casework import clock
from casework.verbs import Action
from disputes.models import Dispute
from disputes.verbs import ADDRESS, LISTED, conditions
from surfaces.api.verbs import shown_action
from tests.conftest import build_world
from tests.extent import LEVEL, extent
from tests.surfaces.disputing import court_of, dispute_in, offered, paused
from tests.surfaces.people import FILE, cast_of, form

pytestmark = pytest.mark.once

STAGES = ("phone", "answered", "offered", "submitted", "waiting", "ruled", "determined", "settled")
STAGES += ("test proposed", "appraising", "identity asked", "identity given", "refundable", "reported")
PEOPLE = ("owner", "staff", "consumer", "compliance", "platform", "mediator")
NOT_YET = {("submit-evidence", 400), ("close-evidence", 409)}
"""Offered and yet refused: nothing is staged; somebody still has time to show or answer, which the command says."""
REFUSED_BY_ONE_IN = 2 // extent("people who try what a dispute does not offer, of two", everyday=1, ci=1, full=2)
"""Each verb that is not offered is tried at each stage by half of them, by the others at the next; at night by all."""
PARTS = {
    None: lambda dispute: [None],
    conditions.facts_of_side: lambda dispute: dispute.facts.all(),
    conditions.all_facts: lambda dispute: dispute.facts.all(),
    conditions.facts_to_object_to: lambda dispute: dispute.facts.all(),
    conditions.open_offers: lambda dispute: dispute.offers.all(),
    conditions.owed_now: lambda dispute: dispute.obligations.all(),
}
"""Everything that a verb could be about, by what it says that it is about now."""


@pytest.fixture
def cast(db, settings):
    settings.API_RATES = dict.fromkeys(settings.API_RATES, 100_000)
    cache.clear()
    now = clock.now()
    return cast_of(build_world(now), build_world(now), now=now)


def cases_of(world, now):
    yield from ((stage, dispute_in(world, stage, now=now)) for stage in STAGES)
    court = court_of(world, now=now)
    stopped = court.joined()
    offered(court, stopped, now)
    paused(court, stopped, now)
    yield "paused with an offer", stopped
    yield "against the platform", court.escalated("merchant_measure", remedy="LIFT")


def test_what_is_offered_is_what_is_possible(cast):
    """Every day while evidence comes in and after the determination; at every stage in CI."""
    now = clock.now()
    if LEVEL == "everyday":
        cases = {stage: dispute_in(cast.world, stage, now=now) for stage in ("submitted", "determined")}
        expected = {"submit-evidence", "admit", "shift-burden", "close-evidence", "request-review", "pause"}
    else:
        cases, expected = dict(cases_of(cast.world, now)), {verb.name for verb in LISTED}

    wrong, seen = disagreements(cast, cases)

    assert wrong == []
    assert expected <= seen <= {verb.name for verb in LISTED}


def disagreements(cast, cases):
    """Where `actions[]` and what the API then does differ, when everybody tries every verb; and what was offered."""
    wrong, seen = [], set()
    for stage_no, (stage, case) in enumerate(cases.items()):
        dispute = Dispute.objects.get(pk=case.pk)
        addresses = [(verb, address_of(dispute, verb, part)) for verb in LISTED for part in PARTS[verb.parts](dispute)]
        for turn, who in enumerate(PEOPLE, stage_no):
            http = cast.http(who)
            shown = http("GET", f"/api/v1/disputes/{dispute.ref}").json()
            here = {(action["name"], action["href"]) for action in shown.get("actions", ())}
            seen |= {name for name, _href in here}
            assert here <= {(verb.name, href) for verb, href in addresses}, (stage, who)
            refused = set()
            for verb, href in addresses if "actions" in shown else ():
                is_offered = (verb.name, href) in here
                if not is_offered and {("offer", href), ("propose", href)} & here:  # one address, one body, two names
                    continue
                if not is_offered and verb.name in refused and LEVEL != "full":
                    continue  # about one part of the dispute it was tried; at night about each
                if not is_offered and (LISTED.index(verb) + turn) % REFUSED_BY_ONE_IN:
                    continue
                refused |= set() if is_offered else {verb.name}
                status = answer_to(http, dispute, verb, href)
                if is_offered != (status < 300) and not (is_offered and (verb.name, status) in NOT_YET):
                    wrong.append((stage, who, verb.name, "offered" if is_offered else "not offered", status))
    return wrong, seen


def address_of(dispute, verb, part):
    ref = part.ref if verb.parts is conditions.open_offers else dispute.ref
    return shown_action(Action(verb, part=part), ADDRESS, ref=ref)["href"]


def answer_to(http, dispute, verb, href):
    """The status of doing it now; nothing of it stays."""
    headers = {"If_Match": f'"{dispute.version}"'} if verb.needs_version else {}
    with transaction.atomic():
        if verb.name == "evidence":
            raw, kind = form(file=FILE, caption="签收记录")
            answer = http("POST", href, raw=raw, Content_Type=kind)
        else:
            answer = http("POST", href, body_of(dispute, verb, href), **headers)
        transaction.set_rollback(True)
    return answer.status_code


def body_of(dispute, verb, href):
    """The example of what it takes, where it fits this dispute."""
    if verb.takes is None:
        return None
    body = dict(verb.takes.example)
    if verb.name == "assign":
        others = User.objects.filter(staff_roles__role="mediator").exclude(pk=dispute.mediator_id)
        body["to"] = others.order_by("pk").first().officer_code
    if verb.name == "offer" and dispute.respondent_id is None:
        body |= {"remedy": "LIFT"}
        del body["amount_minor"]
    return body
