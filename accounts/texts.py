"""Text messages to mobile phones, through a port: codes for whoever cannot sign in.

`SMS_URL` names the operator's own gateway, which is posted each message, signed. Without it nothing is sent from a
deployment; a program that is not deployed writes the message to its console, as it does with mail.
"""

import json
import sys
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from standardwebhooks import Webhook

from casework import clock
from operations.outgoing import CallFailed, Deadline, Host, Message, answer_to

TIMEOUT = 10.0


class NotSent(OSError):  # noqa: N818  named as in casework.errors
    """The gateway did not take the message; as with a mail server, it is tried again."""


class Gateway(Protocol):
    """What sends text messages."""

    def send(self, number: str, text: str, *, ref: str) -> None:
        """The message is on its way to this number, such as +8613800000000; sent again under the same `ref` it is the
        same message. Raises `OSError`.
        """


class Console:
    """Writes messages where the program runs, and sends none."""

    def send(self, number: str, text: str, *, ref: str) -> None:
        sys.stdout.write(f"SMS {number} ({ref}): {text}\n")


class HttpGateway:
    """Posts `{"to", "text", "ref"}` to the operator's address, signed after Standard Webhooks under the id `ref`."""

    def __init__(self, url: str, secret: str) -> None:
        self._url, self._secret = urlsplit(url), secret

    def send(self, number: str, text: str, *, ref: str) -> None:
        body, now = json.dumps({"to": number, "text": text, "ref": ref}, ensure_ascii=False), clock.now()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": ref,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(self._secret).sign(msg_id=ref, timestamp=now, data=body),
        }
        where = self._url
        host = Host(where.scheme, where.hostname or "", where.port or {"http": 80, "https": 443}[where.scheme])
        try:
            message = Message("POST", where.path or "/", headers, body.encode())
            with answer_to(message, host, Deadline(TIMEOUT)) as answer:
                if not 200 <= answer.status < 300:
                    raise NotSent(f"the gateway answers {answer.status}")
        except CallFailed as error:
            raise NotSent(f"the gateway cannot be reached ({error.reason})") from None


def are_sent() -> bool:
    """Whether a mobile number can be asked for: there is a gateway, or the console stands in for it."""
    return bool(settings.SMS_URL) or not settings.IS_DEPLOYED


def gateway() -> Gateway:
    """What the settings name."""
    return HttpGateway(settings.SMS_URL, settings.SMS_SECRET) if settings.SMS_URL else Console()
