"""What a year of a large marketplace costs: the table of docs/scale.md, from costs that were measured one by one.

Run as `python bench/scale_model.py [--notices N] [--open N] [--db-cores N] [--web N] [--workers N] [--shards N]`. A day
is gone through minute by minute: people by day, batches at night, and a wave, as after a wrong rule. Each act costs its
milliseconds of CPU in a web process, a worker and PostgreSQL; what a part cannot do in a minute waits for the next.
Nothing here is measured but what `COSTS` and `BYTES` say is.
"""

import argparse
from dataclasses import dataclass

MINUTES = 24 * 60
YEAR = 365


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of CPU of one act, and where they were measured: in docs/performance.md, or assumed."""

    web: float
    worker: float
    database: float
    source: str


COSTS = {
    "notice, in a batch of 100": Cost(1.3, 0, 1.1, "833 a second on two cores, 1.3 ms in the web process"),
    "document of a notice": Cost(0.6, 0, 1.0, "0.55 to 0.63 ms to make; kept in 3 ms, of which a third at a load of 9"),
    "deadline": Cost(0, 0.35, 0.5, "2,838 a CPU-second of the worker; 3,940 a second on two cores"),
    "message": Cost(0, 0.06, 0.4, "16,948 a CPU-second of the worker; 2,417 a second"),
    "appeal filed": Cost(24, 0, 8, "assumed: as a single notice, 24 ms; a third of it again in PostgreSQL"),
    "appeal claimed": Cost(8, 0, 4, "168 claims a second on two cores, the parts of it estimated"),
    "appeal decided": Cost(48, 0, 16, "assumed: twice a filing, by the number of statements"),
    "page": Cost(60, 0, 15, "95 pages in 100 take at most 147 ms, the parts of it estimated"),
}
BYTES = {"notice": 6_900, "document": 5_600, "appeal": 15_500}
"""Of PostgreSQL with indexes: a notice with measures, bases, exhibits, remedies, events and deadlines; its document for
searches; an appeal with items, events, decision, letter and what finds its likes. Measured at a million notices."""


@dataclass(slots=True)
class Part:
    """Cores of one kind, what waits for them (in milliseconds), and how busy they were."""

    cores: float
    waits: float = 0
    busiest: float = 0
    longest: float = 0
    done: float = 0

    def minute(self, asked: float) -> float:
        """Takes on so many milliseconds and works a minute; returns which share of what waited was done."""
        self.waits += asked
        able = self.cores * 60_000
        done = min(self.waits, able)
        share = done / self.waits if self.waits else 1
        self.waits -= done
        self.done += done
        self.busiest = max(self.busiest, done / able)
        self.longest = max(self.longest, self.waits / able)
        return share


@dataclass(frozen=True, slots=True)
class Asked:
    notices: float  # a year
    opened: float  # appeals that are open
    days: float  # that one stays open
    pages: float  # that are opened for one notice
    messages: float  # that the outbox owes for one notice
    wave: float  # notices of one hour, and deadlines of them half a year later


def day(asked: Asked, parts: dict[str, Part]) -> None:
    a_day = asked.notices / YEAR
    appeals = asked.opened / asked.days
    for minute in range(MINUTES):
        hour = minute // 60
        by_day = (1.8 if 9 <= hour < 22 else 0.06) / MINUTES
        by_night = (4.0 if 1 <= hour < 7 else 0.0) / MINUTES
        notices = a_day * (0.4 * by_day + 0.6 * by_night) + (asked.wave / 60 if hour == 20 else 0)
        ended = a_day / 60 if hour == 0 else 0  # windows close when a day ends
        acts = {
            "notice, in a batch of 100": notices,
            "document of a notice": notices,
            "deadline": ended + appeals * 3 * by_day,
            "message": asked.messages * (notices + ended + appeals * 4 * by_day),
            "appeal filed": appeals * by_day,
            "appeal claimed": appeals * by_day,
            "appeal decided": appeals * by_day,
            "page": asked.pages * a_day * by_day + 10 * appeals * by_day,
        }
        for name, part in parts.items():
            part.minute(sum(count * getattr(COSTS[act], name) for act, count in acts.items()))


def table(asked: Asked, *, web: int, workers: int, database: float, shards: int) -> str:
    """What each part does in the day, per shard where there are several, as a table of Markdown."""
    parts = {"web": Part(web), "worker": Part(workers), "database": Part(database * shards)}
    day(asked, parts)
    lines = ["| | cores | busy, mean of the day | busy, worst minute | longest wait |", "|---|---|---|---|---|"]
    for name, part in parts.items():
        mean = part.done / (part.cores * 60_000 * MINUTES)
        waits = "none" if part.longest < 0.01 else f"{part.longest:,.0f} min"
        left = f", {part.waits / (part.cores * 60_000):,.0f} min left at midnight" if part.waits > 1 else ""
        lines.append(f"| {name} | {part.cores:g} | {mean:.0%} | {part.busiest:.0%} | {waits}{left} |")
    return "\n".join(lines)


def disk(asked: Asked) -> dict[str, float]:
    """Terabytes that a year adds."""
    appeals = asked.opened / asked.days * YEAR
    counts = {"notice": asked.notices, "document": asked.notices, "appeal": appeals}
    return {name: counts[name] * size / 1e12 for name, size in BYTES.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notices", type=float, default=100e6, help="a year")
    parser.add_argument("--open", type=float, default=1e6, help="appeals that are open")
    parser.add_argument("--days", type=float, default=15, help="that an appeal is open")
    parser.add_argument("--pages", type=float, default=3, help="opened for one notice")
    parser.add_argument("--messages", type=float, default=1, help="of the outbox, for one notice or deadline")
    parser.add_argument("--wave", type=float, default=1e6, help="more notices within one hour")
    parser.add_argument("--web", type=int, default=16)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--db-cores", type=float, default=8)
    parser.add_argument("--shards", type=int, default=1)
    given = parser.parse_args()
    asked = Asked(given.notices, given.open, given.days, given.pages, given.messages, given.wave)
    print("| act | web ms | worker ms | PostgreSQL ms | from |\n|---|---|---|---|---|")
    for name, cost in COSTS.items():
        print(f"| {name} | {cost.web:g} | {cost.worker:g} | {cost.database:g} | {cost.source} |")
    print()
    print(table(asked, web=given.web, workers=given.workers, database=given.db_cores, shards=given.shards))
    print()
    for name, size in disk(asked).items():
        print(f"{name}s: {size:.2f} TB a year")
    print(f"together {sum(disk(asked).values()) / given.shards:.2f} TB a year in each of {given.shards}")


if __name__ == "__main__":
    main()
