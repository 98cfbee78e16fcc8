"""What the goods of a case are, as rules for some goods alone ask it; what nobody said stays open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from claims.assessment import Met
from claims.case import Amount, Case
from claims.vocabulary.goods import Category, Goods, Worth
from claims.vocabulary.quoted import Quoted

_KNOWN: Final[Mapping[Goods, tuple[str, ...]]] = {
    Goods.ELECTRONICS: (
        "电子产品",
        "数码",
        "3c",
        "手机",
        "电脑",
        "consumer electronics",
        "phones",
        "computers",
    ),
    Goods.APPLIANCES: ("家电", "家用电器", "小家电", "home appliances"),
    Goods.CLOTHING: ("服装", "服饰", "衣服", "女装", "男装", "童装", "apparel", "clothes", "garments"),
    Goods.SHOES: ("鞋", "鞋靴", "女鞋", "男鞋", "童鞋", "footwear"),
    Goods.FOOD: ("食品", "生鲜", "水果", "食品生鲜", "groceries", "grocery", "fresh food"),
    Goods.COSMETICS: ("化妆品", "美妆", "护肤品", "beauty"),
    Goods.PLANTS: ("植物", "绿植", "鲜花", "花卉", "plant", "flowers", "live plants"),
    Goods.COLLECTIBLES: ("收藏品", "卡牌", "球星卡", "手办", "collectible", "trading cards", "coins"),
    Goods.VALUABLES: (
        "贵重物品",
        "珠宝",
        "首饰",
        "奢侈品",
        "名表",
        "jewelry",
        "jewellery",
        "watches",
        "luxury",
    ),
    Goods.OTHER: ("其他", "其它", "others"),
}
"""What sellers write for each, besides its own name; compared whole, so that nothing is guessed."""


@dataclass(frozen=True)
class Ware:
    """One item of the order."""

    goods: Goods | None
    """None where nobody said it in words that are known here."""
    price: Amount | None
    """Of one piece."""


def wares(case: Case, categories: Sequence[Category]) -> tuple[Ware, ...]:
    """What was ordered."""
    return tuple(Ware(goods_of(item.category, tuple(categories)), item.price) for item in case.items)


@lru_cache(maxsize=1024)
def goods_of(written: str, categories: tuple[Category, ...] = ()) -> Goods | None:
    """The category that somebody wrote, in the platform's words first; None where nobody knows it."""
    word = written.strip().casefold()
    for each in categories:
        if word in {told.casefold() for told in each.words}:
            return each.goods
    return next((goods for goods, told in _KNOWN.items() if word == goods or word in told), None)


def fits(entry: Quoted, found: Sequence[Ware]) -> Met:
    """Whether an entry for some goods alone is about any of these; unsure where nobody said so."""
    if not entry.goods and entry.worth is None:
        return Met.YES
    answers = {min(_kind(entry, ware), _price(entry.worth, ware), key=_LEAST.__getitem__) for ware in found}
    if Met.YES in answers:
        return Met.YES
    return Met.NO if answers == {Met.NO} else Met.UNSURE


_LEAST: Final = {Met.NO: 0, Met.UNSURE: 1, Met.YES: 2}


def _kind(entry: Quoted, ware: Ware) -> Met:
    if not entry.goods or ware.goods in entry.goods:
        return Met.YES
    return Met.UNSURE if ware.goods is None else Met.NO


def _price(worth: Worth | None, ware: Ware) -> Met:
    if worth is None:
        return Met.YES
    if ware.price is None or ware.price.currency != worth.currency:
        return Met.UNSURE
    return Met.YES if ware.price.value > worth.over else Met.NO
