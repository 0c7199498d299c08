"""The made-up county 云岭县 of the demo: its units as a tree, and the places its people work in."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

COUNTY = "云岭县"
_UNIT_NAMESPACE = UUID("6b1d0c52-1c0e-5f0a-9d53-0e8a3d2b7a10")


@dataclass(frozen=True)
class Unit:
    """``fields`` are the kinds of work its nominees do; ``parent`` is the code of the unit it belongs to, if any."""

    code: str
    name: str
    sector: str
    level: str
    parent: str | None
    fields: tuple[str, ...]

    @property
    def unit_id(self) -> UUID:
        """The same in every run, so that a demo can be repeated on the same data."""
        return uuid5(_UNIT_NAMESPACE, self.code)


_TOWN_FIELDS = ("农业", "水利", "社区", "林业", "交通", "民政", "环卫", "教育", "卫生", "文化", "政务")

_TOWNS = (
    *(("镇", name) for name in ("城关镇", "柳林镇", "石门镇", "青溪镇", "双河镇", "白鹤镇", "枫香镇", "马鞍镇")),
    *(("乡", name) for name in ("大坪乡", "桃坞乡", "竹坪乡", "松涛乡", "龙潭乡", "茶亭乡", "古渡乡", "月湾乡")),
    *(("乡", name) for name in ("清水回族乡", "高桥乡")),
    *(("街道", name) for name in ("北街街道", "南桥街道")),
)

# Name, level, field of work, parent (by name).
_DEPARTMENTS: tuple[tuple[str, str, str, str | None], ...] = (
    ("县水务局", "县直部门", "水利", None),
    ("云岭水库管理所", "事业单位", "水利", "县水务局"),
    ("县供水公司", "国有企业", "水利", "县水务局"),
    ("县教育局", "县直部门", "教育", None),
    ("云岭县第一中学", "事业单位", "教育", "县教育局"),
    ("云岭县第二小学", "事业单位", "教育", "县教育局"),
    ("县特殊教育学校", "事业单位", "教育", "县教育局"),
    ("县卫生健康局", "县直部门", "卫生", None),
    ("县人民医院", "事业单位", "卫生", "县卫生健康局"),
    ("县中医医院", "事业单位", "卫生", "县卫生健康局"),
    ("县疾病预防控制中心", "事业单位", "卫生", "县卫生健康局"),
    ("县农业农村局", "县直部门", "农业", None),
    ("县农业技术推广中心", "事业单位", "农业", "县农业农村局"),
    ("县畜牧兽医服务中心", "事业单位", "农业", "县农业农村局"),
    ("县林业局", "县直部门", "林业", None),
    ("国有云岭林场", "事业单位", "林业", "县林业局"),
    ("县政务服务中心", "事业单位", "政务", None),
    ("县医疗保障局", "县直部门", "政务", None),
    ("县不动产登记中心", "事业单位", "政务", None),
    ("县市场监督管理局", "县直部门", "政务", None),
    ("县公安局", "县直部门", "公安", None),
    ("县公安局交通警察大队", "县直部门", "公安", "县公安局"),
    ("县公安局城关派出所", "县直部门", "公安", "县公安局"),
    ("县交通运输局", "县直部门", "交通", None),
    ("县公路养护中心", "事业单位", "交通", "县交通运输局"),
    ("县公共交通公司", "国有企业", "交通", "县交通运输局"),
    ("县民政局", "县直部门", "民政", None),
    ("县社会福利院", "事业单位", "民政", "县民政局"),
    ("县残疾人联合会", "群团组织", "民政", None),
    ("县退役军人事务局", "县直部门", "民政", None),
    ("县住房和城乡建设局", "县直部门", "社区", None),
    ("县信访局", "县直部门", "社区", None),
    ("县司法局", "县直部门", "社区", None),
    ("县城市管理局", "县直部门", "环卫", None),
    ("县环境卫生所", "事业单位", "环卫", "县城市管理局"),
    ("县污水处理厂", "国有企业", "环卫", "县城市管理局"),
    ("县文化和旅游局", "县直部门", "文化", None),
    ("县文化馆", "事业单位", "文化", "县文化和旅游局"),
    ("县图书馆", "事业单位", "文化", "县文化和旅游局"),
    ("县文物保护所", "事业单位", "文化", "县文化和旅游局"),
)


def _units() -> tuple[Unit, ...]:
    names = [name for _, name in _TOWNS] + [department[0] for department in _DEPARTMENTS]
    codes = {name: f"YL-{number:03d}" for number, name in enumerate(names, start=1)}
    towns = [Unit(codes[name], name, "乡镇街道", level, None, _TOWN_FIELDS) for level, name in _TOWNS]
    departments = [
        Unit(codes[name], name, field, level, codes[parent] if parent else None, (field,))
        for name, level, field, parent in _DEPARTMENTS
    ]
    return (*towns, *departments)


UNITS: tuple[Unit, ...] = _units()

TOWNS: tuple[str, ...] = tuple(name for level, name in _TOWNS if level != "街道")

VILLAGES: tuple[str, ...] = (
    *("上坪村", "下坪村", "柳树湾村", "石门坎村", "磨盘村", "青岗村", "老鹰岩村", "泉水沟村", "木瓜坪村", "麻柳村"),
    *("响水村", "三棵树村", "回龙村", "旧寨村", "梨树坳村", "黄泥坡村", "白果村", "渡口村", "碾子沟村", "竹园村"),
    *("龙眼井村", "高岩村", "茅草坪村", "核桃沟村", "野猫溪村", "新寨村", "岩脚村", "瓦窑村", "双桥村", "大梁村"),
    *("枇杷湾村", "水井坳村", "杉木岭村", "牛栏坪村", "红石村", "沙坝村", "落雁村", "长冲村", "罗汉村", "钟鼓村"),
)

STREETS: tuple[str, ...] = (
    *("北街", "南桥路", "文庙巷", "盐店街", "东门口", "西关路", "河堤路", "老车站", "粮站巷", "学府路"),
    *("纸坊街", "水井巷", "影院路", "菜市街", "柳荫路", "新安路"),
)
