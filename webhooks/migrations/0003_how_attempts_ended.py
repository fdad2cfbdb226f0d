from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('webhooks', '0002_told_when_todo_changed'),
    ]

    operations = [
        migrations.AddField(
            model_name='webhookdelivery',
            name='tried',
            field=models.JSONField(blank=True, editable=False, null=True),
        ),
    ]
