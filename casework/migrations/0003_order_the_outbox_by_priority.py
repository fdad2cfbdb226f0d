import django.db.models.deletion
from django.db import migrations, models

from casework.online_index import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("casework", "0002_list_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="outboxmessage",
            name="priority",
            field=models.PositiveSmallIntegerField(
                choices=[(0, "what people did"), (1, "what systems did"), (2, "imports")], db_default=1, default=1
            ),
        ),
        AddIndexOnline(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("state", "PENDING")),
                fields=["priority", "next_attempt_at", "id"],
                name="outbox_pending_in_order",
            ),
        ),
        migrations.RemoveIndex(
            model_name="outboxmessage",
            name="outbox_pending_by_time",
        ),
        migrations.AlterField(
            model_name="outboxmessage",
            name="event",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="casework.event",
            ),
        ),
    ]
