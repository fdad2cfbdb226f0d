from django.db import migrations, models

from casework.online_index import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('accounts', '0004_codes_for_whoever_cannot_sign_in'),
    ]

    operations = [
        AddIndexOnline(
            model_name='party',
            index=models.Index(condition=models.Q(('phone', ''), _negated=True), fields=['phone'], name='party_by_phone'),
        ),
    ]
