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

from accounts.contacts import CODE_FOR, code_of, is_mobile, link_address
from accounts.models import AccessLink
from casework.formats import moment_text


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


def message_of(link: AccessLink, language: str) -> tuple[str, str]:
    """Subject and text of the message that carries this link or code."""
    with translation.override(language):
        said = {
            "party": link.party.name,
            "code": code_of(link),
            "minutes": int(CODE_FOR.total_seconds() // 60),
            "link": link_address(link),
            "until": moment_text(link.expires_at, "zone"),
            "line": settings.HELP_LINE,
        }
        if is_mobile(link.sent_to):
            body = _(
                "%(code)s is your code for the cases of %(party)s. It works once, for %(minutes)d minutes, on the page "
                "where it was asked for. Tell it nobody, not even us. Human line: %(line)s"
            )
        elif link.request.asked_by_id is None:
            body = _(
                "Somebody asked for a way to the cases of %(party)s.\n\nOpen them here: %(link)s\n\n"
                "Or type this code on the page where you asked: %(code)s (for %(minutes)d minutes)\n\n"
                "Either works once, the link until %(until)s. It lets you read, appeal and answer without signing in; "
                "do not pass it on. If you did not ask for it, you need do nothing.\n\nHuman line: %(line)s"
            )
        else:
            body = _(
                "A link to the cases of %(party)s was asked for on the phone.\n\nOpen them here: %(link)s\n\n"
                "It works once, until %(until)s. It lets you read, appeal and answer without signing in; do not pass "
                "it on. If you did not ask for it, you need do nothing.\n\nHuman line: %(line)s"
            )
        return _("Your way to your cases"), body % said
