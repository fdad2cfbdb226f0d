"""Law articles: what was recorded stays, and only a wording that somebody has read is quoted."""

from datetime import date, timedelta

import pytest

from accounts.models import User
from casework.errors import Invalid
from rules.commands import record_law_article
from rules.models import LawArticle
from rules.queries import article_in_force, law_articles
from tests import factories as make
from tests.laws import assert_refused

KEY = ("CN-ECL-2018", "38")
WORDING = {
    "text_zh": "电子商务平台经营者知道的，应当采取必要措施。",
    "text_en": "A platform operator that knows shall take the necessary measures.",
    "source": "全国人民代表大会常务委员会公报 2018年第5号",
    "read_from": "OFFICIAL",
    "read_on": date(2026, 11, 1),
}


def record(actor, **changes):
    values = {
        "instrument": KEY[0],
        "article": KEY[1],
        "name_zh": "电子商务法",
        "name_en": "E-Commerce Law",
        "gist_zh": "平台知道侵害的,应当采取措施。",
        "gist_en": "A platform that knows of harm must act.",
        "in_force_from": date(2019, 1, 1),
    }
    return record_law_article(actor=actor, **values | changes)


def recorded():
    return law_articles([KEY])[KEY]


def on_the_law(world, now):
    basis = make.notices.BasisDraft(kind="LAW", instrument=KEY[0], article=KEY[1])
    return make.issue(world.platform, make.draft(world.merchant, world.rule, now=now, basis=[basis]), now=now)


def test_what_was_recorded_stays_and_the_same_again_adds_nothing(world):
    first = recorded()[0]
    assert record(world.platform) == first

    better = record(world.platform, gist_en="A platform that knows of harm must take measures.")

    assert [row.pk for row in recorded()] == [first.pk, better.pk]
    assert article_in_force(recorded(), date(2026, 1, 1)) == better


def test_conduct_is_judged_by_the_article_as_it_read_that_day(world):
    amended = record(world.platform, gist_en="As amended.", in_force_from=date(2027, 1, 1))
    corrected = record(world.platform, gist_en="Better said.")

    found = [article_in_force(recorded(), day) for day in (date(2018, 12, 31), date(2026, 12, 31), date(2027, 1, 1))]

    assert found == [None, corrected, amended]


@pytest.mark.parametrize("left_out", ["text_zh", "source", "read_from", "read_on"])
def test_a_wording_comes_with_where_and_when_it_was_read(world, left_out):
    with pytest.raises(Invalid) as refused:
        record(world.platform, **WORDING | {left_out: None if left_out == "read_on" else ""})

    assert [error.pointer for error in refused.value.errors] == [f"/{left_out}"]
    assert LawArticle.objects.count() == 1


def test_a_doubt_is_said_in_chinese_too(world):
    with pytest.raises(Invalid) as refused:
        record(world.platform, doubt_en="The number may have changed.")

    assert [error.pointer for error in refused.value.errors] == ["/doubt_zh"]
    values = {"instrument": "CN-X", "article": "1", "in_force_from": date(2026, 1, 1), "doubt_en": "doubtful"}
    assert_refused("law_article_says_its_doubt_in_chinese", lambda: LawArticle.objects.create(**values))


def test_our_own_words_are_never_shown_as_the_wording_of_the_law(world, now):
    notice = on_the_law(world, now)
    basis = notice.bases.get()

    assert basis.is_gist
    assert "“" not in basis.sentence
    assert basis.sentence.endswith(basis.text)


def test_a_wording_that_was_read_is_quoted_and_a_notice_keeps_what_it_quoted(world, now):
    before = on_the_law(world, now)
    record(world.platform, **WORDING)
    after = on_the_law(world, now)

    assert not after.bases.get().is_gist
    assert after.bases.get().sentence.endswith(f"“{after.bases.get().text}”")
    assert (after.bases.get().text_zh, after.bases.get().text_en) == (WORDING["text_zh"], WORDING["text_en"])
    assert before.bases.get().is_gist


def test_an_article_counts_from_the_beginning_of_its_day_in_beijing(world, now):
    record(world.platform, gist_en="As amended.", in_force_from=date(2026, 11, 24))
    basis = [make.notices.BasisDraft(kind="LAW", instrument=KEY[0], article=KEY[1])]
    midnight = now.replace(day=23, hour=16, minute=0)  # in UTC
    drafts = [
        make.draft(world.merchant, world.rule, now=now, basis=basis, conduct_at=midnight - before)
        for before in (timedelta(microseconds=1), timedelta())
    ]

    quoted = [make.issue(world.platform, draft, now=now).bases.get().law_article.in_force_from for draft in drafts]

    assert quoted == [date(2019, 1, 1), date(2026, 11, 24)]


def test_the_page_says_whose_words_they_are(world, now, client):
    notice = on_the_law(world, now)
    client.force_login(User.objects.get(pk=world.alice.person))

    page = client.get(f"/notices/{notice.ref}/").content.decode()

    assert "法条大意，并非原文" in page
