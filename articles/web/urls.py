"""The readers' addresses. None of them takes an instant."""

from django.urls import path, register_converter

from articles.web import (
    around,
    converters,
    feeds,
    machines,
    media,
    pages,
    printed,
    searching,
    sitemaps,
)

register_converter(converters.DateConverter, "date")
register_converter(converters.PageNumberConverter, "page_number")
register_converter(converters.MonthConverter, "month")

app_name = "web"
urlpatterns = [
    path("", pages.front, name="front"),
    path("stories/<int:story_id>/<str:slug>/", pages.story, name="story"),
    path("sections/<str:slug>/", around.section, name="section"),
    path("tags/<str:slug>/", around.tag, name="tag"),
    path("contributors/<str:slug>/", around.contributor, name="contributor"),
    path("archive/", around.archive, name="archive"),
    path("archive/<int:year>/<month:month>/", around.archive_month, name="archive-month"),
    path("search/", searching.screen, name="search"),
    path("corrections/", around.corrections, name="corrections"),
    path("feeds/sections/<str:slug>.xml", feeds.SectionFeed(), name="section-feed"),
    path("feeds/<slug:slug>.xml", feeds.EditionFeed(), name="feed"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("news-sitemap.xml", sitemaps.news_sitemap, name="news-sitemap"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("api/stories/<int:story_id>.json", machines.story, name="story-api"),
    path("api/issues/<slug:edition>/<date:date>.json", machines.issue, name="issue-api"),
    path("media/<str:name>-<int:width>.<str:extension>", media.picture, name="media"),
    path("media/pages/<str:name>-<int:width>.<str:extension>", printed.sheet, name="sheet"),
    path("healthz", machines.healthz, name="healthz"),
    path("readyz", machines.readyz, name="readyz"),
    path("<slug:edition>/", pages.edition_front, name="edition"),
    path("<slug:edition>/<date:date>/", pages.issue, name="issue"),
    path("<slug:edition>/<date:date>/<page_number:number>/", pages.page, name="page"),
]
