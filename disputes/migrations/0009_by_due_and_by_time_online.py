from django.db import migrations, models

from casework.online_index import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("disputes", "0008_assignments"),
    ]

    operations = [
        AddIndexOnline(
            model_name='dispute',
            index=models.Index(condition=models.Q(('is_ended', False), ('platform_due_at__isnull', False)), fields=['platform_due_at', 'id'], name='dispute_open_by_due'),
        ),
        AddIndexOnline(
            model_name='determination',
            index=models.Index(fields=['-decided_at', '-id'], name='determination_newest'),
        ),
    ]
