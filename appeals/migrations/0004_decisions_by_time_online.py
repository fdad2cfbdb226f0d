from django.db import migrations, models

from casework.online_index import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("appeals", "0003_assignments"),
    ]

    operations = [
        AddIndexOnline(
            model_name='decision',
            index=models.Index(fields=['-decided_at', '-id'], name='decision_newest'),
        ),
        AddIndexOnline(
            model_name='auditview',
            index=models.Index(fields=['-viewed_at', '-id'], name='audit_view_newest'),
        ),
    ]
