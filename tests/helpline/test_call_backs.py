"""Asking to be called back, and being called by the promised time."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from casework.clock import BEIJING
from casework.errors import Invalid, LeaseLost, NotAllowed, NotFound, NotYourTurn, TooManyRequests
from helpline import commands, queries
from helpline.models import HELD_FOR, CallBack, CallBackState
from helpline.windows import open_time_after, slots_from
from tests import factories as make
from tests.appeals.test_workbench import browser
from tests.clocks import standing_near
from tests.laws import assert_refused

pytestmark = pytest.mark.once


PHONE = "138 0000 1234"
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def now():
    ten = datetime(2026, 11, 25, 10, 0, tzinfo=BEIJING)
    with standing_near(ten):
        yield ten


@pytest.fixture
def officer(now, db):
    return make.staff("help_line", now=now, code="H-9")


def ask(now, actor=None, **more):
    return commands.ask_call_back(actor=actor, now=now, **{"phone": PHONE, "source": "192.0.2.1"} | more)


def claimed(officer, now):
    return commands.claim_call_back(actor=officer, ref=ask(now).ref, now=now)


def page(response):
    return response.content.decode()


def at(hour, minute=0, day=25):
    return datetime(2026, 11, day, hour, minute, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("asked", "promised"),
    [
        (at(10), at(12)),
        (at(21), at(9, day=26)),  # one hour today, one tomorrow
        (at(23, 30), at(10, day=26)),
        (at(3), at(10)),
    ],
)
def test_what_is_promised_is_time_in_which_the_line_is_open(asked, promised, settings):
    settings.HELP_LINE_HOURS = (8, 22)
    assert open_time_after(asked, 2 * HOUR) == promised


def test_times_to_choose_have_not_begun_and_lie_within_the_hours(settings):
    settings.HELP_LINE_HOURS = (9, 17)
    slots = slots_from(at(10))
    assert [(slot.starts, slot.ends) for slot in slots][:3] == [
        (at(12), at(17)),
        (at(9, day=26), at(12, day=26)),
        (at(12, day=26), at(17, day=26)),
    ]
    settings.HELP_LINE_HOURS = (0, 24)
    assert slots_from(at(10))[-1].ends == at(0, day=28)


def test_a_stranger_asks_on_the_page_sees_when_and_is_called(db, now):
    stranger = Client(headers={"accept-language": "en"})
    assert stranger.get("/call-back/?case=A-20261125-ABCDEFG").context["form"]["case_number"].value() == (
        "A-20261125-ABCDEFG"
    )
    refused = stranger.post("/call-back/", {"phone": "call me", "when": "soon"})
    assert refused.status_code == 400
    assert 'href="#id_phone"' in page(refused)
    assert not CallBack.objects.exists()
    sent = stranger.post("/call-back/", {"phone": "１３８－００００１２３４", "when": "soon", "about": "店铺被冻结"})
    row = CallBack.objects.get()
    assert row.phone == "138-00001234"
    assert sent["location"] == f"/call-backs/{row.ref}/"
    shown = page(stranger.get(sent["location"]))
    assert 'data-testid="call-back-waiting"' in shown
    assert "•••• 34" in shown
    assert row.phone not in shown, "whoever is passed the address does not learn the number"

    console = browser(make.staff("help_line", now=now, code="H-7"))
    listed = page(console.get("/workbench/calls/"))
    assert "店铺被冻结" in listed
    place = f"/workbench/calls/{row.ref}/"
    assert row.phone not in listed + page(console.get(place))
    assert console.post(f"{place}claim/")["location"] == place
    assert row.phone in page(console.get(place))
    colleague = browser(make.staff("compliance", now=now))
    assert row.phone not in page(colleague.get(place)), "only who calls sees the number"
    assert colleague.post(f"{place}claim/").status_code == 409
    assert "about to call" in page(stranger.get(sent["location"]))
    console.post(f"{place}finish/", {"reached": "1"})
    row.refresh_from_db()
    assert (row.state, row.phone, row.about) == (CallBackState.REACHED, "", "")
    assert "We called you" in page(stranger.get(sent["location"]))
    assert row.number in page(console.get("/workbench/calls/?tab=done"))


def test_a_time_that_was_chosen_is_what_is_promised(now, db):
    slot = slots_from(now)[1]
    row = ask(now, when=slot.code)
    assert (row.call_from, row.due_at) == (slot.starts, slot.ends)
    assert not row.is_late(slot.ends)
    assert row.is_late(slot.ends + timedelta(seconds=1))
    with pytest.raises(Invalid):
        ask(slot.starts, when=slot.code, phone="0571 8888 0000")


def test_sent_again_from_there_it_is_the_same_and_from_elsewhere_another(db, now):
    """Who knows a rival's number is not led to the page on which their call can be called off."""
    first = ask(now)

    assert ask(now + timedelta(minutes=9)) == first
    assert ask(now + timedelta(minutes=9), source="192.0.2.2").ref != first.ref


def test_who_is_not_reached_is_called_again_and_at_last_forgotten(officer, now):
    row = claimed(officer, now)
    for n in (1, 2):
        row = commands.finish_call_back(actor=officer, ref=row.ref, was_reached=False, now=now)
        assert (row.state, row.tries, row.phone, row.officer_id) == (CallBackState.WAITING, n, PHONE, None)
        assert (row.call_from, row.due_at) == (open_time_after(now, HOUR), open_time_after(now, 3 * HOUR))
        now = row.due_at
        commands.claim_call_back(actor=officer, ref=row.ref, now=now)
    row = commands.finish_call_back(actor=officer, ref=row.ref, was_reached=False, now=now)
    assert (row.state, row.phone, row.tries) == (CallBackState.NOT_REACHED, "", 3)


def test_one_holds_it_and_who_forgets_it_loses_it(officer, now):
    other = make.staff("help_line", now=now)
    row = claimed(officer, now)
    with pytest.raises(NotYourTurn):
        commands.claim_call_back(actor=other, ref=row.ref, now=now + HELD_FOR - HOUR / 60)
    commands.claim_call_back(actor=other, ref=row.ref, now=now + HELD_FOR)
    for act in (commands.let_call_back_go, commands.finish_call_back):
        more = {"was_reached": True} if act is commands.finish_call_back else {}
        with pytest.raises(LeaseLost):
            act(actor=officer, ref=row.ref, now=now + HELD_FOR, **more)
    row = commands.let_call_back_go(actor=other, ref=row.ref, now=now + HELD_FOR)
    assert (row.state, row.due_at, row.phone) == (CallBackState.WAITING, now + 2 * HOUR, PHONE)


def test_nobody_else_calls_or_sees_who_waits(world, officer, now):
    row = ask(now)
    for actor in (world.alice, world.rita, world.platform, make.staff("mediator", now=now)):
        for act in (
            lambda a: commands.claim_call_back(actor=a, ref=row.ref, now=now),
            lambda a: queries.open_call_backs(a),
        ):
            with pytest.raises(NotAllowed):
                act(actor)
    with pytest.raises(NotFound):
        commands.claim_call_back(actor=officer, ref="cbk_none", now=now)
    assert Client().get("/call-backs/cbk_none/").status_code == 404
    assert browser(world.rita).get("/workbench/calls/").status_code == 403
    assert CallBack.objects.get().state == CallBackState.WAITING


def test_calling_it_off_deletes_the_number_even_while_somebody_holds_it(officer, now):
    row = claimed(officer, now)
    done = Client().post(f"/call-backs/{row.ref}/")
    assert done.status_code == 302
    row.refresh_from_db()
    assert (row.state, row.phone) == (CallBackState.CANCELLED, "")
    with pytest.raises(LeaseLost):
        commands.finish_call_back(actor=officer, ref=row.ref, was_reached=True, now=now)
    Client().post(f"/call-backs/{row.ref}/")  # twice changes nothing


def test_nobody_floods_the_line_and_an_account_is_not_crowded_out(world, now, monkeypatch):
    first = ask(now)
    assert ask(now + HOUR / 60).pk == first.pk, "sent twice, it is one"
    for n in range(2):
        ask(now, about=f"{n}")
    with pytest.raises(TooManyRequests):
        ask(now, about="again")
    monkeypatch.setattr(commands, "FROM_ONE_ADDRESS", 3)
    with pytest.raises(TooManyRequests):
        ask(now, phone="0571 8888 0000")
    ask(now, phone="0571 8888 0000", source="192.0.2.2")
    ask(now + 2 * HOUR, phone="0571 8888 0001")  # an hour later the address may ask again
    monkeypatch.setattr(commands, "IN_AN_HOUR", 1)
    with pytest.raises(TooManyRequests):
        ask(now, phone="0571 8888 0002", source="192.0.2.2")
    ask(now, phone="0571 8888 0002", source="192.0.2.3")  # the first from elsewhere
    ask(now, actor=world.alice, phone="0571 8888 0003")
    shown = Client().post("/call-back/", {"phone": PHONE, "about": "没人接", "when": "soon"})
    assert shown.status_code == 429
    assert "没人接" in page(shown), "what was typed is given back"
    assert "400-000-0000" in page(shown), "and where to call"


@pytest.mark.on_both
def test_the_laws_hold_past_the_code(officer, now):
    row = claimed(officer, now)
    own = CallBack.objects.filter(pk=row.pk)
    over = {"state": CallBackState.REACHED, "ended_at": now}
    assert_refused("call_back_keeps_no_number_and_no_words_once_it_ended", lambda: own.update(**over))
    assert_refused(
        "call_back_keeps_no_number_and_no_words_once_it_ended", lambda: own.update(**over, phone="", about="x")
    )
    assert_refused("call_back_keeps_no_number_and_no_words_once_it_ended", lambda: own.update(phone=""))
    assert_refused("call_back_is_held_by_whoever_calls", lambda: own.update(officer=None))
    assert_refused("call_back_is_promised_for_later", lambda: own.update(due_at=now))
    assert_refused("call_back_state_is_known", lambda: own.update(state="GONE", ended_at=now, phone="", about=""))
    assert_refused("call_back_is_tried_a_few_times", lambda: own.update(tries=4))
    assert_refused("call_back_stays_whose_it_is", lambda: own.update(asked_at=now - HOUR))
    assert_refused("call_back_is_kept", own.delete)
    own.update(**over, phone="", about="")
    assert_refused("call_back_that_ended_is_over", lambda: own.update(state=CallBackState.CANCELLED))


@pytest.mark.parametrize(
    ("typed", "is_taken"),
    [
        ("12345", False),
        ("1380000123", False),
        ("138000012345", False),
        ("8888 0000", False),
        ("+86 1380000123", False),
        ("+86 571 888", False),
        ("0000 0000 000", False),
        ("138 0000 1234", True),
        ("+86 138 0000 1234", True),
        ("0086-13800001234", True),
        ("(0571) 8888 0000", True),
        ("010-88880000-801", True),
        ("+86 571 8888 0000", True),
        ("400-000-0000", True),
        ("+44 20 7946 0000", True),
    ],
)
def test_a_number_that_nobody_can_be_reached_at_is_not_taken(db, now, typed, is_taken):
    if is_taken:
        assert ask(now, phone=typed).phone == typed
    else:
        with pytest.raises(Invalid) as refused:
            ask(now, phone=typed)
        assert [(each.pointer, each.code) for each in refused.value.errors] == [("/phone", "phone")]
