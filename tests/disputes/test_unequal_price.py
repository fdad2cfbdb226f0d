"""Who was charged more than others for the same thing reads what the platform recorded of that minute."""

from datetime import timedelta

from rules import commands as rules
from tests.pages import Visitor

GOODS = "https://hemart.example/goods/1033"
SHOWN = 'data-testid="price-stated"'


def told(court, *, actor=None, at=timedelta(), goods=GOODS):
    """The platform told of two prices for these goods, around the minute of the order."""
    rows = [
        {
            "goods": goods,
            "conditions": "1件",
            "shown_at": court.now - timedelta(days=10) + at,
            "audience": audience,
            "price_minor": price,
        }
        for audience, price in (("NEW", 24900), ("RETURNING", 29900))
    ]
    rules.record_prices(actor=actor or court.platform, observations=rows, now=court.now)


def seen(court, dispute):
    """What both sides of the room and the mediator's page say of prices."""
    pages = [Visitor(court.bob).sees(f"/disputes/{dispute.ref}/")]
    pages.append(Visitor(court.mia).sees(f"/workbench/disputes/{dispute.ref}/"))
    return [page.count(SHOWN) for page in pages]


def test_a_dispute_of_this_ground_shows_what_was_recorded_of_that_minute(court):
    told(court)
    told(court, at=timedelta(minutes=1))
    told(court, goods="https://hemart.example/goods/1034")
    dispute = court.joined("unequal_price", product_url=GOODS)

    assert [(each.audience, each.price_minor) for each in dispute.prices_stated] == [
        ("NEW", 24900),
        ("RETURNING", 29900),
    ]
    assert seen(court, dispute) == [2, 2]


def test_another_ground_and_goods_of_which_nothing_was_told_show_nothing(court):
    told(court)
    for slug, said in (("price", GOODS), ("unequal_price", ""), ("unequal_price", GOODS + "0")):
        assert list(court.joined(slug, product_url=said).prices_stated) == []
