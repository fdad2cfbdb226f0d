"""Working days against the published calendars, and the exact moment at which a period ends."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from casework import working_days
from casework.working_days import DATA, Calendar, DueTime, add_days, add_working_days, last_day, recompute, versions

BEIJING = ZoneInfo("Asia/Shanghai")


def at(day: str, hour: int = 9, minute: int = 30) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), tzinfo=BEIJING).replace(
        hour=hour, minute=minute
    )


def calendar_2020(*, spring_until: str, worked: list[str], version: str) -> Calendar:
    return Calendar.from_data(
        {
            "version": version,
            "years": {
                "2020": {
                    "off": [
                        {"from": "2020-01-01", "to": "2020-01-01"},
                        {"from": "2020-01-24", "to": spring_until},
                    ],
                    "work": worked,
                }
            },
        }
    )


# As the notices for 2019 to 2026 say; the last working day is named, which ends at 24:00.
GOLDEN = [
    # a make-up Saturday or Sunday is worked
    ("2024-02-02", 1, "2024-02-04"),  # Friday; Sunday is worked
    ("2024-02-08", 1, "2024-02-09"),  # New Year's Eve was an ordinary Friday in 2024
    ("2024-02-09", 1, "2024-02-18"),  # Spring Festival 10th to 17th, Sunday 18th worked
    ("2024-04-03", 1, "2024-04-07"),  # Qingming, Sunday worked
    ("2024-04-26", 1, "2024-04-28"),
    ("2024-04-30", 6, "2024-05-11"),
    ("2024-05-10", 1, "2024-05-11"),  # a worked Saturday
    ("2024-06-07", 1, "2024-06-11"),  # Dragon Boat on a Monday
    ("2024-09-13", 1, "2024-09-14"),
    ("2024-09-14", 1, "2024-09-18"),
    ("2024-09-27", 2, "2024-09-30"),  # Sunday 29th worked
    ("2024-09-30", 5, "2024-10-12"),
    ("2024-12-31", 1, "2025-01-02"),
    ("2025-01-24", 1, "2025-01-26"),
    ("2025-01-27", 1, "2025-02-05"),  # 28 January to 4 February
    ("2025-01-27", 4, "2025-02-08"),
    ("2025-04-25", 1, "2025-04-27"),
    ("2025-04-30", 1, "2025-05-06"),
    ("2025-05-30", 1, "2025-06-03"),
    ("2025-09-26", 1, "2025-09-28"),
    ("2025-09-30", 1, "2025-10-09"),  # National Day and Mid-Autumn merged: eight days
    ("2025-09-30", 3, "2025-10-11"),
    ("2025-12-31", 1, "2026-01-04"),  # Sunday worked
    ("2026-02-13", 1, "2026-02-14"),
    ("2026-02-14", 1, "2026-02-24"),  # nine days of Spring Festival
    ("2026-02-14", 5, "2026-02-28"),
    ("2026-04-03", 1, "2026-04-07"),
    ("2026-04-30", 4, "2026-05-09"),
    ("2026-06-18", 1, "2026-06-22"),
    ("2026-09-18", 1, "2026-09-20"),
    ("2026-09-24", 1, "2026-09-28"),
    ("2026-09-30", 3, "2026-10-10"),
    ("2026-03-02", 5, "2026-03-09"),
    # earlier years
    ("2019-04-26", 1, "2019-04-28"),
    ("2019-04-30", 1, "2019-05-05"),
    ("2020-01-20", 7, "2020-02-06"),
    ("2020-09-30", 1, "2020-10-09"),
    ("2021-09-17", 1, "2021-09-18"),
    ("2022-10-07", 1, "2022-10-08"),
    ("2023-01-20", 1, "2023-01-28"),
    ("2023-09-28", 1, "2023-10-07"),
]


@pytest.mark.parametrize(("start", "n", "last"), GOLDEN)
def test_a_period_ends_at_24_00_of_its_last_working_day(start: str, n: int, last: str) -> None:
    due = add_working_days(at(start), n, calendar=Calendar.current())

    assert due.last_day == date.fromisoformat(last)
    assert due.at.tzinfo is UTC
    assert due.at.astimezone(BEIJING) == at(last, 0, 0) + timedelta(days=1)
    assert due.provisional is False
    assert due.calendar_version == Calendar.current().version


@pytest.mark.parametrize(
    ("year", "working_days"),
    # counted from the notices: weekdays − holidays on weekdays + make-up days
    [(2019, 250), (2020, 249), (2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)],
)
def test_a_year_has_as_many_working_days_as_its_statutory_holidays_leave(year: int, working_days: int) -> None:
    """Make-up days only move days: what is left is weekdays less the statutory holidays (11 a year, 13 from 2025)."""
    calendar = Calendar.current()
    days = [date(year, 1, 1) + timedelta(days=i) for i in range(366)]

    worked = [calendar.is_working_day(day) for day in days if day.year == year]

    assert None not in worked
    assert worked.count(True) == working_days


def test_every_make_up_day_of_2024_to_2026_is_worked() -> None:
    make_up = [
        "2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14", "2024-09-29",
        "2024-10-12", "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11", "2026-01-04",
        "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
    ]  # fmt: skip
    calendar = Calendar.current()

    assert all(calendar.is_working_day(date.fromisoformat(day)) for day in make_up)
    assert {day for day in calendar.days_worked if day.year >= 2024} == set(map(date.fromisoformat, make_up))


def test_the_day_it_starts_is_not_counted_however_early_it_is() -> None:
    calendar = Calendar.current()

    assert add_working_days(at("2026-03-02", 0, 0), 1, calendar=calendar).last_day == date(2026, 3, 3)
    assert add_working_days(at("2026-03-02", 23, 59), 1, calendar=calendar).last_day == date(2026, 3, 3)


def test_the_start_day_is_beijings_whatever_zone_the_host_speaks() -> None:
    moment = at("2026-03-03", 0, 30)  # still 2 March in UTC and in New York
    calendar = Calendar.current()

    dues = {
        add_working_days(moment.astimezone(ZoneInfo(zone)), 5, calendar=calendar)
        for zone in ("UTC", "America/New_York", "Asia/Shanghai", "Pacific/Kiritimati")
    }

    assert {due.last_day for due in dues} == {date(2026, 3, 10)}
    assert len(dues) == 1


def test_24_00_belongs_to_the_day_it_ends() -> None:
    assert last_day(datetime(2026, 3, 9, 16, 0, tzinfo=UTC)) == date(2026, 3, 9)
    assert last_day(datetime(2026, 3, 9, 16, 0, 0, 1, tzinfo=UTC)) == date(2026, 3, 10)


def test_an_unpublished_year_is_unknown_not_guessed() -> None:
    assert Calendar.current().is_working_day(date(2027, 1, 4)) is None
    assert Calendar.current().is_working_day(date(2018, 12, 31)) is None


def test_a_span_into_an_unpublished_year_is_provisional() -> None:
    due = add_working_days(at("2026-12-25"), 10, calendar=Calendar.current())

    assert due.provisional is True
    assert due.last_day == date(2027, 1, 8)  # Monday to Friday, as nothing better is known
    assert add_working_days(at("2026-12-25"), 4, calendar=Calendar.current()).provisional is False


def published_2027(*, worked: list[str], version: str = "2027.1") -> Calendar:
    return Calendar.from_data(
        {
            "version": version,
            "years": {
                "2026": {"off": [], "work": []},
                "2027": {"off": [{"from": "2027-01-01", "to": "2027-01-03"}], "work": worked},
            },
        }
    )


def test_a_published_calendar_lengthens_a_provisional_deadline_and_settles_it() -> None:
    start = at("2026-12-25")
    old = add_working_days(start, 10, calendar=Calendar.current())

    new = recompute(old, start=start, n=10, calendar=published_2027(worked=[]))

    assert new.last_day == date(2027, 1, 11)
    assert (new.provisional, new.calendar_version) == (False, "2027.1")


def test_a_newer_calendar_never_shortens_a_deadline() -> None:
    start = at("2026-12-25")
    old = add_working_days(start, 10, calendar=Calendar.current())
    with_make_up_days = published_2027(worked=["2027-01-09", "2027-01-10"])

    assert add_working_days(start, 11, calendar=with_make_up_days).last_day == date(2027, 1, 10)
    assert old.last_day == date(2027, 1, 8)
    shorter = add_working_days(start, 5, calendar=published_2027(worked=[]))
    kept = recompute(
        DueTime(shorter.at + timedelta(days=3), True, "2026.1"), start=start, n=5, calendar=published_2027(worked=[])
    )

    assert kept.at == shorter.at + timedelta(days=3)
    assert kept.provisional is False
    assert recompute(old, start=start, n=10, calendar=with_make_up_days).at >= old.at


def test_an_older_calendar_is_refused() -> None:
    start = at("2026-03-02")
    due = add_working_days(start, 5, calendar=Calendar.current())
    older = published_2027(worked=[], version="2025.9")

    with pytest.raises(ValueError, match="older"):
        recompute(due, start=start, n=5, calendar=older)


def test_version_2026_10_is_newer_than_2026_9() -> None:
    assert published_2027(worked=[], version="2026.10").is_newer_than("2026.9")


def test_the_extension_of_27_january_2020_moves_4_february_to_6_february() -> None:
    start = at("2020-01-20")
    published = calendar_2020(spring_until="2020-01-30", worked=["2020-01-19", "2020-02-01"], version="2019.1")
    extended = calendar_2020(spring_until="2020-02-02", worked=["2020-01-19"], version="2020.1")

    old = add_working_days(start, 7, calendar=published)
    new = recompute(old, start=start, n=7, calendar=extended)

    assert (old.last_day, new.last_day) == (date(2020, 2, 4), date(2020, 2, 6))


def test_days_run_through_holidays_and_end_at_24_00() -> None:
    assert add_days(at("2026-03-01", 9, 12), 15) == datetime(2026, 3, 16, 16, 0, tzinfo=UTC)
    assert add_days(at("2026-02-14"), 3) == datetime(2026, 2, 17, 16, 0, tzinfo=UTC)
    assert last_day(add_days(at("2028-02-28"), 1)) == date(2028, 2, 29)
    assert last_day(add_days(at("2037-12-31"), 20)) == date(2038, 1, 20)


@pytest.mark.parametrize("year", range(1986, 1992))
@pytest.mark.parametrize("month", range(1, 13))
def test_the_years_in_which_shanghai_had_summer_time(year: int, month: int) -> None:
    """24:00 is midnight on the wall clock, whatever the offset."""
    for day in (4, 10, 11, 12, 13, 14, 15, 16, 17):
        start = datetime(year, month, day, 12, 0, tzinfo=BEIJING)

        due = add_working_days(start, 1, calendar=Calendar.current())

        wall = due.at.astimezone(BEIJING)
        assert (wall.hour, wall.minute, wall.second) == (0, 0, 0)
        assert due.provisional is True
        assert last_day(add_days(start, 1)) == date(year, month, day) + timedelta(days=1)


@pytest.mark.parametrize("n", [0, -1, 3661, 10**9])
def test_no_number_of_days_keeps_us_counting(n: int) -> None:
    with pytest.raises(ValueError):
        add_working_days(at("2026-03-02"), n, calendar=Calendar.current())
    with pytest.raises(ValueError):
        add_days(at("2026-03-02"), n)


def test_a_time_without_zone_is_refused() -> None:
    naive = datetime(2026, 3, 2, 9, 30)

    for count in (
        lambda: add_working_days(naive, 1, calendar=Calendar.current()),
        lambda: add_days(naive, 1),
        lambda: last_day(naive),
    ):
        with pytest.raises(ValueError, match="zone"):
            count()


def test_every_calendar_that_we_ship_loads_and_the_newest_is_current() -> None:
    shipped = [Calendar.from_data(json.loads(path.read_text("utf-8"))) for path in DATA.glob("cn_calendar_*.json")]
    assert {calendar.version for calendar in shipped} == set(versions())
    assert not any(calendar.is_newer_than(Calendar.current().version) for calendar in shipped)


def test_the_newest_calendar_is_current(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for version in ("3026.9", "3026.10", "3025.11"):
        file = tmp_path / f"cn_calendar_{version}.json"
        file.write_text(json.dumps({"version": version, "years": {}}), encoding="utf-8")
    monkeypatch.setattr(working_days, "DATA", tmp_path)

    assert Calendar.current().version == "3026.10"


@pytest.mark.parametrize(
    ("arrangement", "why"),
    [
        ({"off": [{"from": "2025-12-31", "to": "2026-01-01"}], "work": []}, "another year"),
        ({"off": [{"from": "2026-01-03", "to": "2026-01-01"}], "work": []}, "after"),
        ({"off": [{"from": "2026-01-01", "to": "2026-01-04"}], "work": ["2026-01-04"]}, "both"),
        ({"off": [], "work": ["2026-01-05"]}, "no weekend day"),
        ({"off": [], "work": ["2026-01-04", "2026-01-04"]}, "twice"),
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused(arrangement: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Calendar.from_data({"version": "1", "years": {"2026": arrangement}})
