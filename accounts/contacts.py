"""Where the platform reaches a party whose account is gone, and what its links and codes are."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import AccessLink, AccessRequest, Invitation, Membership, Party, masked
from accounts.policies import active
from accounts.roles import OWNER
from accounts.signing import ref_of, signed
from casework.formats import moment_text

ACCESS = "access"
"""What the signature of an access link is for."""
CODE = "access-code"
"""What that of a request is for, upon which a code is typed."""
CODE_FOR = timedelta(minutes=10)
"""How long a code can be used after it was sent."""
LONG = 12
"""Digits of a code that is good upon any request for its address: strangers guess at it, five times each."""
TO_ONE_ADDRESS = 3
"""Requests for one address or number from one network within a day upon which something is sent; of more nothing is
said. Once as many came from anywhere, the first of each other network still is, and of more than ten times as many one
in each `CODE_FOR`: its code is good for all who ask. Those of a device that entered by it before count by themselves.
"""
NUMBER_WAITS = timedelta(days=3)
"""How long a number that a party got later opens nothing, so that its owners can object."""
INVITATION = "invitation"
"""What that of an invitation is for."""


def contacts_of_record(party: Party) -> list[tuple[str, str]]:
    """(e-mail, language) under which the platform knows the party: its own, else those of its owners, though their
    accounts be deactivated.
    """
    if party.email:
        return [(party.email, party.language)]
    owners = Membership.objects.filter(active(), party=party, role=OWNER).exclude(user__email="").order_by("id")
    return list(dict.fromkeys(owners.values_list("user__email", "user__language")))


def addresses_of_record(party: Party) -> list[str]:
    """The addresses of `contacts_of_record`, masked, for an officer."""
    return [masked(address) for address, _language in contacts_of_record(party)]


def parties_reached_by(address: str, *, now: datetime) -> list[tuple[Party, str]]:
    """The parties whose contact of record this address is, in whatever case it is typed, or this mobile number, each
    with it as it stands.
    """
    if is_mobile(address):
        reached = Party.objects.filter(Q(phone_from=None) | Q(phone_from__lte=now), phone=address)
        return [(party, party.phone) for party in reached.order_by("id")]
    own = [(party, party.email) for party in Party.objects.filter(email__iexact=address).order_by("id")]
    owned = Membership.objects.filter(active(), role=OWNER, party__email="", user__email__iexact=address)
    return own + [(each.party, each.user.email) for each in owned.select_related("party", "user").order_by("id")]


def link_address(link: AccessLink) -> str:
    """The address that the message carries."""
    return f"{settings.PUBLIC_URL}{reverse('accounts:enter', args=[signed(link.ref, purpose=ACCESS)])}"


def is_mobile(address: str) -> bool:
    """Whether this is a mobile number, as `operations.limits.mobile_number` writes it, and no e-mail address."""
    return address.startswith("+") and "@" not in address  # an e-mail address can begin with a plus


def code_of(link: AccessLink, *, digits: int = 6) -> str:
    """The digits that open what the link opens: six for whoever asked for it, `LONG` ones for whoever asked for the
    same address. They are stored nowhere: they follow from the random `ref` and this program's key.
    """
    purpose = "accounts.contacts.code" + ("" if digits == 6 else ".long")
    digest = salted_hmac(purpose, link.ref, algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8]) % 10**digits:0{digits}}"


def code_sent(link: AccessLink) -> str:
    """The code in the message: where strangers ask for the address as well, the long one, in groups of four."""
    since = link.created_at - timedelta(days=1)
    if AccessRequest.objects.filter(mark=link.request.mark, asked_at__gt=since).count() <= TO_ONE_ADDRESS:
        return code_of(link)
    long = code_of(link, digits=LONG)
    return " ".join(long[n : n + 4] for n in range(0, LONG, 4))


def is_still_of_record(link: AccessLink) -> bool:
    """Whether what it was sent to is the party's contact of record now."""
    return link.sent_to == link.party.phone or link.sent_to in {each for each, _lang in contacts_of_record(link.party)}


def sent_upon(asked: str, *, now: datetime) -> list[AccessLink]:
    """What was sent upon this request, as `ask_access_link` returned it, and can still be used."""
    sent = AccessLink.objects.filter(request__ref=ref_of(asked, purpose=CODE), used_at=None, expires_at__gte=now)
    return list(sent.select_related("party", "request"))


def live_links(party: Party, *, now: datetime) -> QuerySet[AccessLink]:
    """The links of the party that can still be used, and those that hold something open."""
    still = Q(used_at=None, expires_at__gte=now) | Q(open_until__gte=now)
    return AccessLink.objects.filter(still, party=party, revoked_at=None)


def invitation_address(invitation: Invitation) -> str:
    """The address that the owner passes on."""
    return f"{settings.PUBLIC_URL}{reverse('accounts:join', args=[signed(invitation.ref, purpose=INVITATION)])}"


def open_invitation(text: str, *, now: datetime) -> Invitation | None:
    """The invitation that this signed text is of, while it can be used and whoever made it is still owner."""
    unused = Invitation.objects.filter(used_at=None, revoked_at=None, expires_at__gte=now)
    found = unused.filter(ref=ref_of(text, purpose=INVITATION)).select_related("party", "invited_by").first()
    if found is None:
        return None
    owners = Membership.objects.filter(active(), party_id=found.party_id, user_id=found.invited_by_id, role=OWNER)
    return found if owners.exists() else None


def message_of(link: AccessLink, language: str) -> tuple[str, str]:
    """Subject and text of the message that carries this link or code."""
    with translation.override(language):
        said = {
            "party": link.party.name,
            "code": code_sent(link),
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
