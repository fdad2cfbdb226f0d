"""The whole way over HTTP: each side's pages, the console, REST, and what everybody reads."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from casework import deadlines, outbox
from infringements.models import Infringement
from notices.models import Notice
from tests import factories as make
from tests.infringements.claiming import WORDS, picture
from tests.pages import browser, living, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]


now = living(minutes=5)


def sent(client, address, **fields):
    """Sends the form of the page as its reader would, with the version and key that it carries."""
    shown = client.get(address)
    assert shown.status_code == 200, (address, shown.status_code)
    inputs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page_of(shown))
    return client.post(address, dict(inputs) | fields)


def files(name):
    file, name = picture(name)
    file.name = name
    return file


def test_from_the_right_holders_notice_to_the_end_of_the_15_days(claiming, world, now):
    bob, alice, carl = browser(world.bob), browser(world.alice), browser(world.carl)
    words = {name: str(value).lower() if value is True else value for name, value in WORDS.items()}
    made = sent(bob, "/infringements/new/", **words | {"merchant": world.merchant.ref, "links": ""})
    case = Infringement.objects.get()
    page = f"/infringements/{case.ref}/"
    assert made.headers["Location"] == page
    text = bob.get(page).content.decode()
    assert 'data-testid="missing"' in text
    assert "Where the goods are" in text
    assert alice.get(page).status_code == 404
    sent(bob, f"{page}complete/", **words | {"merchant": world.merchant.ref, "files": files("mark.png")})
    case.refresh_from_db()
    assert case.state == "RECEIVED"

    desk = f"/workbench/infringements/{case.ref}/"
    assert carl.get("/workbench/infringements/?tab=decide").status_code == 200
    assert carl.get(desk).status_code == 200
    accepted = {"measure": "delist", "object_ref": "8812", "scope": "商品不可搜索、不可购买"}
    accepted |= {"facts": "权利人通知称商品使用了其注册商标。", "reasons": "注册证与截图一致，初步证据成立。"}
    assert sent(carl, f"{desk}accept/", **accepted).headers["Location"] == desk
    outbox.sweep(now=now)
    case.refresh_from_db()
    notice = Notice.objects.get(pk=case.notice_id)
    read = alice.get(page).content.decode()
    assert 'data-testid="two-ways"' in read
    assert WORDS["contact"] in read
    assert 'data-testid="claim"' in alice.get(f"/notices/{notice.ref}/").content.decode()

    said = {"merchant_name": "云上数码有限公司", "merchant_contact": "上海市某路2号", "statement": "有授权书。"}
    assert sent(alice, f"{page}state/", **said).status_code == 400  # without a file, and with what was typed
    assert sent(alice, f"{page}state/", **said | {"files": files("licence.png")}).headers["Location"] == page
    case.refresh_from_db()
    read = bob.get(page).content.decode()
    assert 'data-testid="sue"' in read
    assert "上海市某路2号" in read
    deadlines.fire_due(now=case.silence_at + timedelta(minutes=1))
    case.refresh_from_db()
    assert (case.state, Notice.objects.get(pk=notice.pk).state) == ("LIFTED", "REVOKED")
    assert 'data-turn="nobody"' in alice.get(page).content.decode()
    assert bob.get("/infringements/").status_code == 200
    everybody = Client().get("/public-infringements/").content.decode()
    assert case.number in everybody
    assert "云上数码" in everybody
    for private in (WORDS["contact"], WORDS["evidence"], WORDS["holder_name"], "上海市某路2号"):
        assert private not in everybody


def test_every_page_of_every_step_opens_in_both_languages(claiming, world):
    steps = ("incomplete", "filed", "accepted", "stated", "sued", "asked", "answered", "found", "concluded")
    sides = {lang: [browser(who, lang) for who in (world.bob, world.alice, world.carl)] for lang in ("en", "zh-hans")}
    for step in steps:
        case = claiming.at(step)
        for bob, alice, carl in sides.values():
            assert bob.get(f"/infringements/{case.ref}/").status_code == 200, step
            assert alice.get(f"/infringements/{case.ref}/").status_code == (200 if case.notice_id else 404), step
            desk = carl.get(f"/workbench/infringements/{case.ref}/")
            assert desk.status_code == 200, step
            for link in re.findall(r'href="(/workbench/infringements/[^"]+)"', page_of(desk)):
                opened = carl.get(link)
                assert opened.status_code == 200, link
                assert not opened.streaming or opened.getvalue()
    first = Infringement.objects.filter(files__isnull=False).first()
    served = sides["en"][0].get(f"/files/infringements/{first.ref}/1")
    assert (served.status_code, bool(served.getvalue())) == (200, True)


def test_strangers_meet_nothing_on_any_surface(claiming, world, now):
    case = claiming.stated()
    other = make.member(make.make_party(world.client, "CONSUMER", "别家", now=now), now=now, name="zoe")
    executor = make.member(make.make_party(world.client, "EXECUTOR", "代运营", now=now), now=now, name="xu")
    addresses = [f"/infringements/{case.ref}/", f"/infringements/{case.ref}/withdraw/"]
    addresses += [f"/files/infringements/{case.ref}/1", f"/api/v1/infringements/{case.ref}"]
    addresses += [f"/api/v1/infringements/{case.ref}/files/1"]
    for who in (world.eve, other, executor):
        client = browser(who)
        assert [client.get(address).status_code for address in addresses] == [404] * len(addresses)
        assert case.number not in client.get("/infringements/").content.decode()
        assert client.get("/api/v1/infringements").json()["items"] == []
        assert client.get(f"/workbench/infringements/{case.ref}/").status_code in (403, 404)
    anonymous = Client()
    assert all(anonymous.get(address).status_code in (302, 401) for address in addresses)
    assert browser(world.rita).get(f"/workbench/infringements/{case.ref}/").status_code in (403, 404)
