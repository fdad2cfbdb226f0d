"""What people of executors learn, the tests they sit, and the certifications that follow."""

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from executors import commands, queries
from executors.api import outputs
from executors.inputs.training import PublishCurriculumInput
from executors.models import Certification, Curriculum
from surfaces.api.views import Call, CommandView, ListView, ReadView, Reply


class CurriculaView(ListView, CommandView):
    """Curricula."""

    shows, gives = outputs.CurriculumRowOutput, outputs.CurriculumOutput
    takes, status = PublishCurriculumInput, 201
    order, synced_by = ("-published_at", "-pk"), "published_at"
    operation = {"GET": "listCurricula", "POST": "publishCurriculum"}

    def rows(self, call: Call) -> QuerySet[Curriculum]:
        """What there is to learn, for which rule version at which level."""
        return queries.curricula_for(call.actor, now=call.now)

    def perform(self, call: Call) -> Reply:
        """Publish a curriculum, fixed from then on."""
        said = PublishCurriculumInput.arguments(call.values)
        curriculum = commands.publish_curriculum(actor=call.actor, now=call.now, **said)
        return self.reply(queries.curriculum_for(call.actor, curriculum.ref), call)


class CurriculumView(ReadView):
    """What to know of one rule version at one level."""

    shows, finds = outputs.CurriculumOutput, queries.curriculum_for


class StartAttemptView(CommandView):
    """Sit the test. Answers are kept as you give them; an attempt that is open is answered again."""

    gives, status = outputs.AttemptOutput, 201

    def authorise(self, call: Call) -> None:
        queries.curriculum_for(call.actor, call.path["ref"])

    def perform(self, call: Call) -> Reply:
        attempt = commands.start_attempt(actor=call.actor, curriculum=call.path["ref"], now=call.now)
        return self.reply(queries.attempt_for(call.actor, attempt.ref), call)


class AttemptView(ReadView):
    """A test as its taker sees it; which answers are right is told once it is finished."""

    shows, finds = outputs.AttemptOutput, queries.attempt_for


class CertificationsView(ListView):
    """The certifications of one executor's people, newest first: their own, a lead the team's, the platform all."""

    shows = outputs.CertificationOutput
    order, synced_by = ("-issued_at", "-pk"), "changed_at"

    def rows(self, call: Call) -> QuerySet[Certification]:
        executor = queries.executor_for(call.actor, call.path["ref"])
        rows = queries.certifications_for(call.actor).filter(person__executor_id=executor.pk)
        return rows.annotate(changed_at=Coalesce("withdrawn_at", "issued_at"))
