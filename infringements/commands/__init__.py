"""The only writers of right holders' notices."""

from infringements.commands.platform import (
    accept_infringement,
    ask_infringement,
    conclude_infringement,
    end_by_silence,
    find_infringement_wrong,
    follow_revoked_measure,
    mark_infringement_overdue,
    may_be_found,
    refuse_infringement,
)
from infringements.commands.sides import (
    Said,
    add_infringement_file,
    answer_infringement,
    complete_infringement,
    file_infringement,
    report_proceedings,
    silence_due,
    state_no_infringement,
    withdraw_infringement,
)
