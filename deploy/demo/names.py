"""Made-up names for the demo, rare characters and several nationalities among them."""

from __future__ import annotations

import random
from dataclasses import dataclass

_SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴"
    "贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武莫孔向汤"
)
_MEN = "建国军明华志强文勇平林伟东海山永庆光宏德兴忠良清泉春生学成启航峻松柏川岩昆旭晖立新世安开远承恩仕昌培根守义"
_WOMEN = "秀英丽芳燕玲桂兰春梅晓云雪莲慧敏静怡佳宁红霞凤仙巧珍月娥雨欣婷玉琴素华小芬美香淑萍锦绣若楠忆苓采薇"
_RARE = ("𬭊", "䶮", "㛃", "镕", "𱍐", "堃", "喆")
"""Characters old software loses: 镕 堃 喆 are not in GB 2312, the others not in GBK or beyond the BMP."""

_WITH_INTERPUNCT = (
    ("阿卜杜热合曼·买买提", "男", "维吾尔族"),
    ("古丽娜尔·艾则孜", "女", "维吾尔族"),
    ("叶尔兰·哈布力", "男", "哈萨克族"),
    ("吉克·阿木", "男", "彝族"),
    ("沙马·史布", "男", "彝族"),
    ("阿苦·子洛莫", "女", "彝族"),
    ("巴特尔·苏和", "男", "蒙古族"),
    ("萨仁·图雅", "女", "蒙古族"),
    ("迪丽拜尔·吐尔逊", "女", "维吾尔族"),
    ("那木·加布", "男", "藏族"),
)
_WITHOUT_SURNAME = (
    ("扎西多吉", "男", "藏族"),
    ("央金卓玛", "女", "藏族"),
    ("乌云其其格", "女", "蒙古族"),
    ("刀明玉", "女", "傣族"),
)
_MINORITIES = (
    *(("苗族", 10), ("土家族", 10), ("侗族", 6), ("布依族", 5)),
    *(("壮族", 4), ("彝族", 3), ("白族", 2), ("水族", 1)),
)


@dataclass(frozen=True)
class Identity:
    name: str
    gender: str
    ethnicity: str

    @property
    def given(self) -> str:
        """What stands in for a surname in familiar speech when there is none."""
        first = self.name.split("·")[0]
        return first if "·" in self.name else first[:2]

    @property
    def has_surname(self) -> bool:
        return "·" not in self.name and self.name not in {name for name, *_ in _WITHOUT_SURNAME}


def identities(count: int, rng: random.Random) -> list[Identity]:
    """``count`` people with ``count`` different names, those with interpunct and rare characters among them."""
    special = [Identity(*each) for each in _WITH_INTERPUNCT + _WITHOUT_SURNAME]
    special += [_rare(character, number, rng) for number, character in enumerate(_RARE)]
    people = {identity.name: identity for identity in special}
    while len(people) < count:
        identity = _ordinary(rng)
        people.setdefault(identity.name, identity)
    shuffled = list(people.values())[:count]
    rng.shuffle(shuffled)
    return shuffled


def _rare(character: str, number: int, rng: random.Random) -> Identity:
    gender = "女" if number % 2 else "男"
    return Identity(rng.choice("赵钱孙周吴郑冯") + character, gender, "汉族")


def _ordinary(rng: random.Random) -> Identity:
    gender, pool = rng.choices((("女", _WOMEN), ("男", _MEN)), (42, 58))[0]
    given = "".join(rng.sample(pool, rng.choices((1, 2), (12, 88))[0]))
    ethnicities, weights = zip(("汉族", 150), ("回族", 16), *_MINORITIES, strict=True)
    ethnicity = rng.choices(ethnicities, weights)[0]
    surnames = {"汉族": _SURNAMES, "回族": "马白丁沙哈"}.get(ethnicity, "龙石吴田向覃韦莫杨罗")
    return Identity(rng.choice(surnames) + given, gender, ethnicity)
