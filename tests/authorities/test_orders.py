"""A notice that an authority asked for names its office and the number of its document, or is refused."""

import pytest

from casework.errors import Invalid
from notices import commands as notices
from notices.models import Notice
from tests import factories as make
from tests.authorities.seating import OFFICE
from tests.laws import assert_refused, insert
from tests.pages import Visitor

pytestmark = pytest.mark.django_db
NUMBER = "杭市监网函〔2026〕12号"


@pytest.mark.parametrize(
    ("source", "office", "number", "place"),
    [
        ("AUTHORITY", "", NUMBER, "/detection/office"),
        ("AUTHORITY", OFFICE, " ", "/detection/order_no"),
        ("STAFF", OFFICE, "", "/detection/office"),
    ],
)
def test_it_is_refused_without_both_and_where_nobody_asked(world, now, source, office, number, place):
    detection = notices.Detection(source=source, office=office, order_no=number)
    with pytest.raises(Invalid) as refused:
        world.notice(detection=detection)
    assert [error.pointer for error in refused.value.errors] == [place]
    assert not Notice.objects.exists()


def test_the_party_reads_who_asked_under_which_number_and_the_database_holds_it(world, now):
    notice = world.notice(detection=notices.Detection(source="AUTHORITY", office=OFFICE, order_no=NUMBER))
    assert f"Asked for by an authority: {OFFICE}, {NUMBER}." in Visitor(world.alice).sees(f"/notices/{notice.ref}/")
    again = {"ref": "ntc_x", "number": "N-x", "external_ref": "x"}
    for changed in ({"order_no": ""}, {"ordered_by": ""}, {"detection_source": "STAFF"}):
        assert_refused(
            "notice_for_an_authority_names_its_document",
            lambda changed=changed: insert(notice, **again, **changed),
        )
    assert_refused("notice_decider_is_not_rewritten", lambda: Notice.objects.update(order_no="2"))


def test_a_number_that_was_accepted_before_documents_were_named_is_found_again(world, now):
    what = make.draft(world.merchant, world.rule, now=now, officer=world.otto.code)
    first = make.issue(world.platform, what, now=now)
    assert "detection" in first.content_digests
    assert make.issue(world.platform, what, now=now) == first
