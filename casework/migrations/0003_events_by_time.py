from django.db import migrations, models

from casework.online_index import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("casework", "0002_digests_of_rows")]

    operations = [
        AddIndexOnline(model_name="event", index=models.Index(fields=["at", "id"], name="event_by_time")),
    ]
