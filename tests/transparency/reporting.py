"""What people write in a yearly report, as the examples of its inputs say it; and a report that was published."""

import json
from pathlib import Path

from rules import commands as rules
from tests import factories as make
from transparency import commands, yearly
from transparency.models import Report

EXAMPLES = json.loads((Path(yearly.__file__).parent / "input_examples.json").read_text())
FIXED = EXAMPLES["DraftErratumInput"]
WRITTEN = EXAMPLES["DraftReportInput"] | {"checkup_by": "", "checkup_document": "", "checkup_on": None}
WRITTEN |= dict.fromkeys(("assessment_struck", "outside_struck", "outlook_struck"), False)


def published_of(period, *, drafter, now, patch):
    """A report of these closed days as if they were a year, with an erratum."""
    year = str(period.since.year)
    patch.setattr(yearly, "years_closed", lambda: [year])
    patch.setattr(yearly, "period_of_year", lambda _year: period)
    signer = make.staff("compliance", now=now)
    for propose, said in ((commands.propose_report, WRITTEN), (commands.propose_erratum, FIXED)):
        change = propose(actor=drafter, year=year, now=now, **said)
        rules.sign_change(actor=signer, ref=change.ref, now=now)
    return Report.objects.get(year=year)
