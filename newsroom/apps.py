"""Tells Django which admin site the desk uses."""

from django.contrib.admin.apps import AdminConfig


class DeskAdminConfig(AdminConfig):
    default_site = "newsroom.desk_site.DeskSite"
