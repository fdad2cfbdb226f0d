"""Where the platform reaches a party whose account is gone, and what its links and codes are."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import AccessLink, Invitation, Membership, Party, masked
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


def parties_reached_by(address: str) -> list[tuple[Party, str]]:
    """The parties whose contact of record this address is, in whatever case it is typed, or this mobile number, each
    with it as it stands.
    """
    if is_mobile(address):
        return [(party, party.phone) for party in Party.objects.filter(phone=address).order_by("id")]
    own = [(party, party.email) for party in Party.objects.filter(email__iexact=address).order_by("id")]
    owned = Membership.objects.filter(active(), role=OWNER, party__email="", user__email__iexact=address)
    return own + [(each.party, each.user.email) for each in owned.select_related("party", "user").order_by("id")]


def link_address(link: AccessLink) -> str:
    """The address that the message carries."""
    return f"{settings.PUBLIC_URL}{reverse('accounts:enter', args=[signed(link.ref, purpose=ACCESS)])}"


def is_mobile(address: str) -> bool:
    """Whether this is a mobile number, as `operations.limits.mobile_number` writes it, and no e-mail address."""
    return address.startswith("+") and "@" not in address  # an e-mail address can begin with a plus


def code_of(link: AccessLink) -> str:
    """The six digits that open what the link opens, for whoever asked for it. They are stored nowhere: they follow from
    the random `ref` and this program's key.
    """
    digest = salted_hmac("accounts.contacts.code", link.ref, algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8]) % 1_000_000:06}"


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
