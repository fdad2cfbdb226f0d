from django.db import migrations, models

from casework.online_index import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('casework', '0004_signing_keys_and_checkpoints'),
    ]

    operations = [
        AddIndexOnline(
            model_name='outboxmessage',
            index=models.Index(condition=models.Q(('state', 'DEAD')), fields=['id'], name='outbox_given_up'),
        ),
    ]
