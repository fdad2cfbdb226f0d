"""Accounts in the console. Memberships, roles and clients change through commands; tokens are only looked at."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm

from accounts import commands
from accounts.commands.records import note_contact
from accounts.contacts import NUMBER_WAITS
from accounts.models import AT_WORK, ApiClient, ApiToken, Membership, Party, SignOn, StaffRole, Team, User
from accounts.policies import may_name_officers
from accounts.queries import actor_of_user
from accounts.roles import SCOPES
from accounts.searching import keep_found
from casework import clock
from casework.actor import Actor, Via
from casework.errors import CaseError
from casework.row_digests import recording
from surfaces.admin import CappedPaginator, ReadOnlyAdmin


class UndeletableAdmin(ModelAdmin):
    """A record that can be corrected and ended, but never deleted: cases refer to it."""

    paginator = CappedPaginator
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        with transaction.atomic(), recording():
            before = type(obj)._default_manager.filter(pk=obj.pk).first() if isinstance(obj, Party | User) else None
            super().save_model(request, obj, form, change)
            if isinstance(obj, Party | User):
                keep_found(obj)
            if before is not None:
                note_contact(before, actor=_actor(request), now=clock.now())


def _actor(request: HttpRequest) -> Actor:
    """The member of staff, as the middleware found them; as their rows say where it did not run."""
    return getattr(request, "actor", None) or actor_of_user(request.user, via=Via.ADMIN)


WORK = tuple(each.name for each in AT_WORK if each.editable)


@admin.register(User)
class PersonAdmin(UserAdmin, UndeletableAdmin):  # type: ignore[misc,type-arg]
    form = UserChangeForm
    add_form = AdminUserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "display_name", *WORK, "is_staff", "is_active", "last_login")
    list_filter = ("is_active", "is_staff", *(each.name for each in AT_WORK if each.choices or each.is_relation))
    search_fields = ("username", "display_name", "officer_code", "ref")
    ordering = ("username",)
    filter_horizontal = ()
    readonly_fields = (
        *("ref", "is_active", "is_staff", "is_superuser", "last_login", "date_joined"),
        *("left_at", "left_by", "deactivation"),
    )
    fieldsets = (
        (None, {"fields": ("username", "password", "display_name", "email", "ref")}),
        (_("Work"), {"fields": WORK}),
        (_("Reading"), {"fields": ("language", "large_text")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser", "last_login", "date_joined")}),
        (_("Leaving"), {"fields": ("deactivation", "left_at", "left_by")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "display_name", "usable_password", "password1", "password2")}),
        (_("Work"), {"fields": WORK}),
    )

    @admin.display(description=_("leaving"))
    def deactivation(self, person: User) -> str:
        """The way to the page that shows what they hold and gives it back: nothing else deactivates anybody."""
        if not person.pk:
            return "–"
        words = _("Deactivate: see what they hold, and give it back") if person.is_active else _("Let back in")
        return format_html('<a href="{}">{}</a>', reverse("people:leave", args=[person.ref]), words)


@admin.register(Team)
class TeamAdmin(UndeletableAdmin):
    list_display = ("name", "organisation", "is_external")
    list_filter = ("is_external",)
    search_fields = ("name", "organisation")


@admin.register(Party)
class PartyAdmin(UndeletableAdmin):
    list_display = ("name", "kind", "external_ref", "client", "status", "created_at")
    list_filter = ("kind", "status", "client")
    search_fields = ("name", "external_ref", "ref")
    ordering = ("-id",)
    readonly_fields = ("ref", "client", "external_ref", "kind", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # the platform's back end provides parties, under its own numbers

    def save_model(self, request: HttpRequest, obj: Party, form: Any, change: bool) -> None:
        obj.phone_from = clock.now() + NUMBER_WAITS if "phone" in form.changed_data else obj.phone_from
        super().save_model(request, obj, form, change)


class ScopesField(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=[(scope, scope) for scope in SCOPES], required=False, **options)


class ClientForm(forms.ModelForm):  # type: ignore[type-arg]
    scopes = ScopesField(label=_("scopes"))

    class Meta:
        model = ApiClient
        fields = ("name", "scopes", "is_active")


@admin.register(ApiClient)
class ApiClientAdmin(UndeletableAdmin):
    form = ClientForm
    list_display = ("name", "ref", "is_active", "created_at")
    readonly_fields = ("ref", "created_at")
    actions = ("issue_token", "revoke_tokens")

    def save_model(self, request: HttpRequest, obj: ApiClient, form: Any, change: bool) -> None:
        if not change:
            obj.created_at = clock.now()
        obj.scopes = sorted(obj.scopes)
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Issue a token"), permissions=["change"])
    def issue_token(self, request: HttpRequest, chosen: QuerySet[ApiClient]) -> None:
        for client in chosen:
            plain, _row = commands.issue_token(actor=_actor(request), client=client, now=clock.now())
            messages.warning(
                request,
                _("Token of %(client)s, shown this once: %(token)s") % {"client": client.name, "token": plain},
            )

    @admin.action(description=_("Revoke all tokens"), permissions=["change"])
    def revoke_tokens(self, request: HttpRequest, chosen: QuerySet[ApiClient]) -> None:
        ended = sum(commands.revoke_tokens(actor=_actor(request), client=client, now=clock.now()) for client in chosen)
        messages.success(request, _("%(count)s tokens revoked.") % {"count": ended})


class GrantedAdmin(UndeletableAdmin):
    """A row that is granted and ended, never changed."""

    actions = ("end",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request)

    @admin.action(description=_("End now"), permissions=["change"])
    def end(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        for row in chosen.filter(ended_at__isnull=True).select_related("user"):
            try:
                self.end_one(request, row)
            except CaseError as refusal:
                messages.error(request, str(refusal.detail))

    def end_one(self, request: HttpRequest, row: Any) -> None:
        raise NotImplementedError


class GrantForm(forms.ModelForm):  # type: ignore[type-arg]
    """Grants through the command; its refusal is shown on the form."""

    actor: Actor

    def grant(self) -> Any:
        raise NotImplementedError

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors:
            try:
                self.granted = self.grant()
            except CaseError as refusal:
                self.add_error(None, " ".join([str(refusal.detail), *(str(e.message) for e in refusal.errors)]))
        return cleaned

    def _post_clean(self) -> None:
        """The command has checked and stored the row; there is no second row to check."""

    def save(self, commit: bool = True) -> Any:
        return self.granted

    def save_m2m(self) -> None:
        """Nothing."""


class MembershipForm(GrantForm):
    class Meta:
        model = Membership
        fields = ("user", "party", "role")

    def grant(self) -> Any:
        values = self.cleaned_data
        return commands.add_member(
            actor=self.actor, user=values["user"], party=values["party"], role=values["role"], now=clock.now()
        )


class StaffRoleForm(GrantForm):
    class Meta:
        model = StaffRole
        fields = ("user", "role")

    def grant(self) -> Any:
        values = self.cleaned_data
        return commands.grant_staff_role(actor=self.actor, user=values["user"], role=values["role"], now=clock.now())


class SignOnForm(GrantForm):
    class Meta:
        model = SignOn
        fields = ("user", "external_ref", "address")

    def grant(self) -> Any:
        return commands.let_sign_on(actor=self.actor, now=clock.now(), **self.cleaned_data)


class GrantingAdmin(GrantedAdmin):
    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form = super().get_form(request, obj, change=change, **options)
        return type(form.__name__, (form,), {"actor": _actor(request)})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The command has stored it."""


@admin.register(Membership)
class MembershipAdmin(GrantingAdmin):
    form = MembershipForm
    list_display = ("user", "party", "role", "started_at", "ended_at", "acts_until", "cases_named", "granted_by")
    list_filter = ("role",)
    search_fields = ("user__username", "party__name")
    autocomplete_fields = ("user", "party")

    def end_one(self, request: HttpRequest, row: Membership) -> None:
        commands.end_membership(actor=_actor(request), membership=row, now=clock.now())


@admin.register(StaffRole)
class StaffRoleAdmin(GrantingAdmin):
    form = StaffRoleForm
    list_display = ("user", "role", "granted_at", "ended_at", "granted_by")
    list_filter = ("role",)
    search_fields = ("user__username", "user__officer_code")
    autocomplete_fields = ("user",)

    def end_one(self, request: HttpRequest, row: StaffRole) -> None:
        commands.revoke_staff_role(actor=_actor(request), user=row.user, role=row.role, now=clock.now())


@admin.register(SignOn)
class SignOnAdmin(GrantingAdmin):
    form = SignOnForm
    list_display = ("user", "external_ref", "address", "subject", "made_at", "bound_at", "made_by", "ended_at")
    search_fields = ("user__username", "external_ref", "address")
    autocomplete_fields = ("user",)

    def end_one(self, request: HttpRequest, row: SignOn) -> None:
        commands.end_sign_on(actor=_actor(request), row=row, now=clock.now())


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    list_display = (
        *("user", "client", "label", "last_four", "scopes", "made_with", "issued_by", "second_factor", "created_at"),
        *("last_used_at", "expires_at", "revoked_at"),
    )
    list_select_related = ("user", "client", "made_with__user", "made_with__client")
    actions = ("end",)
    list_filter = ("second_factor",)
    exclude = ("digest", "password_mark")
    search_fields = ("user__username", "client__name", "label")

    def has_end_permission(self, request: HttpRequest) -> bool:
        return may_name_officers(_actor(request)) is None

    @admin.action(description=_("End now"), permissions=["end"])
    def end(self, request: HttpRequest, chosen: QuerySet[ApiToken]) -> None:
        for token in chosen.filter(revoked_at=None):
            commands.end_token(actor=_actor(request), token=token, now=clock.now())
