"""Gives every open dispute that had none a time at which something follows."""

from datetime import timedelta

from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone

TALK, LOOK_AGAIN = timedelta(days=10), timedelta(days=30)


def give_times(apps, _schema_editor):
    """The sides talk for ten days more; where a person was demanded the platform joins now; pauses are looked at."""
    disputes, now = apps.get_model("disputes", "Dispute").objects, timezone.now()
    talking = disputes.filter(Q(answered_at__isnull=False) | Q(human_demanded=True), state="NEGOTIATING")
    rows = talking.values_list("pk", "human_demanded")
    times = [(pk, "dispute.talk", now if demanded else now + TALK) for pk, demanded in rows]
    paused = disputes.filter(state__in=["PAUSED", "APPRAISING"]).values_list("pk", flat=True)
    times += [(pk, "dispute.pause", now + LOOK_AGAIN) for pk in paused]
    deadlines = apps.get_model("casework", "Deadline").objects
    for pk, kind, due in times:
        disputes.filter(pk=pk).update(step_due_at=due)
        deadlines.create(case_kind="dispute", case_id=pk, kind=kind, due_at=due, set_at=now)


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_initial"), ("disputes", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="dispute",
            name="step_due_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="step due"),
        ),
        migrations.RunPython(give_times, migrations.RunPython.noop),
    ]
