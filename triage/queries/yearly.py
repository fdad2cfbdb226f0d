"""What a yearly report says of automation: certificates, models, and what second looks at the system's work found."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from appeals.models import AuditView
from triage.models import CertificateRevocation, CertificateSignature, ModelStep, Stage

CHANGES = (Stage.SHADOW, Stage.LIVE, Stage.ROLLED_BACK)
"""The steps of a model that change what looks at cases."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that changed what the system may do alone, in words of the active language."""

    at: datetime
    what: str
    about: str


def automation_between(start: datetime, end: datetime) -> list[Step]:
    """Certificates that came into force or were revoked, and models that began or ended, in that time, in order."""
    return sorted(_steps(start, end), key=lambda step: (step.at, step.what, step.about))


def _steps(start: datetime, end: datetime) -> Iterator[Step]:
    signed = CertificateSignature.objects.filter(no=2, signed_at__gte=start, signed_at__lt=end)
    for row in signed.select_related("certificate__measure_type"):
        one = row.certificate
        about = _("%(kind)s, %(ground)s; model %(model)s; at most %(alpha)s%% wrong, proved on %(n)s cases") % {
            "kind": one.measure_type.label,
            "ground": one.get_ground_display(),
            "model": one.model_version,
            "alpha": f"{one.alpha_permille / 10:g}",
            "n": f"{one.n:,}",
        }
        yield Step(row.signed_at, _("Certificate signed by two people"), about)
    ended = CertificateRevocation.objects.filter(revoked_at__gte=start, revoked_at__lt=end)
    for gone in ended.select_related("certificate__measure_type"):
        about = f"{gone.certificate.measure_type.label}, {gone.certificate.get_ground_display()}"
        yield Step(gone.revoked_at, _("Certificate revoked"), f"{about}: {gone.get_because_display()}")
    steps = ModelStep.objects.filter(stage__in=CHANGES, taken_at__gte=start, taken_at__lt=end).select_related("model")
    for step in steps:
        yield Step(step.taken_at, _("Model: %(stage)s") % {"stage": step.get_stage_display()}, step.model.version)


def audits_between(start: datetime, end: datetime) -> tuple[int, int]:
    """How many second looks people had at what the system had decided, and of how many it was wrong."""
    views = AuditView.objects.filter(viewed_at__gte=start, viewed_at__lt=end, decision__draw__isnull=False)
    looked = list(views)
    return len(looked), sum(view.is_error for view in looked)
