"""What the worker sees to in each round for accounts."""

from accounts.commands import send_access_links

SUBSCRIPTIONS: dict[str, list[object]] = {}
ROUTINES = {"access links": send_access_links}
