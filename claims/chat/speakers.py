"""Who said it: the words by which exports call buyer, bot, merchant and platform."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from claims.record.message import Speaker

_CALLED: Final = {
    Speaker.BUYER: "buyer customer client user consumer 买家 買家 顾客 客户 用户 消费者 消費者",
    Speaker.BOT: "bot robot auto automatic assistant 机器人 機器人 自动回复 智能客服 机器人接待",
    Speaker.MERCHANT: "merchant seller shop store agent staff 商家 卖家 賣家 客服 店铺 人工客服 我",
    Speaker.PLATFORM: "platform system 平台 系统 系統 平台客服 小二",
}
"""Compared without case and blanks; a shop's own names are told by whoever imports."""

_KNOWN: Final = {name: speaker for speaker, names in _CALLED.items() for name in names.split()}


def speaker_of(name: str, told: Mapping[str, Speaker]) -> Speaker | None:
    """Who that is; None where neither we nor `told` know the name."""
    plain = re.sub(r"\s+", "", name).casefold()
    for known, speaker in told.items():
        if re.sub(r"\s+", "", known).casefold() == plain:
            return speaker
    return _KNOWN.get(plain)
