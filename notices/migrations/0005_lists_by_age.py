from django.db import migrations, models

from casework.online_index import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('notices', '0004_order_by_own_column'),
    ]

    operations = [
        AddIndexOnline(
            model_name='remedy',
            index=models.Index(fields=['created_at', 'id'], name='remedy_by_age'),
        ),
        AddIndexOnline(
            model_name='siblingreview',
            index=models.Index(fields=['created_at', 'id'], name='sibling_by_age'),
        ),
        migrations.RemoveIndex(
            model_name='siblingreview',
            name='sibling_open_by_age',
        ),
    ]
