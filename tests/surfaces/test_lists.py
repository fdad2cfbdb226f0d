"""The lists of a party: found by number, product, order and words, narrowed by chips and days, saved as a file."""

import csv
import io
import re
import zipfile
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command
from django.db import connection
from django.test import AsyncClient
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from appeals import commands as appeals
from appeals.machine import AppealState
from appeals.queries import STATES_LISTED as OF_APPEALS
from casework import clock, outbox, searching
from casework.clock import BEIJING
from casework.models import OutboxMessage
from disputes.machine import DisputeState
from disputes.queries import STATES_LISTED as OF_DISPUTES
from notices import commands as notices
from notices.models import Measure, Notice
from notices.searching import NOTICES
from surfaces.lists import declaring, files
from tests import factories as make
from tests.appeals.test_workbench import browser as staff_browser
from tests.pages import living
from tests.surfaces.test_party_pages import browser, text

now = living(hours=2)


def found(client, path):
    """The numbers on the page, in order."""
    shown = text(client.get(path)).partition("<main")[2]
    rows = re.findall(r'<tr[^>]*data-testid="\w+-line".*?</tr>', shown, re.DOTALL)
    return [re.search(r'<span class="number">(\S+)</span>', row)[1] for row in rows]


def table(response):
    assert response.status_code == 200
    return lines(response.getvalue())


def lines(body):
    body = body.decode()
    assert body.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(body.removeprefix("\ufeff"))))


def about(world, label, ref, party=None):
    """A notice whose measure is about this object."""
    return world.notice(party, measures=[make.measure(world.now, object_label=label, object_ref=ref)])


def test_a_notice_is_found_by_number_product_order_and_words(world):
    first = about(world, "手工茶杯", "SKU-1")
    second = about(world, "羊毛围巾", "ORDER-77")
    foreign = about(world, "手工茶杯", "SKU-1", world.other_merchant)
    client = browser(world.alice)
    assert set(found(client, "/notices/")) == {first.number, second.number}
    for words, wanted in {
        first.number: [first],
        first.number.lower(): [first],
        "茶杯": [first],
        "order-77": [second],
        first.external_ref: [first],
        "围巾 茶杯": [],
        "100%": [],
        "_": [],
    }.items():
        assert found(client, f"/notices/?q={words.replace('%', '%25')}") == [each.number for each in wanted], words
    assert set(found(client, f"/notices/?q={first.facts[:2]}")) == {first.number, second.number}
    assert found(client, f"/notices/?q={foreign.number}") == []


def test_notices_are_narrowed_by_state_kind_and_day(world):
    appealed, plain = world.notice(), world.notice()
    make.file(world.alice, appealed, now=clock.now())
    client = browser(world.alice)
    assert found(client, "/notices/?state=UNDER_APPEAL") == [appealed.number]
    assert found(client, "/notices/?state=IN_FORCE") == [plain.number]
    assert len(found(client, "/notices/?state=nonsense&kind=nonsense")) == 2
    axis = Measure.objects.filter(notice=plain).values_list("type__axis", flat=True)[0]
    assert len(found(client, f"/notices/?kind={axis}")) == 2
    other = next(each for each in ("SERVICE", "ACCOUNT") if each != axis)
    assert found(client, f"/notices/?kind={other}") == []
    today = timezone.localtime(Notice.objects.get(pk=plain.pk).served_at, BEIJING).date()
    assert len(found(client, f"/notices/?from={today}&to={today}")) == 2
    assert found(client, f"/notices/?from={today + timedelta(days=1)}") == []
    assert found(client, f"/notices/?to={today - timedelta(days=1)}") == []
    for wrong in ("5.3.2026", "9999-01-01", "2026-13-01"):
        assert "2026-03-05" in text(client.get(f"/notices/?from={wrong}")), "it says how a day is written"


def test_the_filter_stays_in_the_address_from_page_to_page(world, monkeypatch):
    monkeypatch.setattr(declaring, "MOST", 2)
    mine = [about(world, "手工茶杯", "SKU-1") for _ in range(5)]
    about(world, "羊毛围巾", "SKU-2")
    client, seen, path = browser(world.alice), [], "/notices/?q=茶杯&state=IN_FORCE"
    while path:
        seen += found(client, path)
        older = re.search(r'href="([^"]+)" rel="next"', text(client.get(path)))
        path = "/notices/" + older[1].replace("&amp;", "&") if older else ""
    assert seen == [each.number for each in reversed(mine)]


def test_an_appeal_is_found_and_narrowed(world):
    one, two = (about(world, label, "SKU") for label in ("手工茶杯", "羊毛围巾"))
    first = make.file(world.alice, one, now=clock.now())
    second = make.file(world.alice, two, now=clock.now())
    ready = make.ready_to_decide(world.rita, second, now=clock.now())
    make.decide(world.rita, ready, now=clock.now(), outcome="OVERTURNED")
    client = browser(world.alice)
    for query, wanted in {
        "q=茶杯": [first],
        f"q={first.number}": [first],
        f"q={two.number}": [second],
        "state=open": [first],
        "state=decided": [second],
        "state=yours": [],
        "kind=OVERTURNED": [second],
        "kind=UPHELD": [],
        "state=decided&kind=OVERTURNED": [second],
        "state=open&kind=OVERTURNED": [],
    }.items():
        assert found(client, f"/appeals/?{query}") == [each.number for each in wanted], query
    assert found(browser(world.bob), "/appeals/?q=茶杯") == []


@pytest.mark.parametrize("few", [0, 100])
def test_a_reviewer_finds_what_they_held_or_viewed_be_it_few_or_many(world, monkeypatch, few):
    monkeypatch.setattr("appeals.queries.cases.FEW", few)
    now = clock.now()
    own, viewed, of_another, open_ = (make.file(world.alice, world.notice(officer=""), now=now) for _ in range(4))
    make.decide(world.rita, make.ready_to_decide(world.rita, own, now=now), now=now, outcome="OVERTURNED")
    appeals.release_appeal(actor=world.rita, ref=make.ready_to_decide(world.rita, viewed, now=now).ref, now=now)
    for each in (viewed, of_another):
        make.decide(world.rosa, make.ready_to_decide(world.rosa, each, now=now), now=now, outcome="OVERTURNED")
    client = staff_browser(world.rita)

    for query in ("state=decided", "kind=OVERTURNED", "state=decided&kind=OVERTURNED"):
        assert found(client, f"/appeals/?{query}") == [viewed.number, own.number], query
    assert found(client, "/appeals/?state=open") == [open_.number]
    assert found(client, "/appeals/?state=closed") == []


def test_a_dispute_is_found_and_narrowed(court):
    one, two = court.open(title="手工茶杯", ref="ORD-Xy1"), court.open(title="羊毛围巾", ref="ORD-Zz2")
    claimant = browser(court.claimant_of(one.ground))
    for query, wanted in {
        "q=茶杯": [one],
        "q=ord-xY1": [one],
        f"q={two.number}": [two],
        "state=talking": [two, one],
        "state=closed": [],
        "kind=brought": [two, one],
        "kind=answered": [],
    }.items():
        assert found(claimant, f"/disputes/?{query}") == [each.number for each in wanted], query


def test_every_state_is_on_one_chip():
    assert sorted(state for states in OF_APPEALS.values() for state in states) == sorted(AppealState)
    assert sorted(state for states in OF_DISPUTES.values() for state in states) == sorted(DisputeState)


def test_ones_own_list_is_saved_as_asked_for(world):
    first = about(world, "=HYPERLINK(1)", "SKU-1")
    second = about(world, "羊毛围巾", "SKU-2")
    world.notice(world.other_merchant)
    make.file(world.alice, second, now=clock.now())
    client = browser(world.alice)
    rows = table(client.get("/notices/?as=csv"))
    assert [row["Number"] for row in rows] == [second.number, first.number]
    assert rows[1]["Objects"] == "'=HYPERLINK(1)", "a spreadsheet must not compute it"
    assert [row["Number"] for row in table(client.get("/notices/?as=csv&q=围巾"))] == [second.number]
    assert [row["Notice"] for row in table(client.get("/appeals/?as=csv"))] == [second.number]
    assert table(browser(world.bob).get("/notices/?as=csv")) == []
    shown = text(client.get("/notices/?q=围巾"))
    assert re.search(r'href="\?q=[^"]+&amp;as=csv" download', shown)
    for path in ("/notices/", "/appeals/", "/disputes/"):
        assert browser().get(f"{path}?as=csv").status_code == 302


def test_a_list_is_saved_piece_by_piece(world, monkeypatch):
    """No more rows are held than go into a piece, and each is in the reader's language and of the list's order."""
    monkeypatch.setattr(files, "PIECE", 2)
    numbers = [world.notice().number for _ in range(5)][::-1]
    answer = browser(world.alice).get("/notices/?as=csv")
    with translation.override("zh-hans"):  # the request is over by the time that the file is read
        pieces = list(answer.streaming_content)
        assert translation.get_language() == "zh-hans"
    assert [piece.count(b"\r\n") for piece in pieces] == [1, 2, 2, 1]
    assert [(row["Number"], row["State"]) for row in lines(b"".join(pieces))] == [
        (each, "in force") for each in numbers
    ]


@pytest.mark.parametrize("settled", [1, 2, 3, 5, 100])
def test_a_list_is_saved_whole_however_many_rows_it_has(world, monkeypatch, settled):
    monkeypatch.setattr(files, "SETTLED", settled)
    numbers = [world.notice().number for _ in range(5)][::-1]
    assert [row["Number"] for row in table(browser(world.alice).get("/notices/?as=csv"))] == numbers


def test_a_workbook_that_is_full_says_so(world, monkeypatch):
    numbers = [world.notice().number for _ in range(5)][::-1]
    monkeypatch.setattr(files, "MOST_LINES", 4)
    monkeypatch.setattr(files, "PIECE", 2)
    with zipfile.ZipFile(io.BytesIO(browser(world.alice).get("/notices/?as=xlsx").getvalue())) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row>") == 4
    assert [number in sheet for number in numbers] == [True, True, False, False, False]
    assert "The CSV file has all of them." in sheet


def test_a_file_says_moments_with_their_offset_and_the_codes_of_words(world, court):
    appeal = make.file(world.alice, world.notice(), now=clock.now())
    item = appeal.items.get()
    (row,) = table(browser(world.alice).get("/appeals/?as=csv"))
    filed = timezone.localtime(appeal.filed_at, BEIJING)
    assert row["Filed"] == f"{filed:%Y-%m-%d %H:%M}"
    assert row["Filed (ISO 8601)"] == filed.isoformat(timespec="seconds")
    assert row["Filed (ISO 8601)"].endswith("+08:00")
    assert (row["Ground (code)"], row["Measure (code)"]) == (appeal.ground, item.measure.type_id)
    (queued,) = table(staff_browser(world.rita).get("/workbench/queue/?as=csv"))
    assert (queued["Language (code)"], queued["Ground (code)"]) == (appeal.language, appeal.ground)
    assert queued["Filed (ISO 8601)"] == row["Filed (ISO 8601)"]
    one = court.open()
    (row,) = table(browser(court.claimant_of(one.ground)).get("/disputes/?as=csv"))
    assert row["Ground (code)"] == one.ground.slug


def test_a_list_is_saved_as_servers_send_it(world, monkeypatch):
    """Over ASGI: each piece is made in the thread that has the connection to the database."""
    monkeypatch.setattr(files, "PIECE", 2)
    numbers = [world.notice().number for _ in range(3)][::-1]
    signed_in = browser(world.alice)

    async def saved():
        client = AsyncClient(headers={"accept-language": "en"})
        client.cookies = signed_in.cookies
        answer = await client.get("/notices/?as=csv")
        return [piece async for piece in answer.streaming_content]

    pieces = async_to_sync(saved)()
    assert len(pieces) == 3
    assert [row["Number"] for row in lines(b"".join(pieces))] == numbers


def test_a_dispute_list_is_saved(court):
    one = court.open()
    client = browser(court.claimant_of(one.ground))
    (row,) = table(client.get("/disputes/?as=csv"))
    assert (row["Number"], row["Order"], row["Product"]) == (one.number, one.order_ref, one.order_title)


@pytest.mark.parametrize("path", ["/notices/", "/appeals/"])
def test_staff_who_see_everybodys_find_by_words_of_two_characters(world, path):
    """Of a million rows the index names those to read; one character has no place in it."""
    mine = about(world, "手工茶杯", "SKU-1"), about(world, "羊毛围巾", "SKU-2")
    foreign = about(world, "杯茶工手", "SKU-3", world.other_merchant)  # other pairs of the same characters
    cases = [*mine, foreign]
    if path == "/appeals/":
        cases = [make.file(who, each, now=clock.now()) for who, each in zip([world.alice] * 2, mine, strict=True)]
    client = staff_browser(make.staff("compliance", now=clock.now()))
    label = mine[0].measures.get().type.label
    for words, wanted in {
        "茶杯": cases[:1],
        "手工茶杯": cases[:1],
        "茶杯 围巾": [],
        "杯": [],
        cases[0].number: cases[:1],
        cases[0].number.lower(): cases[:1],
        label[:2]: cases,  # the type of a measure, by the name that it has now
        "䶮䶯": [],
    }.items():
        assert set(found(client, f"{path}?q={words}")) == {each.number for each in wanted}, words
    with CaptureQueriesContext(connection) as asked:
        found(client, f"{path}?q=茶杯")
    assert not [each for each in asked if "茶杯" in each["sql"] and "LIKE" in each["sql"]]


def test_of_everybodys_the_newest_are_looked_through_and_the_page_says_so(world, monkeypatch):
    """A party's own are all found, however many others there are."""
    old, new = about(world, "手工茶杯", "SKU-1"), about(world, "旅行茶杯", "SKU-2")
    monkeypatch.setattr(searching, "MOST", 1)
    staff = staff_browser(make.staff("compliance", now=clock.now()))

    assert found(staff, "/notices/?q=茶杯") == [new.number]
    assert 'data-testid="newest-alone"' in text(staff.get("/notices/?q=茶杯"))
    assert set(found(browser(world.alice), "/notices/?q=茶杯")) == {old.number, new.number}
    assert 'data-testid="newest-alone"' not in text(browser(world.alice).get("/notices/?q=茶杯"))


def test_an_address_that_names_nothing_is_no_mistake_of_ours(world):
    """PostgreSQL takes no NUL, and no moment far from today."""
    notice, client = about(world, "手工茶杯", "SKU-1"), browser(world.alice)
    filing = {"ground": "facts_wrong", "to": "submit"}
    for named in ({"n": "a\x00b"}, {"notices": f"a\x00b,{notice.ref}"}):
        assert client.post("/appeals/together/say/", filing | named).status_code == 400
    far = ("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2026-11-25T02:00:00", "2026-11-25T02:00:00+23:59")
    for batch in (*far, "2026-13-45"):
        assert 'data-testid="fit-line"' not in text(client.get("/appeals/together/", {"batch": batch})), batch
    staff = staff_browser(make.staff("compliance", now=clock.now()))
    for path in ("groups/x%00", "second-looks/x%00", "disputes/x%00", "disputes/x%00/letter"):
        assert staff.get(f"/workbench/{path}/").status_code == 404, path


def test_what_a_search_finds_is_the_readers_own_even_where_the_index_says_otherwise(world):
    foreign = about(world, "手工茶杯", "SKU-1", world.other_merchant)
    kept = NOTICES.documents([foreign.pk])
    searching.keep(NOTICES, {foreign.pk: f"{kept[foreign.pk]} p{world.merchant.pk}"})  # as if it were theirs
    assert found(browser(world.alice), "/notices/?q=茶杯") == []


def test_an_appeal_is_found_by_the_corrected_text_of_its_notice(world):
    notice = about(world, "手工茶杯", "SKU-1")
    appeal = make.file(world.alice, notice, now=clock.now())
    appeals.withdraw_appeal(actor=world.alice, ref=appeal.ref, now=clock.now())
    amendment = notices.Amendment(facts="更正后的事实写明了䔎䔏二字，其余不变。", why="原文有误")
    notices.amend_notice(actor=world.platform, ref=notice.ref, amendment=amendment, now=clock.now())
    client = browser(world.alice)
    assert found(client, "/notices/?q=䔎䔏") == [notice.number]
    for message in OutboxMessage.objects.filter(event__type="notice.amended"):
        outbox.deliver(message.pk, now=clock.now())
    assert found(client, "/appeals/?q=䔎䔏") == [appeal.number]


def test_the_index_is_made_anew_as_commands_keep_it(world, court):
    make.file(world.alice, about(world, "手工茶杯", "SKU-1"), now=clock.now())
    court.open()

    def everything():
        column, key = ("said", "id") if connection.vendor == "postgresql" else ("1", "rowid")
        with connection.cursor() as cursor:
            for each in searching.declared():
                cursor.execute(f"SELECT {key}, {column} FROM {each.table} ORDER BY 1")
                yield each.cases, cursor.fetchall()

    kept = dict(everything())
    assert len(kept) == 5
    assert all(kept.values())
    out = io.StringIO()
    call_command("index_search", stdout=out, stderr=out)
    assert out.getvalue().split() == [word for cases in kept for word in (cases, "0")], "nothing was missing"
    call_command("index_search", "--anew", stdout=out, stderr=out)
    assert dict(everything()) == kept


@pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite alone")
def test_an_older_sqlite_finds_the_same(world, monkeypatch):
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 40, 1))
    cup = about(world, "手工茶杯", "SKU-1")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {NOTICES.table}")
        searching.install()
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [NOTICES.table])
        assert "contentless" not in cursor.fetchone()[0]

    searching.keep(NOTICES, NOTICES.documents([cup.pk]))
    client = browser(world.alice)
    assert found(client, "/notices/?q=茶杯") == [cup.number]
    searching.keep(NOTICES, {cup.pk: searching.document(["别的"], parties=[cup.party_id])})
    assert found(client, "/notices/?q=茶杯") == []


@pytest.mark.parametrize("path", ["/notices/?", "/appeals/?", "/notices/?as=csv&", "/appeals/?as=csv&"])
def test_a_list_costs_at_most_twelve_statements_however_narrowed(world, path):
    client, counts = browser(world.alice), []
    query = "q=茶杯&from=2026-01-01"
    for more in (1, 6):
        for _ in range(more):
            make.file(world.alice, about(world, "手工茶杯", "SKU-1"), now=clock.now())
        client.get(path + query).getvalue()
        with CaptureQueriesContext(connection) as asked:
            client.get(path + query).getvalue()
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12


def test_a_list_of_disputes_costs_at_most_twelve_statements(court):
    counts = []
    for more in (1, 6):
        for _ in range(more):
            dispute = court.open()
        client = browser(court.claimant_of(dispute.ground))
        client.get("/disputes/?q=D")
        with CaptureQueriesContext(connection) as asked:
            client.get("/disputes/?q=D")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
