"""A serializer that shows objects is bound once and used again: nothing of one caller reaches another."""

import threading

from rest_framework import serializers

from surfaces.api.serializers import represented


class PartOutput(serializers.Serializer):
    reader = serializers.SerializerMethodField()

    def get_reader(self, _row):
        return self.context["reader"]


class WholeOutput(serializers.Serializer):
    name = serializers.CharField()
    part = PartOutput(source="*")
    inner = serializers.SerializerMethodField()

    def get_inner(self, row):
        return [each["part"]["reader"] for each in represented(WholeOutput, row["rows"], {"reader": "in"}, many=True)]


def row(*rows):
    return {"name": "a", "rows": rows}


def shown(reader):
    return represented(WholeOutput, row(row(), row()), {"reader": reader})


def test_each_caller_is_shown_the_object_as_for_itself():
    for reader in ("rita", "alice"):
        assert shown(reader) == {"name": "a", "part": {"reader": reader}, "inner": ["in", "in"]}
        assert shown(reader) == WholeOutput(row(row(), row()), context={"reader": reader}).data
    assert represented(WholeOutput, [], {"reader": "rita"}, many=True) == []


def test_threads_do_not_share_one_at_a_time():
    wrong = []

    def work(reader):
        wrong.extend(reader for _time in range(100) if shown(reader)["part"]["reader"] != reader)

    threads = [threading.Thread(target=work, args=(f"reader {no}",)) for no in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
