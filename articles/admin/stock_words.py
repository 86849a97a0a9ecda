"""Django's own words, in the desk's: its lists and forms say these, and our catalogue has them first.

Nothing imports this file. It is what `make messages` finds them by.
"""

from django.utils.translation import gettext_noop

WORDS = (
    gettext_noop("Add %(name)s"),
    gettext_noop("Add %s"),
    gettext_noop("Change %s"),
    gettext_noop("Add another %(verbose_name)s"),
    gettext_noop("Filter"),
    gettext_noop(" By %(filter_title)s "),
    gettext_noop("Show counts"),
    gettext_noop("Hide counts"),
    gettext_noop("Save and add another"),
    gettext_noop("Save and continue editing"),
)
