"""Freezing: every field of the desk is either what readers get, or said to stay on the desk."""

import pytest
from django.apps import apps

from articles.models import PublishedStory
from articles.rules import snapshot
from tests import cast as people

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", sorted(snapshot.FROZEN))
def test_no_field_of_the_desk_is_forgotten(name: str) -> None:
    model = apps.get_model("articles", name)
    fields = {field.name for field in model._meta.get_fields() if not field.auto_created}
    fields |= {field.name for field in model._meta.concrete_fields}
    fields -= {"tagged_items", "story_tags"}
    known = set(snapshot.FROZEN[name]) | snapshot.DESK_ONLY[name]
    assert fields == known, (
        "A new field: put it into snapshot.FROZEN (and freeze it), or into snapshot.DESK_ONLY."
    )


def test_what_is_listed_as_frozen_is_frozen() -> None:
    """Changing any frozen field of the text changes what readers would get."""
    cast, paper = people.hire(), people.found()
    story = people.draft(paper, cast.wen)
    before = snapshot.freeze(story).row.digest
    for field, where in snapshot.FROZEN["story"].items():
        if not where.startswith(("payload", "column body", "column slug")) or field == "tags":
            continue
        kept = getattr(story, field)
        setattr(story, field, "<p>别的话</p>" if field == "body" else "bie-de")
        assert snapshot.freeze(story).row.digest != before, field
        setattr(story, field, kept)
    story.tags.add("别的")
    assert snapshot.freeze(story).row.digest != before


def test_freezing_writes_nothing() -> None:
    cast, paper = people.hire(), people.found()
    story = people.draft(paper, cast.wen)
    snapshot.freeze(story)
    assert not PublishedStory.objects.exists()


def test_a_script_that_got_past_the_form_is_not_frozen() -> None:
    cast, paper = people.hire(), people.found()
    story = people.draft(paper, cast.wen)
    # Past the model's own cleaning, straight into the table.
    type(story).objects.filter(pk=story.pk).update(body="<p>话</p><script>alert(1)</script>")
    story.refresh_from_db()
    assert "script" not in snapshot.freeze(story).row.body


def test_saving_a_story_cleans_its_body() -> None:
    cast, paper = people.hire(), people.found()
    story = people.draft(
        paper, cast.wen, body='<p onclick="x()">话<img src=x onerror=alert(1)></p>'
    )
    story.refresh_from_db()
    assert story.body == "<p>话</p>"


def test_the_summary_and_search_words_come_from_the_text() -> None:
    cast, paper = people.hire(), people.found()
    row = snapshot.freeze(
        people.draft(paper, cast.wen, body="<p>第一段。</p><p>ＡＢＣ公司。</p>")
    ).row
    assert row.payload["summary"] == "第一段。ＡＢＣ公司。"
    assert " abc 公司 " in row.search_text
