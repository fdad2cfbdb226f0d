"""What was put out for consultation before is kept clause by clause; a rule is the client's that published it first."""

import hashlib
import json

from django.db import migrations


def _digest(value):
    """As `casework.canonical.digest` of two texts."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def keep_consulted_clauses(apps, schema_editor):
    rows = apps.get_model("rules", "ConsultedClause")
    makings = apps.get_model("rules", "Rulemaking").objects.exclude(consulted_text=[])
    for making in makings.iterator():
        rows.objects.bulk_create(
            rows(
                making=making,
                round=1,
                position=position,
                text_hash=_digest({"zh": each["text_zh"], "en": each["text_en"]}),
                **each,
            )
            for position, each in enumerate(making.consulted_text, start=1)
        )
    makings.update(consultation_round=1)


def name_owners(apps, schema_editor):
    events = apps.get_model("casework", "Event").objects
    clients = {row.ref: row.pk for row in apps.get_model("accounts", "ApiClient").objects.all()}
    for rule in apps.get_model("rules", "PlatformRule").objects.all():
        making = apps.get_model("rules", "Rulemaking").objects.filter(rule_version__rule=rule).order_by("pk").first()
        first = making and events.filter(case_kind="rulemaking", case_id=making.pk, sequence=1).first()
        if first and first.type == "rule.published" and first.actor_ref in clients:
            rule.client_id = clients[first.actor_ref]
            rule.save(update_fields=["client"])


class Migration(migrations.Migration):
    dependencies = [("rules", "0003_catalogue_changes"), ("casework", "0001_initial"), ("accounts", "0001_initial")]
    operations = [
        migrations.RunPython(keep_consulted_clauses, migrations.RunPython.noop),
        migrations.RunPython(name_owners, migrations.RunPython.noop),
    ]
