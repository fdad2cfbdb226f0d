"""What the worker sees to in each round for accounts."""

from accounts.commands import mail_new_devices, send_access_links

SUBSCRIPTIONS: dict[str, list[object]] = {}
ROUTINES = {"access links": send_access_links, "new devices": mail_new_devices}
