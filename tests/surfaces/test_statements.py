"""How many statements a step and a page may cost, so that none grows by accident."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appeals import commands as appeals
from appeals.models import TriageSuggestion
from disputes import commands as disputes
from notices import commands as notices
from tests import factories as make
from tests.appeals.test_workbench import browser
from tests.databases import is_for_digests
from tests.pages import living

pytestmark = pytest.mark.once  # a page asks as often on either database

now = living(hours=2)


def statements(act):
    with CaptureQueriesContext(connection) as asked:
        act()
    # Neither the frame of a transaction, where it is not the outermost, nor the time, for which PostgreSQL is asked,
    # nor what keeps the digests.
    said = [each["sql"] for each in asked if not is_for_digests(each["sql"])]
    return sum("SAVEPOINT" not in sql and "clock_timestamp" not in sql for sql in said)


def test_the_steps_of_an_appeal(world, now):
    drafted = make.draft(world.merchant, world.rule, now=now, officer=world.otto.code)
    # The fifteenth reads what was settled before in other notices, which this one may not say again.
    assert statements(lambda: notices.issue_notices(actor=world.platform, drafts=[drafted], now=now)) <= 15

    first, notice = world.notice(), world.notice()
    appeals.withdraw_appeal(actor=world.alice, ref=make.file(world.alice, first, now=now).ref, now=now)
    # The fifteenth counts it against the party's day, which has begun.
    assert statements(lambda: make.file(world.alice, notice, now=now)) <= 15
    assert statements(lambda: appeals.claim_next_appeal(actor=world.rita, now=now)) <= 12
    appeal = notice.appeals.get()
    make.ready_to_decide(world.rita, appeal, now=now)
    rulings = [appeals.RulingDraft(item.measure.no, "OVERTURNED") for item in appeal.items.select_related("measure")]
    # Five beyond thirty: the exhibits that are to be opened; bases, party and row of what the overturn settles; what
    # the reviewer typed is deleted.
    assert statements(lambda: make.decide(world.rita, appeal, now=now, rulings=rulings)) <= 36


def test_a_message(court, now):
    dispute = court.open()
    say = {"ref": dispute.ref, "lane": "both", "client_id": "one", "text": "您好", "now": now}
    assert statements(lambda: disputes.post_message(actor=court.claimant_of(dispute.ground), **say)) <= 10


@pytest.mark.parametrize(
    ("who", "name", "most"),
    [
        ("rita", "workbench:queue", 18),
        ("rita", "triage:second-looks", 18),
        ("rita", "workbench:me", 18),
        ("alice", "notices:list", 12),
        ("alice", "appeals:list", 12),
    ],
)
def test_a_page_costs_the_same_however_many_rows_it_shows(world, now, who, name, most):
    def work(n):
        for _ in range(n):
            make.file(world.alice, world.notice(), now=now)
            ready = make.ready_to_decide(world.rita, make.file(world.alice, world.notice(officer=""), now=now), now=now)
            make.decide(world.rita, ready, now=now, outcome="UPHELD")

    client, path = browser(getattr(world, who)), reverse(name)
    work(1)
    client.get(path)
    few = statements(lambda: client.get(path))
    work(3)
    assert statements(lambda: client.get(path)) == few <= most


def test_a_tab_of_cases_that_wait_costs_the_same_however_many_do(world, now):
    def ask(n):
        for _ in range(n):
            ready = make.ready_to_decide(world.rita, make.file(world.alice, world.notice(officer=""), now=now), now=now)
            appeals.request_information(
                actor=world.rita, ref=ready.ref, item="授权书", fact="有授权", due_at=None, now=now
            )

    client, path = browser(world.rita), reverse("workbench:queue") + "?tab=waiting"
    ask(1)
    client.get(path)
    few = statements(lambda: client.get(path))
    ask(3)
    assert statements(lambda: client.get(path)) == few <= 16


@pytest.mark.parametrize(
    ("name", "most"),
    # A decision's page also reads the versions of the measures' types, whose words are those of the time.
    [("appeals:decision", 25), ("appeals:detail", 25), ("notices:detail", 25), ("home", 23)],
)
def test_a_page_of_one_case(world, now, name, most):
    appeal = make.ready_to_decide(world.rita, make.file(world.alice, world.notice(), now=now), now=now)
    make.decide(world.rita, appeal, now=now)
    refs = {"home": [], "notices:detail": [appeal.notice.ref]}.get(name, [appeal.ref])
    client, path = browser(world.alice), reverse(name, args=refs)
    assert client.get(path).status_code == 200
    assert statements(lambda: client.get(path)) <= most


def test_a_reviewer_s_page_of_a_case_reads_it_once_whatever_stands_on_it(world, now):
    appeal = make.file(world.alice, world.notice(officer=""), now=now)
    TriageSuggestion.objects.create(**make.suggestion_values(appeal, now=now))
    make.ready_to_decide(world.rita, appeal, now=now)
    client, path = browser(world.rita), reverse("workbench:case", args=[appeal.ref])
    client.get(path)
    before = statements(lambda: client.get(path))
    appeals.record_opening_of_suggestion(actor=world.rita, ref=appeal.ref, now=now)
    # one of them for what was typed and not sent, one for who assigned it, one for letter templates
    assert statements(lambda: client.get(path)) <= before + 6 <= 34


def test_account_health_counts_everything_and_shows_a_page(world, now):
    """What counts is not what the page has room for."""
    for _ in range(21):
        world.notice()
    client = browser(world.alice)
    shown = client.get("/account-health/")
    assert statements(lambda: client.get("/account-health/")) <= 12
    assert shown.context["counts"][0][1] == "21"
    assert len(shown.context["list"]["rows"]) == 20
    assert "?after=" in shown.content.decode()


def test_account_health_counts_what_holds_and_what_is_reviewed(world, now):
    """Every measure of a notice that has not ended; of appeals not those that came late and were not accepted yet."""
    world.notice(measures=[make.measure(now, ends_at=now + timedelta(minutes=1))])
    late, appealed = world.notice(), world.notice(measures=[make.measure(now), make.measure(now)])
    make.file(world.alice, appealed, now=now)
    make.file(world.alice, late, now=late.appeal_closes_at + timedelta(days=1), late_reason="住院。")
    assert [n for _label, n in browser(world.alice).get("/account-health/").context["counts"]] == ["3", 1, 0, 0]


@pytest.mark.filterwarnings("ignore:Overriding get_action_choices")  # unfold's
@pytest.mark.parametrize("model", ["casework_event", "casework_deadline", "casework_outboxmessage", "notices_measure"])
def test_a_list_of_the_admin_asks_once_who_may(world, now, model):
    notice = world.notice()
    client, path = browser(make.staff("administrator", now=now)), reverse(f"admin:{model}_changelist")
    client.get(path)
    few = statements(lambda: client.get(path))
    make.file(world.alice, notice, now=now)
    world.notice()
    assert statements(lambda: client.get(path)) == few <= 12
