"""The secretariat's desk for members, people and the declaration."""

from members.admin import people

__all__ = ["people"]
