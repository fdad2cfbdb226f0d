"""The pages about figures, for staff and for everybody."""

import pytest

from tests import factories as make
from tests.appeals.test_workbench import browser
from tests.pages import text_of
from tests.transparency.closing import close

pytestmark = pytest.mark.once


@pytest.fixture
def carl(world, now):
    for outcome in ("OVERTURNED", "UPHELD"):
        filed = make.file(world.alice, world.notice(), now=now)
        make.decide(world.rita, make.ready_to_decide(world.rita, filed, now=now), now=now, outcome=outcome)
    make.file(world.alice, world.notice(), now=now)
    close(now)
    return browser(world.carl)


def test_smoke(carl, world):
    for url in ("/workbench/figures/", "/workbench/figures/appeals-changed/", "/workbench/figures/appeals-time/?by=officer", "/workbench/figures/appeals-changed/cases/", "/workbench/figures/appeals-changed/cases/?part=1", "/workbench/figures/remedies-late/cases/", "/workbench/figures/all/days/","/workbench/figures/appeals-changed/days/","/workbench/figures/all/days/?as=csv","/workbench/figures/appeals-open/", "/workbench/figures/appeals-changed/?only=ground:facts_wrong", "/figures/","/"):
        r = carl.get(url)
        print(url, r.status_code)
        body = b"".join(r.streaming_content) if r.streaming else r.content
        if "csv" in url: print(body.decode()[:600])
        elif r.status_code==200: print(text_of(r)[-1800:])
    r = browser(None) if False else carl.get("/api/v1/figures"); print(r.status_code, r.content[:900])
    r = carl.get("/api/v1/figures/appeals-changed?cut=ground"); print(r.status_code, r.content[:1900])
    assert 0
