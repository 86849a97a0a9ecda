"""Made-up news in Chinese and English: as long as a local paper's stories, never twice the same."""

import random
from dataclasses import dataclass

from articles.text import excerpts, grams, markup, words

# The same archive at every run: figures of two runs are of the same words.
SEED = 20_260_301
VARIANTS = 96

CHINESE = (
    "渔港的防波堤昨日完工，三十条渔船可以避风了。",
    "镇上的老人说，这条街的灯已经二十年没有换过。",
    "社区图书馆周末开放到晚上九点，孩子们坐满了阅览室。",
    "新修的步道沿着河走，从码头一直通到旧粮仓。",
    "市场里的菜价比上周便宜了一成，青菜最明显。",
    "学校食堂换了菜单，学生自己投票选出了五道菜。",
    "医院的夜间门诊多了两位医生，等候时间短了一半。",
    "今年的茶叶收得早，山上的茶农天不亮就出门。",
    "志愿者把海滩走了一遍，捡回一百二十袋垃圾。",
    "公交四路改走新桥，早高峰每六分钟一班。",
    "村里的戏台修好了，第一场戏是邻村的班子来唱。",
    "气象台说，周四夜里有雨，周五转晴，早晚凉。",
    "派出所提醒居民，陌生电话里说的中奖都是反诈要防的。",
    "水厂更换了旧管道，东区的水压恢复正常。",
    "博物馆借来一批老照片，拍的是五十年前的码头。",
)
ENGLISH = (
    "The new breakwater was finished on Monday, and thirty boats found shelter behind it. ",
    "Shopkeepers on the old street say the lamps have not been changed in twenty years. ",
    "The library stays open until nine at weekends, and the reading room is full of children. ",
    "A footpath now follows the river from the quay to the old granary. ",
    "Vegetables cost a tenth less than a week ago, greens above all. ",
    "Pupils chose the five new dishes of the school canteen by ballot. ",
    "Two more doctors at the night clinic have halved the time that people wait. ",
    "Tea was picked early this year, and the growers leave home before dawn. ",
    "Volunteers walked the whole beach and brought back a hundred and twenty sacks of litter. ",
    "Bus number four takes the new bridge and runs every six minutes in the morning. ",
    "The village stage is mended, and a company from the next valley plays first. ",
    "Forecasters expect rain on Thursday night and a clear, cool Friday. ",
)
CHINESE_HEADS = ("防波堤完工", "图书馆延时开放", "新步道沿河通车", "夜间门诊添医生", "老戏台重新开锣",
                 "茶农抢摘头茬", "海滩清出垃圾百袋", "四路公交改走新桥", "水厂换下旧管道", "老照片回到码头")  # fmt: skip
ENGLISH_HEADS = ("Breakwater finished", "Library opens late", "New path along the river",
                 "Night clinic gains doctors", "Old stage plays again", "Tea growers race the rain",
                 "Beach cleared of litter", "Bus four takes the new bridge")  # fmt: skip


@dataclass(frozen=True)
class Text:
    """A story's words: clean body HTML, what a search looks at, and what a list shows."""

    headline: str
    body: str
    grams: str
    summary: str
    length: int


def texts(language: str, brief: bool = False) -> list[Text]:
    """`VARIANTS` stories of about 400 characters, or 250 words; `brief`: of a sentence each."""
    chance = random.Random(f"{SEED} {language}")
    return [_text(language, chance, brief) for _ in range(VARIANTS)]


def _text(language: str, chance: random.Random, brief: bool) -> Text:
    chinese = language.startswith("zh")
    sentences, heads = (CHINESE, CHINESE_HEADS) if chinese else (ENGLISH, ENGLISH_HEADS)
    paragraphs = [
        "".join(chance.choices(sentences, k=1 if brief else chance.randint(2, 5))).strip()
        for _ in range(1 if brief else 5)
    ]
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    plain = markup.plain_text(body)
    return Text(
        headline=chance.choice(heads),
        body=body,
        grams=grams.indexed([], plain.splitlines()),
        summary=excerpts.shorten(plain, 90 if chinese else 220),
        length=words.word_count(plain),
    )
