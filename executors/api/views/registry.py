"""Who is entrusted with what: executors, their people, their mandates, and what was agreed with them."""

from django.db.models import QuerySet

from casework.api.views import Call, CommandView, ListView, ReadView, Reply
from casework.errors import NotFound
from executors import commands, queries
from executors.api import outputs
from executors.api import serializers as shapes
from executors.api.views.base import ExecutorCommandView
from executors.models import Executor


class ExecutorsView(ListView, CommandView):
    """The executors that you may see, newest first; or register one. It may act once trained, certified and active."""

    shows, gives = outputs.ExecutorRowOutput, outputs.ExecutorOutput
    takes, status = shapes.RegisterExecutorInput, 201
    operation = {"GET": "listExecutors", "POST": "registerExecutor"}

    def rows(self, call: Call) -> QuerySet[Executor]:
        return queries.executors_for(call.actor)

    def perform(self, call: Call) -> Reply:
        executor = commands.register_executor(actor=call.actor, now=call.now, **call.values)
        return self.reply(queries.executor_for(call.actor, executor.ref), call)


class ExecutorView(ReadView):
    """One executor: where it stands, its mandates, its people by their codes, and what was agreed."""

    shows = outputs.ExecutorOutput

    def read(self, call: Call) -> Reply:
        return self.shown(queries.executor_for(call.actor, call.path["ref"]), call)


class ExecutorMeView(ReadView):
    """Your own record as somebody who works for an executor: what you may carry out now, and until when."""

    shows = outputs.ExecutorMeOutput

    def read(self, call: Call) -> Reply:
        person = queries.person_of(call.actor)
        if person is None:
            raise NotFound()
        return Reply(self.rendered(self.shows, person, call))


class PersonsView(ExecutorCommandView):
    """Somebody works for the executor from now on. Outsiders know them by the code in the answer."""

    takes, gives, status = shapes.AddPersonInput, outputs.ExecutorPersonOutput, 201
    operation = {"POST": "addPerson"}

    def perform(self, call: Call) -> Reply:
        person = commands.add_person(actor=call.actor, ref=call.path["ref"], now=call.now, **call.values)
        return self.reply(person, call)


class EndPersonView(ExecutorCommandView):
    """Somebody works for the executor no more: they can do nothing from the next request on."""

    decides = True

    def perform(self, call: Call) -> Reply:
        commands.end_person(
            actor=call.actor,
            ref=call.path["ref"],
            code=call.path["code"],
            now=call.now,
            expected_version=call.version,
        )
        return self.after(call)


class ProcessingTermsView(ExecutorCommandView):
    """A new version of what the executor may do with personal data, and until when."""

    takes, status, decides = shapes.ProcessingTermsInput, 201, True
    operation = {"POST": "recordProcessingTerms"}

    def perform(self, call: Call) -> Reply:
        terms = shapes.ProcessingTermsInput.draft(call.values)
        commands.record_processing_terms(
            actor=call.actor, ref=call.path["ref"], terms=terms, now=call.now, expected_version=call.version
        )
        return self.after(call)


class SubProcessorsView(ExecutorCommandView):
    """Somebody to whom the executor would pass a part of the work; not before the platform agrees."""

    takes, status = shapes.ProposeSubProcessorInput, 201
    operation = {"POST": "proposeSubProcessor"}

    def perform(self, call: Call) -> Reply:
        commands.propose_sub_processor(actor=call.actor, ref=call.path["ref"], now=call.now, **call.values)
        return self.after(call)


class DecideSubProcessorView(ExecutorCommandView):
    """A person of the platform agrees to a sub-processor or not, once."""

    takes, decides = shapes.DecideSubProcessorInput, True

    def perform(self, call: Call) -> Reply:
        commands.decide_sub_processor(
            actor=call.actor,
            ref=call.path["ref"],
            sub_processor=call.path["sub"],
            approved=call.values["approved"],
            now=call.now,
            expected_version=call.version,
        )
        return self.after(call)


class PayTermsView(ExecutorCommandView):
    """What the executor is paid by. Pay that follows rejections is refused."""

    takes, status = shapes.PayTermInput, 201
    operation = {"POST": "addPayTerm"}

    def perform(self, call: Call) -> Reply:
        commands.add_pay_term(actor=call.actor, ref=call.path["ref"], now=call.now, **call.values)
        return self.after(call)


class MandatesView(ExecutorCommandView):
    """A new version of what the executor may do; the one before ends where it starts."""

    takes, status, decides = shapes.MandateInput, 201, True
    operation = {"POST": "grantMandate"}

    def perform(self, call: Call) -> Reply:
        commands.grant_mandate(
            actor=call.actor,
            ref=call.path["ref"],
            mandate=shapes.MandateInput.draft(call.values),
            now=call.now,
            expected_version=call.version,
        )
        return self.after(call)


class RevokeMandateView(ExecutorCommandView):
    """A version of the mandate ends now, with the reason."""

    takes, decides = shapes.RevokeMandateInput, True

    def perform(self, call: Call) -> Reply:
        commands.revoke_mandate(
            actor=call.actor,
            ref=call.path["ref"],
            mandate=call.path["mandate"],
            reason=call.values["reason"],
            now=call.now,
            expected_version=call.version,
        )
        return self.after(call)


class ExtendContractView(ExecutorCommandView):
    """The contract runs longer than it did."""

    takes, decides = shapes.ExtendContractInput, True

    def perform(self, call: Call) -> Reply:
        commands.extend_contract(
            actor=call.actor,
            ref=call.path["ref"],
            contract_number=call.values["contract_number"],
            until=call.values["contract_until"],
            now=call.now,
            expected_version=call.version,
        )
        return self.after(call)


class BeginTrainingView(ExecutorCommandView):
    """The executor's people may train and sit tests."""

    def perform(self, call: Call) -> Reply:
        commands.begin_training(actor=call.actor, ref=call.path["ref"], now=call.now)
        return self.after(call)


class CertifyExecutorView(ExecutorCommandView):
    """The executor has at least one person with a certification in force."""

    def perform(self, call: Call) -> Reply:
        commands.certify_executor(actor=call.actor, ref=call.path["ref"], now=call.now)
        return self.after(call)


class ActivateExecutorView(ExecutorCommandView):
    """The executor may act within its mandate, if contract, processing terms and mandate are in force."""

    decides = True

    def perform(self, call: Call) -> Reply:
        commands.activate_executor(actor=call.actor, ref=call.path["ref"], now=call.now, expected_version=call.version)
        return self.after(call)


class SuspendExecutorView(ExecutorCommandView):
    """A person of compliance stops the executor: nothing is issued in its name until a person lets it again."""

    takes, decides = shapes.SuspendInput, True

    def perform(self, call: Call) -> Reply:
        commands.suspend_executor(
            actor=call.actor,
            ref=call.path["ref"],
            reason=call.values["reason"],
            now=call.now,
            expected_version=call.version,
        )
        return self.after(call)


class ReinstateExecutorView(ExecutorCommandView):
    """A person of compliance lets the executor act again, with the reason."""

    takes, decides = shapes.ReinstateInput, True

    def perform(self, call: Call) -> Reply:
        commands.reinstate_executor(
            actor=call.actor,
            ref=call.path["ref"],
            reason=call.values["reason"],
            now=call.now,
            expected_version=call.version,
        )
        return self.after(call)


class EndExecutorView(ExecutorCommandView):
    """The executor works for the platform no more; what it did stays on record."""

    takes, decides = shapes.EndInput, True

    def perform(self, call: Call) -> Reply:
        commands.end_executor(
            actor=call.actor,
            ref=call.path["ref"],
            reason=call.values["reason"],
            now=call.now,
            expected_version=call.version,
        )
        return self.after(call)
