"""What each verb of executors takes, as a body: shapes and sizes, nothing about the case. What is answered: outputs."""

from surfaces.api.serializers import Input, Line


class ReasonInput(Input):  # a base: its own name is in no document
    reason = Line(max_length=500)
