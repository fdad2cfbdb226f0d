"""The only writers of tips."""

from tips.commands.deciding import (
    act_on_tip,
    confirm_tip_finding,
    dismiss_tip,
    find_tip_malicious,
    follow_revoked_notice,
    mark_tip_overdue,
    see_tip_reporter,
    set_tip_aside,
)
from tips.commands.filing import Reported, add_tip_file, file_tip
