"""Where the program begins: a process that will host services turns cooperative before it imports anything else."""

from __future__ import annotations

import logging
import sys
import warnings

_HOSTING = frozenset({"demo", "up", "service"})


def main() -> None:
    # nameko needs it and knows (docs/adr/0001); nobody who runs Biaobing can do anything about it.
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    # Each answer of nameko's is confirmed while it closes the channel; the library warns of every one.
    logging.getLogger("amqp").setLevel(logging.ERROR)
    if _HOSTING.intersection(sys.argv[1:2]):
        import deploy.green  # noqa: F401, PLC0415 -- see the module's first line
    from deploy.program import run  # noqa: PLC0415 -- only now

    run()


if __name__ == "__main__":
    main()
