from django.db import migrations, models

from casework.online_index import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("disputes", "0004_what_is_owed_until_it_is_paid"),
    ]

    operations = [
        AddIndexOnline(
            model_name='obligation',
            index=models.Index(condition=models.Q(('is_late', True), ('state', 'OWED')), fields=['due_at', 'id'], name='obligation_late'),
        ),
        AddIndexOnline(
            model_name='obligation',
            index=models.Index(condition=models.Q(('not_received_at__isnull', False), ('state', 'OWED')), fields=['platform_due_at', 'id'], name='obligation_not_received'),
        ),
    ]
