"""Odd ways to write a sum: none is read as another one, on any form and at any endpoint that takes money."""

# ruff: noqa: SIM905  a list of odd words is easier to read as one

import json
import uuid
from decimal import Decimal

import pytest
from django.test import Client
from rest_framework.exceptions import ValidationError

import appeals.inputs
import executors.inputs.incidents
import executors.inputs.registry
import notices.inputs
import rules.inputs
from accounts.models import User
from console.disputes.forms import Work
from disputes.ceilings import ceiling_of_claim
from disputes.models import Dispute, Obligation, Offer
from disputes.web.forms import RemedyForm
from surfaces.api.inputs import Fen, Input
from surfaces.forms import fen
from surfaces.input_forms import KINDS, read_fen
from tests.disputes.test_pages import Visitor, platform  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PLAIN = """0 1 12 125 239 1234 12345678 0.5 12.5 12.50 239.00 000125 1,234 1,234.5 12,345.67 123,456,789.01 ¥125
￥125.00 1，234.00""".split()
BASES = ["1", "12", "125", "239", "1234"]
TAILS = "e9 E9 e-2 e+3 ,5 ,50 . .123 ..5 ,,500 元 yuan 万 k m % - + /2 *2 _000 '000".split()
HEADS = "+ -- $ € US$ RMB 0x 0b . , ~ < =".split()
OTHER_DIGITS = (0xFF10, 0x0660)  # fullwidth and Arabic
ODD = [
    *[f"{base}{tail}" for base in BASES for tail in TAILS],
    *[f"{head}{base}" for base in BASES for head in HEADS],
    *[base.translate({ord(str(n)): chr(zero + n) for n in range(10)}) for base in BASES for zero in OTHER_DIGITS],
    *[f"{base[0]}{gap}{base[1:]}" for base in BASES[1:] for gap in (" ", chr(0xA0), chr(0x200B), chr(10))],
    *"1,23 12,34 1,2345 1234,567 1,234,56 12,345,6.00 1.234,56 1.234.567 1,234, ,234 0.001 12.345".split(),
    *"一百 壹佰 百 NaN nan inf Infinity -inf null None true [] {} 1;2 1|2 ² ½ 1½ Ⅷ 1e999999999".split(),
    *[f"{chr(0x202E)}521", f"1{chr(0)}2", "9" * 13, "9" * 400],
]
WRONG_JSON = ["125", "1e9", 12.5, 1e9, 125.0, True, False, [], {}, [125], -1, 10**30, "", float("1e308")]


def test_there_are_two_hundred_of_them():
    assert len({*ODD, *PLAIN, *map(str, WRONG_JSON)}) >= 200


@pytest.mark.parametrize("typed", PLAIN)
def test_a_plain_sum_is_read_as_it_stands(typed):
    said = Decimal(typed.strip().lstrip("¥￥").replace(",", "").replace("，", ""))
    assert fen(typed) == said * 100


def test_no_odd_sum_is_read_as_one():
    assert {typed: found for typed in ODD if (found := fen(typed)) is not None} == {}


LOOKED_AT = (appeals.inputs, executors.inputs, notices.inputs, rules.inputs)


def inputs():
    found, left = [], [Input]
    while left:
        for each in left.pop().__subclasses__():
            left.append(each)
            if each.__module__.partition(".")[0] not in ("tests", "surfaces"):
                found.append(each)
    return found


FIELDS = [(each, name) for each in inputs() for name, field in each().fields.items() if isinstance(field, Fen)]


def test_every_sum_of_every_input_is_read_by_the_one_reader():
    """A field in fen is a `Fen`, and pages read each of them with `read_fen`."""
    names = {
        f"{each.__name__}.{name}"
        for each in inputs()
        for name, field in each().fields.items()
        if name.endswith("_minor") and not isinstance(field, Fen)
    }

    assert names == set()
    apps = {each.__module__.partition(".")[0] for each, _name in FIELDS}
    assert apps == {"appeals", "disputes", "executors", "notices", "rules"}
    for each, name in FIELDS:
        field = each().fields[name]
        assert 0 < (field.max_value or 0) <= 10**13, (each, name)
        if getattr(field, "asks", None) is not None:
            typed = KINDS["amount"](field, field.asks, is_row=False, is_required=True, nothing="")
            assert typed.read is read_fen, (each, name)


@pytest.mark.parametrize(("takes", "name"), FIELDS, ids=lambda each: getattr(each, "__name__", each))
def test_no_input_takes_a_sum_that_is_no_whole_number_of_fen(takes, name):
    field = takes().fields[name]
    for value in [*WRONG_JSON, field.max_value + 1]:
        with pytest.raises(ValidationError):
            print(value, field.run_validation(value))


def test_no_odd_sum_is_claimed_on_the_form_that_opens_a_dispute(court):
    order, ground = court.order(), court.table.grounds.get(slug="not_received")

    def amount_of(typed):
        said = {"remedy": "REFUND", "amount": typed, "statement": ""}
        limit = lambda remedy: ceiling_of_claim(court.buyer.pk, order, ground, remedy)  # noqa: E731
        form = RemedyForm(said, remedies=["REFUND"], ceiling=limit)
        return form.cleaned_data.get("amount") if form.is_valid() else None

    assert amount_of("299.00") == 29_900
    assert {typed: found for typed in ODD if (found := amount_of(typed)) is not None} == {}


def test_no_odd_sum_is_determined(court):
    def amount_of(typed):
        return Work(version=1, v={"amount": typed}).amount("amount")

    assert amount_of("299.00") == 29_900
    assert {typed: found for typed in ODD if (found := amount_of(typed)) is not None} == {}


def test_no_odd_sum_is_offered_on_the_page(court):
    dispute, alice = court.joined("quality"), Visitor(court.alice)
    path = f"/disputes/{dispute.ref}/offers/new/"
    terms = {"remedy": "PARTIAL_REFUND", "freight_payer": "NOBODY", "hours": "48", "note": "", "checked": "1"}

    for typed in ODD[::25]:  # the page reads it as the forms above do, and says so
        alice.sends(path, terms | {"amount_minor": typed}, status=400)

    assert Offer.objects.count() == 0


def test_no_odd_sum_is_claimed_or_offered_over_rest(court, platform):  # noqa: F811
    dispute, client = court.joined("quality"), Client()
    client.force_login(User.objects.get(ref=court.bob.ref))

    def post(path, body):
        key = {"HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}
        return client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json", **key).status_code

    for value in [*WRONG_JSON[:-1], *ODD[::21]]:
        claim = {"remedy": "REFUND", "amount_minor": value}
        assert post("disputes", {"order_ref": "O-1", "ground": "not_received", "claim": claim}) == 400, value
        offer = {"remedy": "PARTIAL_REFUND", "amount_minor": value}
        assert post(f"disputes/{dispute.ref}/offers", offer) == 400, value

    assert (Dispute.objects.count(), Offer.objects.count(), Obligation.objects.count()) == (1, 0, 0)
