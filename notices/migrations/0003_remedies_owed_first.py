from django.db import migrations, models

from casework.online_index import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("notices", "0002_digests_of_what_was_sent")]

    operations = [
        AddIndexOnline(
            model_name="remedy",
            index=models.Index(fields=["-state", "due_at", "id"], name="remedy_owed_first"),
        ),
    ]
