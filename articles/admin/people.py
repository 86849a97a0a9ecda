"""Accounts, roles and contributors."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from articles.models import Contributor, PublishedByline, User
from articles.rules import portraits
from articles.text import slugs

ROLES = {
    "reporter": pgettext_lazy("role", "reporter"),
    "photographer": pgettext_lazy("role", "photographer"),
    "editor": pgettext_lazy("role", "editor"),
    "issue editor": pgettext_lazy("role", "issue editor"),
    "publisher": pgettext_lazy("role", "publisher"),
}


def role_name(group: Group) -> str:
    """A role in the reader's language; a group that the paper made itself by its own name."""
    return str(ROLES.get(group.name, group.name))


class RolesField(forms.ModelMultipleChoiceField[Group]):
    def label_from_instance(self, obj: Any) -> str:
        return role_name(obj)


class MeForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ("language", "email", "mail")


@admin.register(User)
class AccountAdmin(UserAdmin[User]):
    """Accounts. A publisher gives people their roles; only a superuser makes superusers."""

    list_display = ("username", "last_name", "first_name", "roles", "is_active", "last_login")
    list_filter = ("groups", "is_active")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("last_name", "first_name", "email", "language")}),
        (_("Role"), {"fields": ("is_active", "is_staff", "groups", "sections")}),
    )
    filter_horizontal = ()

    def get_urls(self) -> list[Any]:
        me = path("me/", self.admin_site.admin_view(self.me_view), name="articles_user_me")
        return [me, *super().get_urls()]

    def me_view(self, request: HttpRequest) -> HttpResponse:
        """What everybody sets for themselves: the desk's language, and mail."""
        form = MeForm(request.POST or None, instance=cast(User, request.user))
        if request.method == "POST" and form.is_valid():
            form.save()
            messages.success(request, _("Your settings are saved."))
            return HttpResponseRedirect(reverse("admin:articles_user_me"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("My settings"),
            "form": form,
        }
        return TemplateResponse(request, "admin/articles/user/me.html", context)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A role or a section is a box to tick: there are few, and each is called by its name."""
        kwargs["widget"] = forms.CheckboxSelectMultiple
        if db_field.name == "groups":
            kwargs |= {"form_class": RolesField, "help_text": ""}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> Any:
        people = super().get_queryset(request).prefetch_related("groups")
        # Somebody who is no superuser must not set a superuser's password.
        return people if request.user.is_superuser else people.filter(is_superuser=False)

    @admin.display(description=_("roles"))
    def roles(self, account: User) -> str:
        return ", ".join(role_name(group) for group in account.groups.all())


@admin.register(Contributor)
class ContributorAdmin(admin.ModelAdmin[Contributor]):
    list_display = ("name", "kind", "slug", "user")
    list_filter = ("kind",)
    list_select_related = ("user",)
    view_on_site = False
    search_fields = ("name", "slug", "sort_key")
    fields = ("name", "slug", "kind", "bio", "portrait", "user")
    autocomplete_fields = ("user", "portrait")
    prepopulated_fields = {"slug": ("name",)}

    def get_fields(self, request: HttpRequest, obj: Contributor | None = None) -> Any:
        """Whose account a name is, is said by who keeps the accounts: it opens all they signed."""
        fields = [*super().get_fields(request, obj)]
        if not request.user.has_perm("articles.change_user"):
            fields.remove("user")
        return fields

    def get_readonly_fields(self, request: HttpRequest, obj: Contributor | None = None) -> Any:
        # What is published, or waits, leads to the page at this address.
        published = obj is not None and PublishedByline.objects.filter(contributor=obj).exists()
        return ("slug",) if published else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Contributor | None = None) -> Any:
        return {} if self.get_readonly_fields(request, obj) else self.prepopulated_fields

    def save_model(self, request: HttpRequest, obj: Contributor, form: Any, change: bool) -> None:
        obj.sort_key = slugs.slug_for(obj.name)
        super().save_model(request, obj, form, change)
        portraits.make_soon(obj)
