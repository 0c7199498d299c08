"""Where the program begins: a process that will host services turns cooperative before it imports anything else."""

from __future__ import annotations

import sys

_HOSTING = frozenset({"demo", "up", "service"})


def main() -> None:
    if _HOSTING.intersection(sys.argv[1:2]):
        import deploy.green  # noqa: F401, PLC0415 -- see the module's first line
    from deploy.program import run  # noqa: PLC0415 -- only now

    run()


if __name__ == "__main__":
    main()
