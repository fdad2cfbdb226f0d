"""The verbs of accounts; the only writers of its tables."""

from accounts.commands.absence import set_absence, set_work
from accounts.commands.access import (
    ask_access_link,
    end_access_links,
    enter_by_code,
    enter_by_link,
    leave_by_link,
    send_access_link,
    send_access_links,
    set_party_phone,
)
from accounts.commands.devices import disown_device, let_device_sleep, mail_new_devices, note_device, wake_device
from accounts.commands.installation import ask_clock_to_move, mark_sample, mark_sandbox, move_clock
from accounts.commands.leaving import deactivate_user, reactivate_user
from accounts.commands.members import (
    authorise_agent,
    change_role,
    end_invitation,
    give_up_mandate,
    invite_member,
    join_as_new,
    join_party,
    remove_member,
)
from accounts.commands.people import (
    add_member,
    create_client,
    create_party,
    create_team,
    create_user,
    end_membership,
    grant_staff_role,
    make_owner,
    provide_member,
    revoke_staff_role,
    set_language,
    set_large_text,
    set_party_status,
)
from accounts.commands.sign_on import (
    bind_sign_on,
    change_person,
    end_sign_on,
    let_person_back,
    let_sign_on,
    provide_person,
    shut_out,
)
from accounts.commands.tokens import (
    LISTENERS,
    end_token,
    issue_socket_ticket,
    issue_token,
    note_token_used,
    restrict_token,
    revoke_token,
    revoke_tokens,
    rotate_token,
    use_socket_ticket,
)
