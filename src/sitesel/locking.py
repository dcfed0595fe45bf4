"""Locks that the system lets go of when a program ends, however it ends."""

import sys
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def hold(file: IO[bytes]) -> None:
        """Lock an open file, or raise OSError where another program holds it."""
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def hold(file: IO[bytes]) -> None:
        """Lock an open file, or raise OSError where another program holds it."""
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
