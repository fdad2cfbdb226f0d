"""What people can do with executors, each verb once; see `casework.verbs`. What the system does has no row here.

What opens a case (register, instruct, claim) has an ordinary view: there is no case yet to which it could belong.
"""

from datetime import datetime

from casework import verbs
from casework.actor import Actor
from casework.models import Case
from casework.verbs import Action, Verb
from executors.models import Executor, Incident, Instruction, Recourse
from executors.verbs.of_executor import ATTEMPT, CERTIFICATE_PAGE, CERTIFICATION, EXECUTOR, EXECUTOR_PARTS
from executors.verbs.of_work import CLAIM, INCIDENT, INCIDENT_FILES, INSTRUCTION, RECOURSE

VERBS: dict[type[Case], tuple[Verb, ...]] = {
    Executor: EXECUTOR,
    Instruction: INSTRUCTION,
    Incident: INCIDENT,
    Recourse: RECOURSE,
}


def actions_for(actor: Actor, case: Case, *, now: datetime) -> list[Action]:
    """What this actor can do about the case now; absent means not possible.

    Whoever asks about many cases asks as `policies.as_person(actor)`, so that the person is looked up once.
    """
    return verbs.actions_for(VERBS[type(case)], actor, case, now=now)
