"""What readers' templates may use. They are Jinja2's (docs/decisions/026): compiled to Python, once.

The desk's templates are Django's. Both read `templatetags/web.py` for dates, bylines and links.
"""

from collections.abc import Callable, MutableMapping
from typing import Any

from django.templatetags.static import static
from django.utils import translation
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext, npgettext
from jinja2 import ChainableUndefined, Environment, nodes, pass_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context

from articles.models import address
from articles.templatetags import web
from articles.web import head, setting
from articles.web.chrome import Chrome


class ReadersGenerator(CodeGenerator):
    """Jinja2's, which writes templates as Python, with two things written shorter.

    Whatever a template calls, its own looks up at each call whether it wants the context; here that
    is known when the template is written. And what is put out is escaped by `shown`.
    """

    # The names of what is overridden are Jinja2's.
    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802
        self.writeline("from articles.web.escaping import shown")
        super().visit_Template(node, frame)

    def visit_Call(  # noqa: N802
        self, node: nodes.Call, frame: Frame, forward_caller: bool = False
    ) -> None:
        if node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if hasattr(self.environment.globals.get(name), "jinja_pass_arg"):
            self.write("context, ")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("shown(")


class ReadersEnvironment(Environment):
    """Jinja2's, with what templates may use in one table: its own looks through two at each page."""

    code_generator_class = ReadersGenerator

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


def environment(**options: Any) -> Environment:
    """The readers' templates, with the functions and filters that they use."""
    made = ReadersEnvironment(**{**options, "undefined": ChainableUndefined})
    made.globals |= {
        "_": words,
        "language": translation.get_language,
        "static": static,
        "url": address.of,
        "standing": standing,
        "pages_in_words": pages_in_words,
        "all_pages_in_words": all_pages_in_words,
        "machines": head.machines,
        "beginning": setting.beginning,
        "story_body": setting.story_body,
        "heads": setting.heads,
        "issue_line": web.issue_line,
        "byline": pass_context(web.byline),
        "here": pass_context(web.here),
        "link": pass_context(web.link),
    }
    dates = (web.long_date, web.short_date, web.month_name, web.decade, web.weekday,
             web.weekday_name, web.clock_time, web.iso)  # fmt: skip
    of_lines = (setting.clauses, setting.head_size, setting.name_size)
    made.filters |= {one.__name__: one for one in (*dates, *of_lines, web.kind_name)}
    made.filters |= {"linebreaks": paragraphs, "truncatechars": shortened}
    return made


@pass_context
def words(context: Context, message: str) -> str:
    """{{ _("…") }}: what the page says, in its language. They are the same as long as it runs."""
    language = context.get("page_language")
    if language is None:
        return gettext(message)
    said = _said.get((language, message))
    if said is None:
        said = _said[language, message] = gettext(message)
    return said


_said: dict[tuple[str, str], str] = {}


@pass_context
def standing(context: Context, name: str, *varying: Any, caller: Callable[[], str]) -> str:
    """{% call standing("name", one.pk) %} … {% endcall %}: what only editions and sections say.

    It is rendered once for each edition, language and value named, and stands as long as what was
    read of the editions and sections does. Nothing else may be shown in it.
    """
    key = (name, context["page_language"], context["lang_query"], *varying)
    chrome: Chrome = context["chrome"]
    return chrome.piece(key, caller)


def pages_in_words(count: int) -> str:
    return ngettext("%(n)s page", "%(n)s pages", count) % {"n": count}


def all_pages_in_words(count: int) -> str:
    return npgettext("on the front", "%(n)s page", "All %(n)s pages", count) % {"n": count}


def paragraphs(text: str) -> SafeString:
    """Plain text as paragraphs and lines of HTML."""
    return mark_safe(linebreaks(text, autoescape=True))


def shortened(text: str, length: int) -> str:
    return Truncator(text).chars(length)
