"""Pages and their freshness in Redis or Valkey, for any number of machines.

A page and whether it stands come in one round trip, by scripts that run on the server. A server
knows a script only once somebody has loaded it there since it started: who finds it unknown first
brings the stamps up to the record (`reconcile`), because a server that comes back may have
forgotten the last changes, and loads it then. So no page is believed before that is done.
"""

import json
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from hashlib import sha1
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError
from redis.retry import Retry

from articles.freshness import OLDEST
from articles.freshness.kept import Kept

# Seconds for which a store that did not answer is not asked again.
PAUSE = 1.0
# Seconds that an answer may take: longer is slower than making the page.
PATIENCE = 0.5
# The last changes written are remembered this long: longer than any page is kept.
REMEMBERED = 86_400

LOOK = """
local stamps = redis.call('HMGET', KEYS[2], 'mark', 'which')
if not stamps[1] then return redis.error_reply('NOSTAMPS') end
local page = redis.call('HMGET', KEYS[1], 'mark', 'which', 'numbers', 'head', ARGV[1])
if not page[1] or page[2] ~= stamps[2] then return {stamps[1]} end
local mark = tonumber(page[1])
if mark > tonumber(stamps[1]) then return {stamps[1]} end
if mark ~= tonumber(stamps[1]) then
  local changed = redis.call('HMGET', KEYS[2], unpack(cjson.decode(page[3])))
  for _, one in ipairs(changed) do
    if one and tonumber(one) > mark then return {stamps[1]} end
  end
end
if page[5] then return {stamps[1], page[1], page[3], page[4], ARGV[1], page[5]} end
return {stamps[1], page[1], page[3], page[4], '', redis.call('HGET', KEYS[1], '')}
"""

PUT = """
local which = redis.call('HGET', KEYS[2], 'which')
if not which then return redis.error_reply('NOSTAMPS') end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'which', which, unpack(ARGV, 2))
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 1
"""

# ARGV: the change, its position in the log, now, since when changes are remembered, the keys.
WRITE = """
if not redis.call('HGET', KEYS[2], 'which') then return redis.error_reply('NOSTAMPS') end
if redis.call('ZSCORE', KEYS[3], ARGV[1]) then return 0 end
local mark = redis.call('HINCRBY', KEYS[2], 'mark', 1)
for at = 5, #ARGV do redis.call('HSET', KEYS[2], ARGV[at], mark) end
local position = tonumber(redis.call('HGET', KEYS[2], 'position') or '0')
if tonumber(ARGV[2]) > position or position == 2^62 then redis.call('HSET', KEYS[2], 'position', ARGV[2]) end
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', ARGV[4])
return 1
"""


class AwayError(Exception):
    """The store does not answer, or is not to be believed yet."""


class RemoteStore:
    """Redis at `url`. `reconcile` brings its stamps up to the record: called with this store."""

    keeps = True

    def __init__(self, url: str, reconcile: "Callable[[RemoteStore], object]") -> None:
        self._redis: redis.Redis = redis.Redis.from_url(
            url,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 1),  # once, for a connection that went stale
        )
        self._reconcile = reconcile
        self._names = {"look": LOOK, "put": PUT, "write": WRITE}
        self._shas: dict[str, str] = {}
        self._resting_until = 0.0
        self._lock = threading.RLock()
        # Braces: a cluster keeps these on one machine, so that a script sees them all.
        self._stamps, self._written = "{newsroom}:stamps", "{newsroom}:written"

    def look(self, key: str, encoding: str) -> tuple[int, Kept | None]:
        """The mark now, and the page if none of its keys changed since it was made.

        Raises AwayError where the store does not answer.
        """
        found = self._run("look", key, encoding)
        mark = int(found[0])
        if len(found) < 6 or found[5] is None:
            return mark, None
        try:
            numbers = tuple(json.loads(found[2]))
            return mark, Kept.read(int(found[1]), numbers, found[3], found[4].decode(), found[5])
        except (ValueError, TypeError):
            return mark, None

    def put(self, key: str, kept: Kept) -> None:
        """Keep a page. Raises AwayError."""
        fields: list[Any] = ["mark", kept.mark, "numbers", json.dumps(kept.numbers)]
        fields += ["head", kept.head()]
        for encoding, body in kept.bodies.items():
            fields += [encoding, body]
        self._run("put", key, OLDEST, *fields)

    def write(self, change: int, numbers: Iterable[int], position: int = 0) -> None:
        """Write a change down, once. Raises AwayError."""
        now = int(time.time())
        self._run("write", "", change, position, now, now - REMEMBERED, *numbers)

    def unknown(self, changes: Iterable[int]) -> list[int]:
        """Those of these changes that were not written here. Raises AwayError."""
        asked = list(changes)
        if not asked:
            return []
        scores: Any = self._ask(lambda: self._redis.zmscore(self._written, [*map(str, asked)]))
        return [change for change, score in zip(asked, scores, strict=True) if score is None]

    def position(self) -> int:
        """The position in the database's log that the newest change has, or 0. Raises AwayError."""
        found: Any = self._ask(lambda: self._redis.hget(self._stamps, "position"))
        return int(found or 0)

    def everything(self) -> None:
        """Every page is to be made anew. Raises AwayError."""
        position = self.position()
        fresh: dict[Any, Any] = {
            "mark": 1,
            "which": str(secrets.randbits(62)),
            "position": position,
        }
        anew = self._redis.pipeline(transaction=True)
        anew.delete(self._stamps)
        anew.hset(self._stamps, mapping=fresh)
        self._ask(anew.execute)

    def clear(self) -> None:
        """Forget all pages, wherever the store is within reach."""
        try:
            self.everything()
        except AwayError:
            return

    def is_sound(self) -> bool:
        return True

    def _run(self, name: str, key: str, *arguments: Any) -> Any:
        names = ["{newsroom}:page:" + key, self._stamps, self._written]
        for _attempt in range(3):
            sha = self._shas.get(name)
            if sha is None:
                self._bring_up(name)
                continue
            try:
                return self._ask(partial(self._redis.evalsha, sha, 3, *names, *arguments))
            except NoScriptError:
                self._shas.clear()
            except redis.ResponseError as error:
                if "NOSTAMPS" not in str(error):
                    raise AwayError(str(error)) from error
                self._shas.clear()
        raise AwayError("The store forgets what it is told.")

    def _bring_up(self, name: str) -> None:
        """Believe the store once its stamps are those of the record, and load the scripts."""
        with self._lock:
            if name in self._shas:
                return
            shas = {one: self._sha(text) for one, text in self._names.items()}
            known: Any = self._ask(lambda: self._redis.script_exists(*shas.values()))
            stamps: Any = self._ask(lambda: self._redis.hget(self._stamps, "which"))
            if not all(known) or stamps is None:
                if stamps is None:
                    self.everything()
                write = {"write": shas["write"]}
                # While it reconciles this process writes; `look` is loaded last.
                self._ask(lambda: self._redis.script_load(WRITE))
                self._shas = write
                try:
                    self._reconcile(self)
                finally:
                    self._shas = {}
                self._ask(lambda: self._redis.script_load(PUT))
                self._ask(lambda: self._redis.script_load(LOOK))
            self._shas = shas

    @staticmethod
    def _sha(text: str) -> str:
        return sha1(text.encode(), usedforsecurity=False).hexdigest()

    def _ask(self, ask: Callable[[], Any]) -> Any:
        if time.monotonic() < self._resting_until:
            raise AwayError("The store did not answer a moment ago.")
        try:
            return ask()
        except (NoScriptError, redis.ResponseError):
            raise
        except (redis.RedisError, OSError) as error:
            self._resting_until = time.monotonic() + PAUSE
            raise AwayError(str(error)) from error
