"""What a yearly report says of automation: certificates, models, and what second looks at the system's work found."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from appeals.models import AuditView
from triage.models import CertificateRevocation, CertificateSignature, ModelStep, Stage


def automation_between(start: datetime, end: datetime) -> list[tuple[datetime, str, str]]:
    """When a certificate came into force or was revoked, or a model began or ended, in order; what happened and about
    what, in words.
    """
    return sorted(_steps(start, end))


def _steps(start: datetime, end: datetime) -> Iterator[tuple[datetime, str, str]]:
    signed = CertificateSignature.objects.filter(no=2, signed_at__gte=start, signed_at__lt=end)
    proved = _("%(kind)s, %(ground)s; model %(model)s; at most %(alpha)s%% wrong, proved on %(n)s cases")
    for row in signed.select_related("certificate__measure_type"):
        one = row.certificate
        about = {"kind": one.measure_type.label, "ground": one.get_ground_display(), "model": one.model_version}
        about |= {"alpha": f"{one.alpha_permille / 10:g}", "n": f"{one.n:,}"}
        yield row.signed_at, _("Certificate signed by two people"), proved % about
    ended = CertificateRevocation.objects.filter(revoked_at__gte=start, revoked_at__lt=end)
    for gone in ended.select_related("certificate__measure_type"):
        kind, ground = gone.certificate.measure_type.label, gone.certificate.get_ground_display()
        yield gone.revoked_at, _("Certificate revoked"), f"{kind}, {ground}: {gone.get_because_display()}"
    changes = (Stage.SHADOW, Stage.LIVE, Stage.ROLLED_BACK)  # of what looks at cases
    steps = ModelStep.objects.filter(stage__in=changes, taken_at__gte=start, taken_at__lt=end)
    for step in steps.select_related("model"):
        yield step.taken_at, _("Model: %(stage)s") % {"stage": step.get_stage_display()}, step.model.version


def audits_between(start: datetime, end: datetime) -> tuple[int, int]:
    """How many second looks people had at what the system had decided, and of how many it was wrong."""
    views = AuditView.objects.filter(viewed_at__gte=start, viewed_at__lt=end, decision__draw__isnull=False)
    looked = list(views)
    return len(looked), sum(view.is_error for view in looked)
