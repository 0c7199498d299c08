#!/bin/sh
# Prints the command of a Python that can make our virtual environment: 3.11 or newer, with venv and ensurepip.
set -eu

usable() {
    command -v "$1" > /dev/null 2>&1 && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null
}

for python in python3.13 python3.12 python3.11 python3; do
    if usable "$python"; then
        if "$python" -c 'import ensurepip, venv' 2> /dev/null; then
            echo "$python"
            exit 0
        fi
        incomplete=$python
    fi
done

if [ -n "${incomplete:-}" ]; then
    version=$("$incomplete" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "错误：$incomplete 缺少 venv 或 ensurepip 模块，建不了虚拟环境。" >&2
    echo "请先安装它们，例如在 Debian、Ubuntu 上：sudo apt-get install python${version}-venv" >&2
else
    echo "错误：找不到 Python 3.11 或更新的版本（看过 python3.13、python3.12、python3.11、python3）。" >&2
    if command -v python3 > /dev/null 2>&1; then
        echo "本机的 python3 是 $(python3 --version 2>&1)。" >&2
    fi
    echo "请先安装，例如在 Debian 12、Ubuntu 24.04 上：sudo apt-get install python3 python3-venv" >&2
fi
exit 1
