"""What a page weighs on a phone that has nothing of it yet, and what is compressed on the way."""

import gzip
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests import factories as make
from tests.pages import browser

pytestmark = pytest.mark.once

MOST = 90 * 1024  # bytes: at 400 kbit/s within two seconds
LOADED = re.compile(r'(?:href|src)="/static/([^"#?]+)')
GZIP = {"accept-encoding": "gzip, br"}


def cold(client: Client, path: str) -> int:
    """The bytes of the page and of all that it loads, as they are sent."""
    answer = client.get(path, headers=GZIP)
    assert answer.status_code == 200, path
    page = answer.content if "Content-Encoding" not in answer else gzip.decompress(answer.content)
    files = [settings.BASE_DIR / "static" / name for name in sorted(set(LOADED.findall(page.decode())))]
    loaded = {each.name: len(gzip.compress(each.read_bytes(), 6)) for each in files if each.suffix != ".png"}
    return len(answer.content) + sum(loaded.values())


def test_a_party_s_pages_are_light_when_nothing_of_them_is_known(world: Any) -> None:
    appeal = make.file(world.alice, world.notice(), now=world.now)
    client = browser(world.alice)
    notice = appeal.notice.ref
    for path in ("/", "/disputes/", f"/notices/{notice}/", f"/appeals/{appeal.ref}/", "/call-back/"):
        assert cold(client, path) <= MOST, path
    assert cold(Client(), "/account/login/") <= MOST


def test_the_room_of_a_dispute_is_light_too(court: Any) -> None:
    dispute = court.joined("not_as_described")
    for path in (f"/disputes/{dispute.ref}/", f"/disputes/{dispute.ref}/facts/1/"):
        assert cold(browser(court.alice), path) <= MOST, path


def test_what_holds_no_secret_is_compressed_and_nothing_else(world: Any) -> None:
    stranger, alice = Client(headers=GZIP), browser(world.alice)
    assert stranger.get("/account/login/")["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in Client().get("/account/login/")
    assert "Content-Encoding" not in alice.get("/", headers=GZIP), "its size would tell of what it shows (BREACH)"
    assert "Content-Encoding" not in stranger.get("/api/v1/rules", headers=GZIP)
