"""Every kind of measure has the words that it has now as its first version, which the measures so far keep."""

from django.db import migrations

WORDS = ("axis", "label_zh", "label_en", "restores_zh", "restores_en", "is_high_stakes")
AT_ONCE = 10_000


def make_first_versions(apps, schema_editor):
    versions = apps.get_model("notices", "MeasureTypeVersion").objects
    for row in apps.get_model("notices", "MeasureType").objects.filter(newest=None):
        row.newest = versions.create(code=row.code, no=1, **{name: getattr(row, name) for name in WORDS})
        row.save(update_fields=["newest"])


def keep_them_in_measures(apps, schema_editor):
    """In steps, each of its own, so that no write waits for all of them."""
    measures = apps.get_model("notices", "Measure").objects
    first = dict(apps.get_model("notices", "MeasureTypeVersion").objects.filter(no=1).values_list("code", "pk"))
    last = measures.order_by("-pk").values_list("pk", flat=True).first() or 0
    for start in range(0, last + 1, AT_ONCE):
        for code, version in first.items():
            some = measures.filter(pk__gte=start, pk__lt=start + AT_ONCE, type_id=code, type_version=None)
            some.update(type_version_id=version)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notices", "0005_measure_type_versions")]
    operations = [
        migrations.RunPython(make_first_versions, migrations.RunPython.noop),
        migrations.RunPython(keep_them_in_measures, migrations.RunPython.noop),
    ]
