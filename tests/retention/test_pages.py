"""What compliance sees of retention: the plan, the dry run, the signature, the certificate, holds; and REST."""

import pytest

from casework import clock
from retention import queries
from retention.models import LegalHold, RetentionRun
from tests import factories as make
from tests.pages import Visitor
from tests.retention.ending import WORDS, Ending
from tests.surfaces.people import Http, token_of, user_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]
AT = "/workbench/retention/"


@pytest.fixture
def ending(world, court, now, monkeypatch):
    made = Ending(now, world, court)
    monkeypatch.setattr(clock, "now", lambda: made.later)
    return made


def test_from_the_plan_over_the_dry_run_and_two_signatures_to_the_certificate(ending):
    carl, dora = Visitor(ending.carl), Visitor(ending.dora)
    plan = carl.sees(AT)
    assert "Contacts given with opinions" in plan
    assert "Platform Rules Measures art 11" in plan
    due = carl.sees(f"{AT}opinion-contacts/")
    assert ending.of_opinion.number in due
    assert not any(word in page for word in WORDS for page in (plan, due, carl.sees(f"{AT}merchant-identities/")))

    answer = carl.posts(f"{AT}opinion-contacts/propose/", {"reason": "保存期限已满。"})
    change = answer.headers["Location"]
    assert "1" in carl.sees(change)
    assert "deletes these records for good" in dora.sees(f"{change}sign/")
    dora.sends(f"{change}sign/", {"version": "1"})
    ending.carried_out()

    run = RetentionRun.objects.get()
    certificate = dora.sees(f"{AT}runs/{run.ref}/")
    assert queries.destroyed_by(run).get().facts["keys"] in certificate
    assert run.number in carl.sees(f"{AT}runs/")
    assert "Nothing of this class is due." in carl.sees(f"{AT}opinion-contacts/")
    carl.sees(f"{AT}call-backs/", status=404)


def test_a_hold_is_put_shown_and_lifted(ending):
    carl = Visitor(ending.carl, "zh-hans")
    assert "没有此编号" in carl.sends(f"{AT}holds/new/", {"about": "nothing", "reason": "诉讼。"}, status=400)
    carl.sends(f"{AT}holds/new/", {"about": ending.dispute.number, "reason": "诉讼。"})
    hold = LegalHold.objects.get()
    assert ending.dispute.number in carl.sees(f"{AT}holds/")
    assert 'data-testid="held"' in carl.client.get(f"{AT}merchant-identities/").content.decode()
    assert "诉讼。" in carl.sees(f"{AT}holds/{hold.ref}/")
    carl.sends(f"{AT}holds/{hold.ref}/lift/", {"version": "1", "reason": "已审结。"})
    assert "已审结。" in carl.sees(f"{AT}holds/{hold.ref}/")
    Visitor(ending.world.rita).sees(AT, status=403)


def test_over_rest_compliance_holds_and_no_client_sees_it(ending, monkeypatch):
    monkeypatch.undo()
    call = Http(token_of(user_of(ending.carl), now=clock.now()))
    made = call("POST", "/api/v1/legal-holds", {"about": ending.dispute.number, "reason": "诉讼。", "until": None})
    assert made.status_code == 201, made.content
    held = call("GET", "/api/v1/legal-holds").json()["items"]
    assert [(each["about"], each["actions"][0]["name"]) for each in held] == [(ending.dispute.number, "lift")]
    client = Http(make.accounts.issue_token(actor=make.CONSOLE, client=ending.world.client, now=clock.now())[0])
    assert client("GET", "/api/v1/legal-holds").json()["items"] == []
