"""Burden tables: public, as a part of the rule version that they belong to."""

from disputes import commands, inputs, queries
from disputes.api.outputs import BurdenTableOutput
from disputes.default_table import GROUNDS, RELAXATIONS, fast_refunds
from rules.queries import version_by_number
from surfaces.api.views import Call, CommandView, ReadView, Reply


class CurrentBurdenTableView(ReadView):
    """The burden table in force now: every ground, its facts, who must show what, and what silence means. Public."""

    shows, is_public = BurdenTableOutput, True

    def read(self, call: Call) -> Reply:
        return Reply(self.rendered(self.shows, queries.table_in_force(call.now), call))


class BurdenTableView(ReadView):
    """The burden table of one rule version, for good. Public."""

    shows, is_public = BurdenTableOutput, True

    def read(self, call: Call) -> Reply:
        return Reply(self.rendered(self.shows, queries.table_of(call.path["ref"], call.path["no"]), call))


class PublishBurdenTableView(CommandView):
    """Publish the burden table that comes with this program as a part of a rule version not yet in force.

    With `fast_refunds` these grounds have fast refunds up to a sum in a case, with the program's three controls of
    their abuse.
    """

    takes, gives, status = inputs.PublishTableInput, BurdenTableOutput, 201

    def perform(self, call: Call) -> Reply:
        ref, no = call.path["ref"], call.path["no"]
        asked = call.values["fast_refunds"]
        fast = (
            ()
            if asked is None
            else fast_refunds(asked["grounds"], limit_minor=asked["limit_minor"], platform_pays=asked["platform_pays"])
        )
        commands.publish_burden_table(
            actor=call.actor,
            version_id=version_by_number(ref, no).pk,
            grounds=GROUNDS,
            relaxations=(*RELAXATIONS, *fast),
            now=call.now,
        )
        return self.reply(queries.table_of(ref, no), call)
