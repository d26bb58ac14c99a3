class CodeConverter:
    """P-0123 in an address is the practice with the key 123."""

    regex = r"P-\d{4,9}"

    def to_python(self, value):
        return int(value.removeprefix("P-"))

    def to_url(self, value):
        return f"P-{int(value):04d}"
