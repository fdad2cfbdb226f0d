"""Reading notices, always through `visible_to`."""

from notices.queries.cases import (
    OwnNotice,
    as_stored,
    count_in_force_for,
    decided_from,
    decision_due,
    events_of,
    exhibit_copy,
    exhibit_file,
    is_under_appeal,
    is_under_measure,
    lock_notice,
    lock_notices,
    matters_of_notices,
    may_read_notice,
    measure_type_said,
    measure_types,
    measures_in_force_for,
    notice_by_number,
    notice_for,
    notices_for,
    notices_listed_for,
    notices_to,
    notices_with_measures_for,
    own_notice,
    remedies_for,
    remedy_for,
    require_notice,
    resting_on,
    translations_of,
    weight_of,
    with_parts,
)
from notices.queries.points import Points, points_for, points_of, points_that_matter
from notices.queries.publications import public_records, publication_for, publications_for
from notices.queries.same_clause import on_the_same_clause
from notices.queries.second_looks import (
    acts_to_look_at,
    blind_look_for,
    blind_looks_for,
    blind_looks_waiting,
    pace_stated_in,
    sibling_for,
    siblings_for,
    tool_cause_of,
)
from notices.queries.several import (
    KINDS,
    SeveralFilter,
    Shared,
    in_time_to_appeal,
    several_notices_for,
    what_they_share,
)
