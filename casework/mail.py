"""Sends e-mail that something happened: what, which number, one link, and nothing of the case itself.

The page is the record; a message only points at it, so that a lost or forwarded one reveals nothing (no case content on
a lock screen).
"""

from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _


def send_messages(addresses: Iterable[tuple[str, str]], *, what: str | Promise, number: str, path: str) -> int:
    """Sends one message to each (address, language); returns how many. Raises as the mail server does."""
    sent = 0
    for address, language in addresses:
        with translation.override(language):
            subject = f"{what} ({number})"
            body = _(
                "%(what)s\n\nCase number: %(number)s\nRead it here: %(link)s\n\n"
                "You can have a person decide at any time. Human line: %(line)s"
            ) % {
                "what": str(what),
                "number": number,
                "link": f"{settings.PUBLIC_URL}{path}",
                "line": settings.HELP_LINE,
            }
        message = EmailMessage(subject=subject, body=body, to=[address])
        sent += message.send()
    return sent
