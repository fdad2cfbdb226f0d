"""Where else a party can turn is said by who it is: a complaint to 12315 is for consumers, who trades reports."""

from types import SimpleNamespace

import pytest
from django.utils import translation

from accounts.models import PartyKind
from archive import letters
from notices.api.serializers import outside_remedies


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
