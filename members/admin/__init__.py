"""The secretariat's desk for members, people and the declaration."""

from members.admin import declaration, people

__all__ = ["declaration", "people"]
