"""Whether a page that was kept is still what the paper would say now.

The rule, in one place:

1. A page is made of things, each with a key (`keys.py`): `story:7`, `section:2`, `chrome`. While it
   is made it notes what it shows, and what it would show if it were there (`notes.py`).
2. Every change counts up one number, the *mark*, and writes it down beside each key that changed
   (`stamps.py` for the processes of one machine, `remote.py` for Redis). The mark is read *before*
   a page is made; a kept page stands while none of its keys has a later one. So a page made of
   what was there before a commit never stands after it.
3. What is to start (a scheduled row, a planned end, an embargo's end, midnight where a page shows
   the date) is an instant known beforehand. A page stands only before the first instant that
   concerns its keys.
4. A page that does not stand is never served. Who wants it waits for the one who makes it anew.
   A page that stands but is old (`AGED` seconds) is made anew by one, while others get it.
5. Without the database, a page that stands is served however old, up to `OLDEST`; where only the
   date on it is yesterday's, too. A page on which something has changed or started is not: 503. A database that does not
   answer in time (`patience.py`) is away.
6. Without the store, or where there is doubt about it, every page is made anew: slower, not wrong.
"""

# Seconds after which a page is made anew though nothing is known to have changed.
AGED = 600
# Seconds after which a page is not served even while the database is away.
OLDEST = 3600
