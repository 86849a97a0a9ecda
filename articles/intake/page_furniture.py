"""What stands on a page and belongs to no story: folios, dates, credits, page names, rubrics, jumps."""

from __future__ import annotations

import re
from functools import lru_cache

from articles.text.headlines import PAGE_NAME, RUBRIC
from articles.text.names import HAN
from articles.text.words import compact

CREDIT_LABEL = (
    r"责任?编辑?|责编|美编|美术编辑|版式|校对|编辑|组版|排版|审读|检校|值班(?:总编辑?|主任|编委|编辑)|主编|总编辑?|"
    r"视觉(?:总监|编辑)?|(?:电子)?邮箱|电话|热线|投稿|本版(?:编辑|责编|校对|邮箱|电话|主编|投稿)|一读|二读|统筹|策划|监制|制版"
)
PAGE_CREDITS = re.compile(rf"(?:{CREDIT_LABEL})\s*[：:／/ \u3000]\s*\S")
CREDIT_PAIR = re.compile(rf"(?:{CREDIT_LABEL})\s*[：:／/ \u3000]\s*[{HAN}]")
SERVICE = re.compile(
    r"^(?:本版邮箱|邮箱|电子邮箱|投稿邮箱|(?:新闻|广告|发行|订阅|投诉|读者|服务)热线|热线电话|(?:广告|发行|编辑部)电话|"
    r"国内统一(?:连续出版物)?刊?号|邮发代号|零售价|定价|每份|印刷|社址|地址：|邮编|网址|官方(?:微信|微博|网站)|"
    r"扫码|扫一扫|扫描二维码|新闻客户端|主管主办|主办：|出版：|今日\S{0,4}版|ISSN|CN\s?\d)"
)
DATE = re.compile(
    r"(?:公元)?(?:\d{4}|[〇零一二三四五六七八九]{4})\s*[年.\-/]\s*\d{1,2}\s*[月.\-/]\s*\d{1,2}\s*日?"
    r"(?:[\s,，]*(?:星期|周)[一二三四五六日天])?(?:[\s,，]*农历\S{2,14})?(?:[\s,，]*第?\s*\d+\s*[期版])?(?:[\s,，]*\S{0,6})?"
)
WEEKDAY = re.compile(
    r"[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年\S{2,8}|(?:今日|本期|今天)(?:共)?\d+版|"
    r"(?:星期|周)[一二三四五六日天]|农历\S{3,14}|第\s*\d{2,6}\s*期|总第\s*\d+\s*期"
)
FOLIO = re.compile(
    r"[A-H]?\s?\d{1,3}|第?\s?[A-H]?\d{1,3}\s?版|[①-⑳]|[一二三四五六七八九十]{1,2}版|第[一二三四五六七八九十]+版|\d+\s*/\s*\d+"
)
MASTHEAD = re.compile(
    rf"[{HAN}]{{1,6}}(?:日报|晚报|晨报|时报|商报|新报|周报|早报|都市报|快报|导报|青年报|农民报|教育报|周刊)"
    r"(?:\s*[A-Z][A-Za-z ]{2,40})?(?:社出版|社主办)?"
)
JUMP = re.compile(r"[（(]?\s*(?:上接|下转|紧接|转)\s*第?\s*[A-H]?\d{1,2}\s*版[^）)。]{0,16}[）)]?")
CODE = re.compile(r"[①-⑳]\s*\d{1,3}")
# In masthead lines the parts stand side by side: 2024年3月1日 星期五 03 民生.
PARTS = re.compile(r"\s{1,}|\||｜|　")


LONGEST = 120
# Each line is asked about from several sides; the answers of a page's length are kept.
KEPT = 2048


def is_furniture(text: str) -> bool:
    """Whether a line of a Chinese page is the page's own, and no story's."""
    text = text.strip().lstrip("■□●◆▌| ")
    return 0 < len(text) <= LONGEST and _is_furniture(text)


@lru_cache(maxsize=KEPT)
def _is_furniture(text: str) -> bool:
    whole = compact(text)
    if SERVICE.match(whole) or (PAGE_CREDITS.match(text) and len(text) < 100 and "。" not in text):
        return bool(SERVICE.match(whole)) or _all_credits(text)
    if len(whole) > 60:
        return False
    if _is_part(whole) or DATE.fullmatch(text):
        return True
    parts = [part for part in PARTS.split(text) if part]
    if len(parts) < 2:
        return False
    if all(map(_is_part, parts)):
        return True
    if len(parts) == 2 and any(PAGE_NAME.fullmatch(part) for part in parts):
        return all(re.fullmatch(rf"[{HAN}]{{2,4}}", part) for part in parts)
    # A date or a folio, and the page's credits after it in the same line.
    while parts and _is_part(parts[0]):
        parts.pop(0)
    rest = " ".join(parts)
    return rest != " ".join(text.split()) and bool(PAGE_CREDITS.match(rest)) and _all_credits(rest)


def _all_credits(text: str) -> bool:
    """Whether a line that opens like a credit is one: short names after every label."""
    rest = re.sub(rf"(?:{CREDIT_LABEL})\s*[：:／/\s]\s*", "|", text)
    pieces = [compact(piece) for piece in re.split(r"[|\s、]+", rest) if piece]
    return (
        all(len(piece) <= 14 or "@" in piece for piece in pieces)
        and "。" not in text
        and "，" not in text
    )


def _is_part(part: str) -> bool:
    return bool(
        DATE.fullmatch(part)
        or WEEKDAY.fullmatch(part)
        or FOLIO.fullmatch(part)
        or MASTHEAD.fullmatch(part)
        or PAGE_NAME.fullmatch(part)
        or RUBRIC.fullmatch(part)
        or JUMP.fullmatch(part)
        or CODE.fullmatch(part)
    )
