"""The fields of an answer follow from the columns that it shows; what is no plain value is declared, or refused."""

import pytest
from rest_framework import serializers

from casework.named import Described
from disputes.described import DETERMINATION, OFFER
from disputes.models import Determination, Dispute, Offer, OfferState, RecordPull
from disputes.queries import FactView
from surfaces.api.described import Output, columns
from surfaces.api.serializers import Code


class ShownOfferOutput(Output):
    shown = columns(OFFER, without=("note",), meets_claim="It gives what was claimed.")
    remedy = serializers.CharField()  # a field that the output declares itself counts first


def kinds(fields):
    return {name: (type(field), field.allow_null) for name, field in fields.items()}


def test_kind_codes_and_null_are_the_columns():
    fields = ShownOfferOutput().fields

    assert list(fields)[:4] == ["no", "side", "by_system", "amount"]
    assert "note" not in fields
    assert kinds(fields).items() >= {
        ("made_at", (serializers.DateTimeField, False)),
        ("ended_at", (serializers.DateTimeField, True)),
        ("remedy", (serializers.CharField, False)),
        ("state", (Code, False)),
    }
    assert list(fields["state"].words) == OfferState.values
    assert fields["amount"].shape.allow_null
    assert fields["meets_claim"].help_text == "It gives what was claimed."


def test_what_is_reached_through_another_row_has_its_last_name_and_its_kind():
    fields = columns(FactView, lambda v: (v.fact.row.key, v.fact.established, v.closes_at, v.yours)).fields

    assert fields["key"].source == "fact.row.key"
    assert kinds(fields) == {
        "key": (serializers.CharField, False),
        "established": (serializers.BooleanField, True),
        "closes_at": (serializers.DateTimeField, True),
        "yours": (serializers.BooleanField, False),
    }


def test_words_about_a_column_that_is_not_shown_are_refused():
    with pytest.raises(TypeError, match="no columns for the words about \\['sum'\\]"):
        columns(Determination, lambda d: (d.round,), sum="In fen.")


def test_a_column_that_is_no_plain_value_needs_a_field():
    with pytest.raises(TypeError, match="PulledOutput declares no field for \\['kinds'\\]"):
        type("PulledOutput", (Output,), {"shown": columns(RecordPull, lambda p: (p.ref, p.kinds))})


def test_a_description_says_each_thing_by_its_last_name():
    row = Offer(no=2, dispute=Dispute(number="D-1"))

    assert Described(Offer, lambda o: (o.no, o.dispute.number))(row) == {"no": 2, "number": "D-1"}
    assert ("check_code",) in DETERMINATION.paths
