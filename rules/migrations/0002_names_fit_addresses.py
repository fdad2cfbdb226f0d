import casework.names
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rules', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='platformrule',
            name='code',
            field=models.CharField(max_length=60, unique=True, validators=[casework.names.validate_name], verbose_name='code'),
        ),
        migrations.AlterField(
            model_name='ruleversion',
            name='number',
            field=models.CharField(max_length=40, validators=[casework.names.validate_name], verbose_name='version'),
        ),
    ]
