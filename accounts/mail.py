"""Sends e-mail that something happened: what, which number, one link, and nothing of the case itself; and links that
were asked for.

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
                "You can have a person decide at any time. Human line: %(line)s\n"
                "You cannot sign in? Ask for a link: %(access)s"
            ) % {
                "what": str(what),
                "number": number,
                "link": f"{settings.PUBLIC_URL}{path}",
                "line": settings.HELP_LINE,
                "access": f"{settings.PUBLIC_URL}/access/",
            }
        message = EmailMessage(subject=subject, body=body, to=[address])
        sent += message.send()
    return sent


def send_text(address: str, *, subject: str, body: str) -> None:
    """Sends one message. Raises as the mail server does."""
    EmailMessage(subject=subject, body=body, to=[address]).send()
