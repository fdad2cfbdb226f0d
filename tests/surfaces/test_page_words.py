"""The words every page shares: moments, remaining time, money, officers, states."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation

from appeals.machine import AppealState
from casework.formats import beijing_deadline, deadline_text, duration, moment_text, money, officer
from disputes.models import ObligationState, OfferState
from notices.machine import NoticeState
from notices.models import MeasureState
from surfaces.templatetags.surface_tags import Due, appearance, file_size, state_icon

pytestmark = pytest.mark.once

AT = datetime(2026, 3, 16, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=14, hours=3), "14 days"),
        (timedelta(days=2, hours=4, minutes=59), "2 days 4 hours"),
        (timedelta(days=1, minutes=59), "1 day"),
        (timedelta(hours=5, minutes=20), "5 hours 20 minutes"),
        (timedelta(minutes=1, seconds=59), "1 minute"),
        (timedelta(seconds=59), "less than a minute"),
    ],
)
def test_duration_has_two_units_and_no_seconds(left: timedelta, words: str) -> None:
    with translation.override("en"):
        assert duration(left) == words


@pytest.mark.parametrize(
    ("left", "level"),
    [
        (timedelta(hours=24), "open"),
        (timedelta(hours=24) - timedelta(microseconds=1), "soon"),
        (timedelta(0), "soon"),
        (-timedelta(microseconds=1), "past"),
    ],
)
def test_the_last_instant_still_counts(left: timedelta, level: str) -> None:
    assert Due(at=AT, now=AT - left).level == level


def test_moment_is_shown_in_beijing_time_with_its_zone() -> None:
    with translation.override("en"):
        assert moment_text(AT, "zone") == "16 March 2026, 18:00 (Beijing time, UTC+8)"
        assert moment_text(AT, "clock") == "18:00"


@pytest.mark.parametrize(
    ("language", "style", "words"),
    [
        ("en", "minute", "11:59 pm on 7 December 2026"),
        ("en", "zone", "11:59 pm on 7 December 2026 (Beijing time, UTC+8)"),
        ("en", "day", "7 December 2026"),
        ("zh-hans", "minute", "2026年12月7日24时"),
        ("zh-hans", "zone", "2026年12月7日24时（北京时间）"),
        ("zh-hans", "day", "2026年12月7日"),
    ],
)
def test_what_ends_at_midnight_ends_with_the_day_before(language: str, style: str, words: str) -> None:
    midnight = datetime(2026, 12, 7, 16, tzinfo=UTC)
    with translation.override(language):
        assert deadline_text(midnight, style) == words
        assert deadline_text(midnight + timedelta(minutes=1), style) == moment_text(
            midnight + timedelta(minutes=1), style
        )
        html = render_to_string("components/due_time.html", {"at": midnight, "now": midnight - timedelta(hours=30)})
        assert deadline_text(midnight, "zone") in html
        assert beijing_deadline(midnight).startswith(deadline_text(midnight))
    assert 'datetime="2026-12-08T00:00+08:00"' in html


ENDS = r"[\w.]*?(?:due|due_at|until|[a-z]+_until|closes|closes_at|closed_until|ends_at|deadline)"
SHOWN_AS_A_MOMENT = re.compile(rf"{{% moment {ENDS} |\b{ENDS}\|moment_text|moment_text\({ENDS}[,)]")


def test_every_due_time_is_shown_as_a_deadline() -> None:
    files = [*settings.BASE_DIR.glob("templates/**/*.html")]
    apps = ("accounts", "appeals", "archive", "console", "disputes", "executors", "helpline", "notices", "rules")
    files += [path for app in apps for path in settings.BASE_DIR.glob(f"{app}/**/*.py")]
    found = {
        f"{path.relative_to(settings.BASE_DIR)}: {hit}"
        for path in files
        for hit in SHOWN_AS_A_MOMENT.findall(path.read_text())
    }
    assert found == set()


def test_due_time_puts_the_moment_before_the_rest() -> None:
    with translation.override("en"):
        html = render_to_string("components/due_time.html", {"at": AT, "now": AT - timedelta(hours=30)})

    assert 'datetime="2026-03-16T18:00+08:00"' in html
    assert html.index("16 March 2026") < html.index("1 day 6 hours left")


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (123400, "CNY", "¥1,234.00"),
        (5, "CNY", "¥0.05"),
        (-123456, "CNY", "−¥1,234.56"),
        (1234, "JPY", "JP¥1,234"),
        (100, "CHF", "CHF 1.00"),
        (None, "CNY", ""),
    ],
)
def test_money_is_written_as_people_read_it(minor: int | None, currency: str, text: str) -> None:
    assert money(minor, currency) == text


def test_an_officer_is_a_code() -> None:
    with translation.override("en"):
        assert officer("R-217") == "officer R-217"
        assert officer("") == "an officer"


def test_file_size_is_readable() -> None:
    assert [file_size(size) for size in (0, 1, 2048, 1024 * 1024 * 5 // 2)] == ["0 KB", "1 KB", "2 KB", "2.5 MB"]


SHOWN = (NoticeState, MeasureState, AppealState, OfferState, ObligationState)


@pytest.mark.parametrize("state", sorted({state for states in SHOWN for state in states.values}))
def test_every_state_has_an_icon_of_its_own_choosing(state: str) -> None:
    assert state in appearance()
    assert state_icon(state)


def test_a_person_is_chosen_beforehand_even_where_the_system_may_look_first() -> None:
    html = " ".join(render_to_string("components/human_choice.html", {}).split())

    assert html.index('value="human" checked') < html.index('value="system_first"')
    assert 'value="system_first" checked' not in html


def test_a_median_of_few_cases_is_not_shown() -> None:
    medians = {"human_median": timedelta(days=2), "system_median": timedelta(hours=3)}
    with translation.override("en"):
        few = render_to_string("components/human_choice.html", {**medians, "human_n": 29, "system_n": 29})
        enough = render_to_string("components/human_choice.html", {**medians, "human_n": 30, "system_n": 30})

    assert "n=29" not in few
    assert enough.count("n=30") == 2


def test_the_letter_has_its_nine_parts_in_order() -> None:
    parts = [{"no": no, "title": f"Part {no}", "lines": [f"line {no}"]} for no in range(1, 10)]
    letter = {"number": "A-1", "language": "en", "decided_at": AT, "parts": parts, "check_code": "X"}
    html = render_to_string("components/letter.html", {"letter": letter, "now": AT, "state": "UPHELD"})

    places = [html.index(f'data-part="{no}"') for no in range(1, 10)]
    assert places == sorted(places)
    assert html.count("data-part=") == 9
    assert all(f"line {no}" in html for no in range(1, 10))


def test_text_from_people_is_escaped() -> None:
    rows = [{"key": "Statement", "value": "<script>alert(1)</script>"}]
    html = Template('{% include "components/summary_list.html" %}').render(Context({"rows": rows}))

    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_no_component_carries_inline_style_or_script() -> None:
    for path in Path(settings.BASE_DIR, "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if "email" in path.parts:
            continue
        assert " style=" not in text, path
        assert " onclick=" not in text, path
        assert "<script>" not in text, path


class Confirmation(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(label="Note")


def test_a_confirm_page_sends_hidden_fields_along_and_labels_those_that_are_seen() -> None:
    page = render_to_string("components/confirm.html", {"form": Confirmation({"version": "7", "note": "x"})})
    html = " ".join(page.split())

    assert '<input type="hidden" name="version" value="7" id="id_version">' in html
    assert 'data-testid="field-version"' not in html
    assert 'for="id_version"' not in html
    assert '<label for="id_note"> Note' in html


def test_a_fault_of_a_hidden_field_is_told_without_a_link_to_it() -> None:
    html = render_to_string("components/error_summary.html", {"form": Confirmation({"version": "x"})})

    assert html.count("<li>") == 2
    assert 'href="#id_version"' not in html
    assert 'href="#id_note"' in html
