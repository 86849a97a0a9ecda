"""The page of a contributor: where it is, on the desk."""

import pytest
from django.urls import reverse

from articles.models import Contributor
from tests import cast as people
from tests.admin.test_stories import sat_down
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_address_of_a_published_contributor_stays(cast: Cast) -> None:
    paper = people.found()
    story = people.draft(paper, cast.wen)
    who = Contributor.objects.get()
    address = reverse("admin:articles_contributor_change", args=[who.pk])
    typed = {"name": "林晚潮", "slug": "lin-w-c", "kind": "staff"}
    desk = sat_down(cast.qiu)
    assert desk.post(address, typed).status_code == 302
    assert Contributor.objects.get().slug == "lin-w-c"
    people.run(paper, cast, story)
    assert desk.get(address).status_code == 200
    answer = desk.post(address, typed | {"slug": "lin", "bio": "跑海港的记者"})
    assert answer.status_code == 302
    fresh = Contributor.objects.get()
    assert (fresh.slug, fresh.bio) == ("lin-w-c", "跑海港的记者")
