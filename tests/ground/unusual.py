"""Papers that no demo shows, for looking at: a front without pictures, of one story, of long heads.

Put beside the demo papers in the database that the environment names, by `tests.ground.pictures`.
"""

import datetime as dt

import django

django.setup()

from django.utils import timezone  # noqa: E402 - the models need the set-up first

from articles.models import Page, Placement  # noqa: E402
from articles.rules import placing, publishing  # noqa: E402
from tests import cast as people  # noqa: E402

TEXT = "".join(
    f"<p>{line * 4}</p>"
    for line in (
        "潮水退了，渔船可以避风了。",
        "防波堤昨日完工，可泊渔船二百艘。",
        "施工三年，没有停过航。",
    )
)
WORDS = "".join(
    f"<p>{line * 4}</p>"
    for line in ("The tide is out and the boats may shelter. ", "The wall was finished yesterday. ")
)
# slug -> language, name, motto, stories as (weight, headline, kicker, deck, pictured)
PAPERS = {
    "plain": ("zh-hans", "望潮周报", "没有照片的一天", [
        ("lead", "渔港修好了防波堤 二百渔船今起避风", "三年工期", "验收组说，每一块石头都称过", False),
        ("second", "晒盐镇的盐田今年多收一成", "", "盐工说，看天吃饭，天给了饭", False),
        ("normal", "北屿渡轮冬季加开早班", "", "", False),
        ("normal", "老码头寄存处今日关窗", "", "", False),
        ("brief", "图书馆周一闭馆整理", "", "", False),
    ]),
    "single": ("en", "The Ferry Sheet", "", [
        ("lead", "One story, and it is the whole paper", "", "", True),
    ]),
    "long": ("zh-hans", "鹭洲新区社区服务与精神文明建设工作通讯", "", [
        ("lead",
         "市委市政府召开全市优化营商环境暨重点项目建设推进大会部署四季度经济运行调度和安全生产防汛防台等重点工作",
         "深入学习贯彻会议精神 全面推进沿海经济带高质量发展", "会议强调要以钉钉子精神抓好落实", True),
        ("second",
         "“互联网+政务服务”平台3.0版上线首月办件逾12.6万件，Wi-Fi、e-ID、App三端统一登录", "", "", True),
        ("normal", "关于公布第七批市级非物质文化遗产代表性项目名录及保护单位的通知", "", "", False),
    ]),
    "lengthy": ("en", "The Intercommunal Advertiser and Shipping Gazette", "Established when the harbour was", [
        ("lead",
         "Councillors’ telecommunications-infrastructure subcommittee postpones its reconsideration of the counter-proposal for the breakwater until after the extraordinary general meeting",
         "Harbour", "Nobody present could say when that would be", False),
        ("normal", "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch twins with Yutou", "", "", True),
    ]),
}  # fmt: skip


def main() -> None:
    cast, today = people.hire(), timezone.localdate()
    for slug, (language, name, motto, stories) in PAPERS.items():
        paper = people.found(slug, language, name=name, motto=motto, position=9)
        issue = placing.open_issue(paper.edition, today - dt.timedelta(days=1), 7)
        before = issue.usual_instant - dt.timedelta(hours=10)
        page = Page.objects.create(
            issue=issue, number="1", name="要闻" if language != "en" else "News"
        )
        for weight, headline, kicker, deck, pictured in stories:
            body = WORDS if language == "en" else TEXT
            story = people.draft(
                paper, cast.wen, headline, kicker=kicker, deck=deck, body=body,
                lead_in="" if language == "en" else "本报讯",
            )  # fmt: skip
            if pictured:
                people.illustrate(story, cast.lan)
            people.read_through(story, cast, before)
            placing.place(story, page, weight=Placement.Weight(weight))
        publishing.schedule(issue, cast.hai, at=before)


if __name__ == "__main__":
    main()
