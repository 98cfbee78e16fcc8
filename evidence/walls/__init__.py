"""What keeps hostile bytes in: entered by the child before it reads one."""

from __future__ import annotations
