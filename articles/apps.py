"""The one domain app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Newsroom")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from articles import search
        from articles.models import guards
        from articles.rules import cold

        pre_migrate.connect(guards.lift, sender=self, dispatch_uid="articles.guards.lift")
        post_migrate.connect(guards.install, sender=self, dispatch_uid="articles.guards")
        cold.connect()
        post_migrate.connect(search.install, sender=self, dispatch_uid="articles.search")
