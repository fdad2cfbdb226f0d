from django.db import migrations, models

from casework.online_index import AddIndexOnline


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('webhooks', '0003_how_attempts_ended'),
    ]

    operations = [
        AddIndexOnline(
            model_name='webhookdelivery',
            index=models.Index(condition=models.Q(('tried__isnull', False)), fields=['attempted_at'], name='webhook_delivery_with_answers'),
        ),
    ]
