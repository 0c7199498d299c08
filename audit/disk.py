"""What the disk says, in words for whoever asked."""

from __future__ import annotations

import errno

_WORDS = {
    errno.ENOENT: "没有这个文件或目录",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "所在的磁盘是只读的",
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "磁盘配额满了",
    errno.EISDIR: "是一个目录，应是文件",
    errno.ENOTDIR: "它的上一级不是目录",
    errno.EEXIST: "已经存在",
    errno.ENOTEMPTY: "目录不是空的",
    errno.ELOOP: "是绕成圈的链接",
    errno.ENAMETOOLONG: "名字太长",
    errno.EIO: "磁盘读写出错",
}


def in_words(error: OSError) -> str:
    """``error`` without its path, in Chinese where it is a common one."""
    return _WORDS.get(error.errno or 0, error.strerror or repr(error))
