"""Whom a party authorised in named cases alone: every address of the program says nothing of the party's other cases.

The walk is over what the resolver knows, so that an address that is new is walked, too; and somebody with a mandate for
all matters walks the same way and finds the others, so that the walk is known to look where they stand.
"""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from accounts.models import User
from appeals import commands as appeals
from appeals.models import Appeal
from casework import clock
from casework.actor import Actor
from disputes.models import Dispute
from notices.models import Notice
from tests import factories as make
from tests.appeals.test_workbench import browser
from tests.disputes.building import Court, build_court, say
from tests.pages import living
from tests.surfaces.people import Http, token_of
from tests.surfaces.test_dispute_strangers import PLACE, body_of, routes

pytestmark = pytest.mark.once
MARK = "榫卯九七"
"""Stands in every text of the other cases."""
LEFT_OUT = (settings.ADMIN_PATH.strip("/"), "workbench/", "_allauth/", "account/log", "api/v1/schema", "api/v1/docs")
"""What is staff's, where the role is asked first (`tests/console/test_frame.py`), and what holds no case."""

STARTS = {"notices/": "ntc_", "appeals/": "apl_", "disputes/": "dsp_", "parties/": "pty_"}
"""Whose refs stand in an address; where it has none of these words, those of the other cases are tried."""


@dataclass
class Affair:
    """What one shop has: a notice with its appeal and a dispute that are named, and the same that are not."""

    court: Court
    notice: Notice
    appeal: Appeal
    dispute: Dispute
    others: list[Any]
    secrets: list[str]
    agent: Actor
    general: Actor

    @property
    def named(self) -> list[str]:
        return [self.notice.ref, self.appeal.ref, self.dispute.ref]


now = living(minutes=5)


@pytest.fixture(scope="module")
def module_affair(module_database, now):
    with module_database():
        court = build_court(now)
        marked: dict[str, Any] = {
            "facts": f"{MARK}的页面写有“国家级工艺”字样。",
            "reasons": f"{MARK}属于第8条禁止的绝对化用语,会使消费者误以为有官方认定。",
            "measures": [make.measure(now, object_label=MARK, object_ref=MARK)],
        }
        notice, appealed, drafted, unread, grouped = (
            court.notice(court.seller, **(marked if no else {})) for no in range(5)
        )
        common = {"ground": "facts_wrong", "statement": "页面写的是“国标级”。"}
        pair = [appeals.NoticeInGroup(notice.ref), appeals.NoticeInGroup(grouped.ref, MARK)]
        group = appeals.file_appeal_group(
            actor=court.alice, filing=appeals.GroupFiling(notices=pair, **common), now=now
        )
        appeal, sibling = Appeal.objects.filter(grouped__group=group).order_by("grouped__no")
        other = make.file(court.alice, appealed, now=now, statement=MARK)
        appeals.save_draft(actor=court.alice, notice_ref=drafted.ref, content={"statement": MARK}, now=now)
        dispute, elsewhere = court.open(), court.open(title=MARK)
        say(court, court.alice, elsewhere, "both", MARK)
        others = [appealed, drafted, unread, grouped, other, sibling, elsewhere]
        cases = [notice.matter, dispute.matter]
        return Affair(
            court,
            notice,
            appeal,
            dispute,
            others,
            [MARK, *(each.number for each in others)],
            agent=make.agent(court.alice, court.seller, now=now, special=True, cases=cases),
            general=make.agent(court.alice, court.seller, now=now, special=True),
        )


@pytest.fixture
def affair(module_affair, copy_of):
    return copy_of(module_affair)


def addresses(affair: Affair) -> list[str]:
    """Every address to read, with each ref of the party's cases where one stands, and the lists also searched."""
    of_each_kind = {type(each): each.ref for each in affair.others}.values()
    refs = [*affair.named, *of_each_kind, affair.court.seller.ref]
    found = []
    for route, _name, _view in routes():
        route = re.sub(r"[$^]|\(\?P<\w+>[^)]*\)", "", route)
        if route.startswith(LEFT_OUT):
            continue
        if not PLACE.search(route):
            found += [f"/{route}", f"/{route}?q={MARK[:2]}"]  # a page repeats what was asked, which is no secret
            continue
        kinds = tuple(start for word, start in STARTS.items() if word in route)
        for ref in refs if re.search(r"<(\w+:)?ref>", route) else [""]:
            if not ref.startswith(kinds) if kinds else ref in affair.named:
                continue
            found.append("/" + PLACE.sub(lambda at, ref=ref: ref if at[1] == "ref" else "1", route))
    return found


def told(affair: Affair, actor: Actor, secrets: list[str]) -> dict[str, list[str]]:
    """By address, which of these the answers to this person have."""
    page, http = browser(actor), Http(token_of(User.objects.get(pk=actor.user_id), now=clock.now()))
    found = {}
    for path in addresses(affair):
        with transaction.atomic():
            answer = http("GET", path) if path.startswith("/api/") else page.get(path)
            text = body_of(answer).decode("utf-8", "replace")
            transaction.set_rollback(True)
        if shown := [secret for secret in secrets if secret in text]:
            found[path] = shown
    return found


def test_no_address_says_anything_of_the_other_cases(affair):
    own = {affair.notice.number, affair.appeal.number, affair.dispute.number}
    seen = told(affair, affair.agent, [*own, *affair.secrets])
    assert {path: there for path, shown in seen.items() if (there := set(shown) - own)} == {}
    assert {"/", "/notices/", "/appeals/", "/disputes/", "/api/v1/notices", "/api/v1/disputes"} <= set(seen)


@pytest.mark.nightly  # of the walk, not of the program: that the others would be found where they stand
def test_the_walk_looks_where_the_other_cases_stand(affair):
    seen = told(affair, affair.general, affair.secrets)
    lists = {"/", "/notices/", "/appeals/", "/disputes/", "/account-health/", "/api/v1/notices", "/api/v1/todo"}
    assert lists <= set(seen)
    assert len(seen) > 30, len(seen)
