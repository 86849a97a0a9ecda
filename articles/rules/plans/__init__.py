"""The plan of an issue: its pages, which story stands where and how heavily, and places kept.

Each change is one small act, relative to what is there ("this one after that one"), never the
whole plan. It carries the revision of the plan that its maker had on screen: where somebody else
changed the same thing since, it is refused and says who did what, so that nobody's move is undone
unseen. See `turn` for how an act is made.
"""

from articles.rules.plans.pages import (
    add_page,
    change_page,
    next_page_number,
    remove_page,
    set_credits,
)
from articles.rules.plans.placements import (
    FIRST,
    LAST,
    LONGEST,
    free,
    keep,
    move,
    named,
    place,
    replace,
    take_off,
    weigh,
)
from articles.rules.plans.starting import (
    begin,
    change_issue,
    copy_plan,
    delete_issue,
    earlier_plans,
    next_date,
    save_template,
    templates_for,
)
from articles.rules.plans.turn import FormTurn, news, was_changed_by_form

__all__ = [
    "FIRST",
    "LAST",
    "LONGEST",
    "FormTurn",
    "add_page",
    "begin",
    "change_issue",
    "change_page",
    "copy_plan",
    "delete_issue",
    "earlier_plans",
    "free",
    "keep",
    "move",
    "named",
    "news",
    "next_date",
    "next_page_number",
    "place",
    "remove_page",
    "replace",
    "save_template",
    "set_credits",
    "take_off",
    "templates_for",
    "was_changed_by_form",
    "weigh",
]
