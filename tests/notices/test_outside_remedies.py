"""Where else a party can turn is said by who it is: a complaint to 12315 is for consumers, who trades reports."""

from types import SimpleNamespace

import pytest
from django.utils import translation

from accounts.models import PartyKind
from archive import letters
from disputes.default_table import GROUNDS
from disputes.queries.letter import _disagree
from notices.api.serializers import outside_remedies
from tests.disputes.test_law_of_an_order import sentences

FOR_CONSUMERS = (
    "a complaint to 12315",
    "You can also complain to 12315, or use mediation",
    "You can also complain to 12315, or turn to mediation",
)
"""What a consumer alone reads: the tests here say so of each."""


@pytest.mark.parametrize(("kind", "complains"), [(PartyKind.CONSUMER, True), (PartyKind.MERCHANT, False)])
def test_only_a_consumer_is_sent_to_12315(kind, complains):
    with translation.override("zh-hans"):
        ways = outside_remedies(SimpleNamespace(party=SimpleNamespace(kind=kind)))
        letter = letters.elsewhere(consumer=complains)
    for words in ("".join(ways), letter):
        assert ("12315" in words) is complains
        assert ("举报" in words) is not complains


def test_a_letter_that_both_read_names_both_ways():
    with translation.override("zh-hans"):
        words = letters.elsewhere(consumer=None)
    assert "消费者可以向12315投诉" in words
    assert "商家可以向市场监管部门举报" in words


@pytest.mark.parametrize(
    ("slug", "says", "never"),
    [
        ("not_received", ["消费者可以向12315投诉", "商家可以向市场监管部门举报"], []),
        ("merchant_measure", ["您还可以向市场监管部门举报"], ["12315"]),
        ("consumer_restriction", ["您还可以向12315投诉"], ["举报"]),
        ("ip_notice", ["知识产权主管部门"], ["12315"]),
    ],
)
def test_a_letter_of_a_dispute_names_the_ways_of_its_sides_and_matter(slug, says, never):
    ground = next(each for each in GROUNDS if each.slug == slug)
    determination = SimpleNamespace(dispute=SimpleNamespace(ground=ground), round=2)
    with translation.override("zh-hans"):
        words = "".join(_disagree(determination))
    assert all(each in words for each in says)
    assert not [each for each in never if each in words]


def test_12315_is_named_only_where_it_is_said_that_it_is_for_consumers():
    for english, chinese in sentences():
        assert "12315" not in english or "onsumer" in english or english.startswith(FOR_CONSUMERS), english
        assert "12315" not in chinese or "消费者" in chinese or english.startswith(FOR_CONSUMERS), chinese
