"""The secretariat's desk for members, people and the declaration."""

from members.admin import declaration

__all__ = ["declaration"]
