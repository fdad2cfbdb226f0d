"""Reads figures of closed days: for staff and clients by days, for everybody by quarters, and the cases behind them."""

from transparency.queries.cases import AGES, GROUNDS, OpenNow, case_of, cases_of, cases_seen, labels, open_now
from transparency.queries.days import (
    Scope,
    Step,
    TrackRecord,
    answers,
    by_value,
    course,
    first_day_after,
    lately,
    newest_day,
    period_of,
    totals,
    track_record,
    why,
)
from transparency.queries.public import Published, published, published_of_last_quarter, quarter_published, quarters
from transparency.queries.quality import CUTS as JUDGED_BY
from transparency.queries.quality import Judged, courses, judged
from transparency.queries.reports import Shown, drafted, last_written, published_reports, report_of, shown, years
