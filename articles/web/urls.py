"""The readers' addresses. None of them takes an instant."""

from django.urls import path, register_converter

from articles.web import (
    around,
    converters,
    feeds,
    machines,
    media,
    offline,
    pages,
    printed,
    searching,
    share,
    sitemaps,
)

register_converter(converters.DateConverter, "date")
register_converter(converters.PageNumberConverter, "page_number")
register_converter(converters.MonthConverter, "month")

XML, JSON = {"form": "xml"}, {"form": "json"}

app_name = "web"
urlpatterns = [
    path("", pages.front, name="front"),
    path("stories/<int:story_id>/", pages.story, {"slug": ""}, name="story-number"),
    path("stories/<int:story_id>/<str:slug>/", pages.story, name="story"),
    path("sections/<str:slug>/", around.section, name="section"),
    path("tags/<str:slug>/", around.tag, name="tag"),
    path("contributors/<str:slug>/", around.contributor, name="contributor"),
    path("about/", around.about, name="about"),
    path("archive/", around.archive, name="archive"),
    path("archive/<int:year>/<month:month>/", around.archive_month, name="archive-month"),
    path("search/", searching.screen, name="search"),
    path("corrections/", around.corrections, name="corrections"),
    path("feeds/sections/<str:slug>.xml", feeds.of_section, XML, name="section-feed"),
    path("feeds/sections/<str:slug>.json", feeds.of_section, JSON, name="section-feed-json"),
    path("feeds/tags/<str:slug>.xml", feeds.of_tag, XML, name="tag-feed"),
    path("feeds/tags/<str:slug>.json", feeds.of_tag, JSON, name="tag-feed-json"),
    path("feeds/contributors/<str:slug>.xml", feeds.of_contributor, XML, name="person-feed"),
    path("feeds/contributors/<str:slug>.json", feeds.of_contributor, JSON, name="person-feed-json"),
    path("feeds/<slug:slug>.xml", feeds.of_edition, XML, name="feed"),
    path("feeds/<slug:slug>.json", feeds.of_edition, JSON, name="feed-json"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemaps/pages.xml", sitemaps.own_pages, name="sitemap-pages"),
    path("sitemaps/<int:year>-<month:month>.xml", sitemaps.month, name="sitemap-month"),
    path("news-sitemap.xml", sitemaps.news, name="news-sitemap"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("api/stories/<int:story_id>.json", machines.story, name="story-api"),
    path("api/issues/<slug:edition>/<date:date>.json", machines.issue, name="issue-api"),
    path("media/<str:name>-<int:width>.<str:extension>", media.picture, name="media"),
    path("media/pages/<str:name>-<int:width>.<str:extension>", printed.sheet, name="sheet"),
    path("share/<int:story_id>-<int:version>.jpg", share.card, name="share"),
    path("favicon.ico", offline.icon, name="icon"),
    path("sw.js", offline.worker, name="service-worker"),
    path("offline/", offline.notice, name="offline"),
    path("healthz", machines.healthz, name="healthz"),
    path("readyz", machines.readyz, name="readyz"),
    path("<slug:edition>/", pages.edition_front, name="edition"),
    path("<slug:edition>/manifest.webmanifest", offline.manifest, name="manifest"),
    path("<slug:edition>/<date:date>/", pages.issue, name="issue"),
    path("<slug:edition>/<date:date>/issue.epub", offline.book, name="issue-epub"),
    path("<slug:edition>/<date:date>/offline.json", offline.parts, name="issue-parts"),
    path("<slug:edition>/<date:date>/<page_number:number>/", pages.page, name="page"),
]
