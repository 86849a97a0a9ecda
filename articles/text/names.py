"""Names of people as a byline sets them: padded, glued together, in capitals."""

from __future__ import annotations

import re

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
    "鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄"
    "和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭"
    "梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚"
    "程嵇邢滑裴陆荣翁荀羊惠甄曲封芮储靳井段富巫乌焦巴弓牧山谷车侯宓蓬全班仰秋仲伊宫宁仇栾甘厉戎祖武符"
    "刘景詹束龙叶幸司韶郜黎薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉"
    "宰郦雍璩桑桂濮牛寿通边扈燕冀浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满"
    "弘匡国文寇广禄阙东欧沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾沙养鞠须丰巢关相查后荆红游竺权"
    "盖益桓公肖覃涂代闫付仝佟岳帅亢况有琴归海佘佴商牟墨哈谯笪年爱阳冼揭火占柒苟腊鹿盘仓雪佀初小邸苑丛沐尉丘亓原仉郇库腾伞乜宣锺肇绪来矫战揣阔青桐"
)
COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "上官",
        "司马",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "司徒",
        "司空",
        "夏侯",
        "端木",
        "百里",
        "南宫",
        "独孤",
        "呼延",
        "轩辕",
        "宇文",
        "长孙",
        "闻人",
        "澹台",
        "公冶",
        "申屠",
        "太叔",
        "濮阳",
        "淳于",
        "单于",
        "仲孙",
        "钟离",
        "鲜于",
        "闾丘",
        "拓跋",
        "西门",
        "东郭",
        "欧陽",
    ]
)
# Words that stand where a name could, and never are one.
NOT_NAMES = frozenset(
    [
        "受访者",
        "受访人",
        "资料",
        "资料图",
        "资料图片",
        "本报",
        "网络",
        "图片",
        "综合",
        "整理",
        "编辑",
        "通讯",
        "作者",
        "记者",
        "通讯员",
        "实习生",
        "来源",
        "报道",
        "本版",
        "手记",
        "观察",
        "连载",
        "待续",
        "全文",
        "通讯社",
        "单位",
        "主办方",
        "家属",
        "提供",
        "供图",
        "供稿",
        "摄影",
        "摄",
        "文",
        "图",
        "见习",
        "特约",
        "相关",
        "有关",
        "公安",
        "文化",
        "文艺",
        "文物",
        "明年",
        "时间",
        "时报",
        "和平",
        "平安",
        "安全",
        "关于",
        "应急",
        "应对",
        "国家",
        "国际",
        "广告",
        "高速",
        "高校",
        "任务",
        "全国",
        "全市",
        "全省",
        "全县",
        "全区",
        "单价",
        "计划",
        "成立",
        "成果",
        "成绩",
        "方案",
        "方法",
        "易错",
        "连线",
        "利民",
        "养老",
        "通知",
        "路线",
        "水稻",
        "简讯",
        "简介",
        "简明",
        "经济",
        "农业",
        "海关",
        "海洋",
        "公告",
        "公开",
        "公示",
        "公益",
        "边防",
        "华侨",
        "金融",
        "司法",
        "白天",
        "山区",
        "东部",
        "西部",
        "解读",
        "解答",
        "向前",
        "须知",
        "相册",
        "居民",
        "师生",
        "司机",
        "水位",
        "明日",
        "明天",
        "平均",
        "温度",
        "花絮",
        "小雨",
        "小雪",
        "阳光",
        "阳历",
        "万元",
        "强调",
        "能够",
        "通过",
        "有的",
        "年度",
        "干部",
        "黄金周",
    ]
)
ORGANISATION = re.compile(
    r"(?:局|委|办|部|中心|公司|学校|大学|小学|中学|协会|台|站|社|院|馆|队|镇|乡|县|市|区|村|厅|处|所|会|网|报|银行|医院)$"
)
LONGEST_LIST = 12
# Style guides and forms name people 甲, 乙, 丙; each stands for a whole name.
STAND_INS = frozenset("甲乙丙丁戊己庚辛壬癸")


def _joins_over_break(left: str, right: str) -> bool:
    """Whether two pieces parted by a line end are halves of one name."""
    if len(left) == 1 or (len(right) == 1 and len(left) == 2):
        return len(left) + len(right) <= 3 or left + right[:1] in COMPOUND_SURNAMES
    if len(right) == 1 and left[:2] in COMPOUND_SURNAMES:
        return len(left) == 3
    return left in COMPOUND_SURNAMES and len(right) <= 2


def han_names(text: str) -> list[str]:
    """Chinese names from a stretch with no role words in it.

    Two single characters are one padded name (段　飞); longer pieces are names of their own;
    a name cut by a line end is joined again; names run together are parted by their surnames.
    """
    names: list[str] = []
    for group in re.split(r"[、，,;；|ø&/／：:]+", text):
        pieces: list[str] = []
        parted = re.split(r"(\s+)", group.strip())
        for index in range(0, len(parted), 2):
            piece = parted[index]
            if not piece:
                continue
            gap = parted[index - 1] if index else ""
            if "\n" in gap and pieces and _joins_over_break(pieces[-1], piece):
                pieces[-1] += piece
            else:
                pieces.append(piece)
        names += _unpadded(pieces)
    out: list[str] = []
    for name in names:
        for part in _parted(name):
            whole = len(part) > 1 or part in STAND_INS
            if whole and part not in NOT_NAMES and not _is_organisation(part):
                out.append(part)
    return out


def _is_organisation(name: str) -> bool:
    return len(name) > 3 and bool(ORGANISATION.search(name))


def _unpadded(pieces: list[str]) -> list[str]:
    out: list[str] = []
    at = 0
    while at < len(pieces):
        run = at
        while run < len(pieces) and len(pieces[run]) == 1 and pieces[run] not in STAND_INS:
            run += 1
        if run == at:
            out.append(pieces[at])
            at += 1
            continue
        singles = pieces[at:run]
        at = run
        while singles:
            if "".join(singles[:2]) in COMPOUND_SURNAMES and len(singles) > 2:
                take = 3 if len(singles) != 4 else 4
            else:
                take = 3 if len(singles) == 3 else 2
            name = "".join(singles[:take])
            singles = singles[take:]
            if len(name) == 1 and at < len(pieces) and len(pieces[at]) == 2 and name in SURNAMES:
                name += pieces[at]
                at += 1
            out.append(name)
    return out


def _parted(name: str) -> list[str]:
    """Names run together (王飞李永) parted; a name on its own as it is."""
    if len(name) < 4 or "·" in name or len(name) > 4 * LONGEST_LIST:
        return [name]
    if len(name) == 4 and name[:2] in COMPOUND_SURNAMES:
        return [name]
    parts = _split_by_surnames(name)
    return parts or [name]


def _split_by_surnames(text: str) -> list[str]:
    """Surname by surname from the right, so that each length is tried once."""
    best: dict[int, list[str]] = {len(text): []}
    for at in range(len(text) - 2, -1, -1):
        for size in (3, 2, 4):
            rest = best.get(at + size)
            if rest is None:
                continue
            piece = text[at : at + size]
            compound = piece[:2] in COMPOUND_SURNAMES and size > 2
            named = compound or (piece[0] in SURNAMES and size < 4)
            if named and (at not in best or len(rest) + 1 < len(best[at])):
                best[at] = [piece, *rest]
    return best.get(0, [])


def looks_like_name(name: str) -> bool:
    """Whether a string could be a Chinese person's name."""
    if name in NOT_NAMES:
        return False
    if name in STAND_INS:
        return True
    if "·" in name or "•" in name or "・" in name:
        return 3 <= len(name) <= 16
    if len(name) == 4:
        return name[:2] in COMPOUND_SURNAMES
    return 2 <= len(name) <= 3 and (name[0] in SURNAMES or name[:2] in COMPOUND_SURNAMES)


def looks_like_names(text: str) -> bool:
    """Whether a stretch holds a few names and nothing else."""
    text = text.strip()
    if not 2 <= len(text) <= 40 or not re.fullmatch(rf"[{HAN}·\s、]+", text):
        return False
    names = han_names(text)
    if not names or len(names) > LONGEST_LIST or not all(map(looks_like_name, names)):
        return False
    # Names run together pass in a byline with a role word, never on their own.
    whole = len(names) >= len([piece for piece in re.split(r"[\s、]+", text) if len(piece) > 1])
    glued = any(len(piece) > 4 for piece in re.split(r"[\s、]+", text))
    return (
        whole
        and not glued
        and sum(map(len, names)) == len(re.sub(r"[\s、]", "", text))
        and all(
            looks_like_name(piece) or len(piece) == 1 or "\n" in text
            for piece in re.split(r"[\s、]+", text)
        )
    )


NO_ENGLISH_NAMES = frozenset(
    {"our", "a", "an", "the", "staff", "special", "agencies", "wire services", "news services"}
)
ENGLISH_NAME = re.compile(
    r"(?:(?:de|van|von|der|den|la|le|al|bin|da|di|du|st)\s+)?"
    r"[^\W\d_](?:[\w.'’\-]*[\w.])?(?:\s+(?:[^\W\d_](?:[\w.'’\-]*[\w.])?))*",
    re.IGNORECASE,
)


def english_names(text: str) -> list[str]:
    """English names from a list such as `JANE DOE, A. B. Roe and Carlos de la Cruz`."""
    names: list[str] = []
    for part in re.split(r"\s*(?:,|;|&|/|\band\b|\bwith\b|\n)\s*", text, flags=re.IGNORECASE):
        part = " ".join(part.split()).strip(" .()[]|:-–—")
        if re.fullmatch(r"(?:Jr|Sr|I{2,3}|IV)\.?", part) and names:
            names[-1] += f", {part}"
        elif part.lower() in NO_ENGLISH_NAMES:
            continue
        elif part and len(part) <= 50 and ENGLISH_NAME.fullmatch(part) and not part.islower():
            names.append(part)
    return names
