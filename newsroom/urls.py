"""All addresses: the desk under /admin/, everything else the readers'."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("articles.web.urls")),
]

handler404 = "articles.web.errors.not_found"
handler500 = "articles.web.errors.server_error"
