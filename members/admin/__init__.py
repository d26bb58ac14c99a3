"""The secretariat's desk for members, people and the declaration."""
