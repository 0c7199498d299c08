"""How a question to the auditor's tool ends: the exit codes, and what is raised when it cannot be answered."""

from __future__ import annotations

from enum import IntEnum
from typing import Self


class Exit(IntEnum):
    """``told`` is what README and ``--help`` say of the code."""

    told: str

    def __new__(cls, code: int, told: str) -> Self:
        member = int.__new__(cls, code)
        member._value_ = code
        member.told = told
        return member

    CLEAN = 0, "查过的都相符"
    FOUND = 1, "发现不符，逐条列出日志、位置和原因"
    UNUSABLE = 2, "副本不能用，或问题问得不对"
    TRUNCATED = 3, "副本不完整：文件在复制或导出时被截断"
    UNKNOWN_VERSION = 4, "有本工具不认识的事件类型或版本，请换用新版工具"
    PROOF_MISSING = 5, "缺少校验点或瓦片，不能证明，其余都相符"
    WRONG_KEY = 6, "校验点不是用已知的密钥签的，或签名不对"
    OTHER_LOG = 7, "给出的校验点属于另一本日志"
    LOST = 8, "日志写明丢失过签过的事件，其余都相符"


class Unusable(Exception):
    """The copy or the question cannot be used; the sentence says why and how to mend it."""

    exit = Exit.UNUSABLE


class Unproven(Unusable):
    """What would prove it is not there, or proves nothing; ``exit`` says which."""

    def __init__(self, sentence: str, ending: Exit) -> None:
        super().__init__(sentence)
        self.exit = ending


class Truncated(Unusable):
    """A file of the copy ends too early."""

    exit = Exit.TRUNCATED


class UnknownVersion(Unusable):
    """An event of a type or version that this program does not know; nothing is guessed about it."""

    exit = Exit.UNKNOWN_VERSION
