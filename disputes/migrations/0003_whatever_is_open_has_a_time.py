from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disputes", "0002_step_due_at")]

    operations = [
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('state', 'NEGOTIATING')), models.Q(('state__in', ['NEGOTIATING', 'PAUSED', 'APPRAISING']), ('step_due_at__isnull', False)), models.Q(('platform_due_at__isnull', False), ('state__in', ['ESCALATED', 'DELIBERATING', 'REVIEW_REQUESTED'])), models.Q(('state', 'DETERMINED'), models.Q(('review_closes_at__isnull', False), ('round', 2), _connector='OR')), ('state__in', ['EVIDENCE', 'SETTLED', 'CARRYING_OUT', 'CLOSED', 'WITHDRAWN']), _connector='OR'), name='dispute_that_is_open_has_a_time'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(('human_demanded', True), ('state', 'NEGOTIATING'), ('step_due_at__isnull', True), _negated=True), name='dispute_where_a_person_was_demanded_has_a_time'),
        ),
    ]
