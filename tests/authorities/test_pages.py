"""What compliance sees of authorities, and what the holder of a seat sees; the same over REST."""

import io

import pytest

from archive import signing
from archive.offline import verify
from authorities.models import Matter, Seat
from casework import clock
from casework.models import Event
from tests import factories as make
from tests.authorities.seating import OFFICE, Seating
from tests.pages import Visitor
from tests.surfaces.people import Http, token_of, user_of
from tests.transparency.closing import close
from transparency.queries import quarters
from transparency.web.views import of_quarter

pytestmark = [pytest.mark.django_db, pytest.mark.once]
AT, READS = "/workbench/authorities/", "/workbench/authority/"
NEW = "/workbench/changes/seat/"


@pytest.fixture
def seating(world, now, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: now)
    return Seating(now, world.carl, make.staff("compliance", now=now, name="dora"))


def test_a_seat_from_its_proposal_to_the_looks_that_compliance_reads(seating, world):
    carl, dora = Visitor(seating.carl), Visitor(seating.dora, "zh-hans")
    form = {"office": OFFICE, "name": "周明", "username": "zhou.ming", "basis": "办法第三十三条", "purpose": "抽查。"}
    assert "Please fill this in." in carl.sends(NEW, form | {"until": ""}, status=400)
    change = carl.posts(NEW, form | {"until": "2026-12-20T18:00"}).headers["Location"]
    assert "周明" in dora.sees(change)
    assert "每次查看都会留下记录" in dora.sees(f"{change}sign/")
    dora.sends(f"{change}sign/", {"version": "1"})
    seat, notice, matter = Seat.objects.get(), world.notice(), seating.matter()
    carl.sends(f"{AT}seats/{seat.ref}/open-case/", {"matter": matter.number, "about": notice.number, "version": "1"})

    zhou = Visitor(seating.zhou())
    page = zhou.sees(f"{READS}case/")
    assert notice.number in page
    assert world.merchant.name not in page
    assert world.rule in zhou.client.get(f"{READS}rules/").content.decode()
    zhou.sees(READS)
    for path in (AT, f"{AT}looks/", "/workbench/figures/", "/workbench/cases/", "/workbench/find/?q=a"):
        zhou.sees(path, status=403)
    assert zhou.client.get("/").headers["Location"] == READS
    assert looked() == [
        ("CASE", notice.number),
        ("RULES", ""),
        ("FIGURES", ""),
    ]
    assert notice.number in carl.sees(f"{AT}looks/")
    assert notice.number in dora.sees(f"{AT}seats/{seat.ref}/")
    carl.sends(f"{AT}seats/{seat.ref}/end/", {"version": "2", "reason": "抽查结束。"})
    zhou.sees(READS, status=302)  # to sign in: nothing is left to them
    assert len(looked()) == 3


def test_a_matter_from_its_registration_to_a_file_that_verifies(seating, world, now):
    carl, dora = Visitor(seating.carl, "zh-hans"), Visitor(seating.dora)
    form = {"kind": "RECTIFY", "office": OFFICE, "document_no": "12号", "asked": "限期整改。"}
    form |= {"received_at": "2026-11-24T09:00", "due_at": "2026-12-05T18:00"}
    carl.sends(f"{AT}new/", form)
    matter = Matter.objects.get()
    at = f"{AT}{matter.ref}/"
    assert "限期整改" in carl.sees(at)
    carl.sends(f"{at}draft/", {"version": "1", "answer": "已经整改。"})
    assert "已经整改。" in dora.sees(f"{at}send/")
    dora.sends(f"{at}send/", {"version": "2"})
    assert matter.number in carl.sees(f"{AT}?tab=sent")
    appeal = make.file(world.alice, world.notice(), now=now)
    asked = {"cases": appeal.number, "quarter": "", "version": "3"}
    assert 'name="version" value="3"' in carl.sees(f"{at}export/")
    assert "A404" in carl.sends(f"{at}export/", asked | {"cases": "A404"}, status=400)
    stale = carl.sends(f"{at}export/", asked | {"version": "2"}, status=400)
    assert (appeal.number in stale, 'name="version" value="3"' in stale) == (True, True)
    answer = carl.posts(f"{at}export/", asked)
    raw = b"".join(answer.streaming_content)
    assert verify(io.BytesIO(raw), signing.public_keys()).flaws == []
    carl.sends(f"{at}export/", asked, status=400)  # pressed twice
    [event] = matter.handed_over
    assert event.facts["sha256"] in carl.sees(at)


def test_the_same_over_rest(seating, world):
    seat, matter = seating.seat(), seating.matter()
    http = Http(token_of(user_of(seating.carl), now=seating.now))
    [row] = http("GET", "/api/v1/authority-seats").json()["items"]
    assert (row["ref"], row["office"]) == (seat.ref, OFFICE)
    assert {each["name"] for each in row["actions"]} == {"open-case", "end"}
    [row] = http("GET", "/api/v1/authority-matters").json()["items"]
    assert (row["number"], row["kind"]["code"]) == (matter.number, "DATA")


def test_a_figure_by_a_seat_is_the_public_one_and_small_ones_have_a_sign_of_their_own(seating, world, now, monkeypatch):
    for _no in range(3):
        world.notice()
    later = close(now, days=60)
    monkeypatch.setattr(clock, "now", lambda: later)
    seating.now = later
    seating.seat()
    zhou = Visitor(seating.zhou())
    page = zhou.sees(READS)
    assert quarters()
    assert "<5" in page
    one = next(each for each in of_quarter("", withheld="<5")["metrics"] if each["metric"].code == "notices-served")
    assert one["whole"]["n"] == "<5"
    zhou.sees(f"{READS}2020-Q1/", status=404)
    assert looked() == [("FIGURES", "2026-Q4")]


def looked():
    looks = Event.objects.filter(type="authority_seat.looked").order_by("pk")
    return [(look.facts["page"], look.facts["about"]) for look in looks]
