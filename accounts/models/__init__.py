"""The tables of people, parties and what lets somebody in."""

from accounts.models.access import ACCESS_TRIGGERS, TRIES, AccessLink, AccessRequest, masked
from accounts.models.devices import Device
from accounts.models.installation import CLOCK_AHEAD_AT_MOST, INSTALLATION_TRIGGERS, Installation
from accounts.models.invitations import (
    INVITATION_TRIGGERS,
    MANDATE_FOR,
    Invitation,
    MandateCase,
    decided_by_nobody_of_a_side,
    of_the_party,
    with_special_authority,
    within_the_mandate,
)
from accounts.models.leaving import given_to_somebody_present, leaves_nothing, taken_by_somebody_active
from accounts.models.notifications import Notification
from accounts.models.people import (
    AT_WORK,
    OF_THE_PARTY,
    SIGNING_IN,
    ApiClient,
    Language,
    Membership,
    MembershipRole,
    Party,
    PartyKind,
    PartyStatus,
    StaffRole,
    StaffRoleName,
    Team,
    User,
    new_client_ref,
    new_party_ref,
    new_user_ref,
)
from accounts.models.records import RECORD_TRIGGERS, AccountRecord
from accounts.models.sign_on import SIGN_ON_TRIGGERS, SignOn
from accounts.models.tokens import (
    TICKET_PREFIX,
    TOKEN_PREFIX,
    ApiToken,
    SocketTicket,
    new_ticket,
    new_token,
    token_digest,
)
from accounts.models.triggers import PEOPLE_TRIGGERS
from casework.cover import digested, operational

TRIGGERS = [
    *(*PEOPLE_TRIGGERS, *INSTALLATION_TRIGGERS, *ACCESS_TRIGGERS),
    *(*INVITATION_TRIGGERS, *RECORD_TRIGGERS, *SIGN_ON_TRIGGERS),
]

_SIGNING_IN = "how somebody signs in; no case rests on it"
COVER = {
    **digested(
        "accounts_team accounts_user accounts_apiclient accounts_party accounts_membership accounts_staffrole"
        " accounts_apitoken accounts_device accounts_invitation accounts_mandatecase accounts_notification"
        " accounts_accountrecord accounts_signon",
        accounts_user=dict.fromkeys(sorted(SIGNING_IN), _SIGNING_IN),
        accounts_apitoken={"last_used_at": _SIGNING_IN},
        accounts_device=dict.fromkeys(("last_at", "mail_due", "session_key", "token_id"), _SIGNING_IN)
        | dict.fromkeys(
            ("push_kind", "push_digest", "push_app", "push_at"), "how a phone is woken; no case rests on it"
        ),
    ),
    **operational(
        accounts_accessrequest=_SIGNING_IN,
        accounts_accesslink=_SIGNING_IN,
        accounts_socketticket=_SIGNING_IN,
        accounts_installation="which database this is",
        accounts_user_groups="not used",
        accounts_user_user_permissions="not used",
    ),
    # tables of the packages that we build on
    **operational(
        django_admin_log="what the admin shows of its own use; acts stand in the ledger",
        auth_permission="not used",
        auth_group="not used",
        auth_group_permissions="not used",
        django_content_type="names of tables, made by migrate",
        django_session=_SIGNING_IN,
        account_emailaddress=_SIGNING_IN,
        account_emailconfirmation=_SIGNING_IN,
        mfa_authenticator=_SIGNING_IN,
        axes_accessfailurelog=_SIGNING_IN,
        axes_accessattempt=_SIGNING_IN,
        axes_accessattemptexpiration=_SIGNING_IN,
        axes_accesslog=_SIGNING_IN,
        django_tasks_database_dbtaskresult="the queue of tasks",
    ),
}
