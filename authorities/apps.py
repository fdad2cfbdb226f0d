from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuthoritiesConfig(AppConfig):
    name = "authorities"
    verbose_name = _("Authorities")

    def ready(self) -> None:
        """Puts what authorities asked into the yearly report."""
        from authorities.queries import matters_of
        from transparency import yearly

        yearly.SECTIONS.append(matters_of)
