"""The readers' addresses. None of them takes an instant."""

app_name = "web"
urlpatterns: list[object] = []
