"""How is an amount written in Chinese capital numerals, as on vouchers and notices?

By the People's Bank's basic rules for filling in bills and vouchers 正确填写票据和结算凭证的基本规定, annex of the
Payment and Settlement Measures 支付结算办法 (银发〔1997〕393号). Where they leave a 零 free, it stands as in the form
that their examples give first. They do not speak about negative amounts; 负 stands behind 人民币.
"""

from __future__ import annotations

from typing import Final

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_UNITS: Final = ("", "拾", "佰", "仟")
#: Name of each group of four digits, from the right; the fourth is ten thousand times the third.
_GROUPS: Final = ("", "万", "亿", "万")


def capitals(fen: int) -> str:
    """An amount below 10**16 yuan in capital numerals.

    >>> capitals(140950), capitals(10700053)
    ('人民币壹仟肆佰零玖元伍角', '人民币壹拾万柒仟元零伍角叁分')
    """
    yuan, rest = divmod(abs(fen), 100)
    whole = f"{_whole(yuan)}元" if yuan or not rest else ""
    return f"人民币{'负' * (fen < 0)}{whole}{_decimals(yuan, *divmod(rest, 10))}"


def _decimals(yuan: int, jiao: int, fen: int) -> str:
    """What follows 元; 整 where nothing does."""
    if not (jiao or fen):
        return "整"
    gap = "零" if yuan and (not jiao or yuan % 10 == 0) else ""
    return gap + (f"{_DIGITS[jiao]}角" if jiao else "") + (f"{_DIGITS[fen]}分" if fen else "")


def _whole(yuan: int) -> str:
    """A whole number: zeros inside it are read as one 零, those that end it as none."""
    text, gap = "", False
    for place in reversed(range(len(str(yuan)))):
        digit = yuan // 10**place % 10
        if digit:
            text += "零" * (gap and not _may_be_left_out(yuan, place)) + _DIGITS[digit] + _UNITS[place % 4]
        gap = bool(text) and not digit
        text += _group(yuan, place)
    return text or "零"


def _group(yuan: int, place: int) -> str:
    """The name of a group of four behind its last digit, unless the group is empty."""
    filled = yuan // 10**place % 10_000 or place == 8
    return _GROUPS[place // 4] if place % 4 == 0 and filled else ""


def _may_be_left_out(yuan: int, place: int) -> bool:
    """Whether 万 stands in the gap before a digit: 壹拾万柒仟, but 壹亿零壹仟, since 壹亿壹仟 could be misread."""
    return place == 3 and yuan // 10**4 % 10 == 0 and yuan // 10**4 % 10**4 > 0
