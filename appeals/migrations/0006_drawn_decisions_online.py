from django.db import migrations, models

from casework.online_index import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("appeals", "0005_second_looks_that_differ"),
    ]

    operations = [
        AddIndexOnline(
            model_name='decision',
            index=models.Index(condition=models.Q(('is_drawn', True)), fields=['decided_at', 'id'], name='decision_drawn'),
        ),
    ]
