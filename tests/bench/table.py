"""What is printed: measured numbers as they come, and at the end which aims hold."""


class Table:
    """Rows of (section, what, value, unit, noise), and the verdicts on the aims."""

    def __init__(self):
        self.rows = []
        self._aims = []
        self._section = ""

    def heading(self, section):
        """Begin a section."""
        self._section = section
        print(f"\n== {section}", flush=True)

    def add(self, what, value, unit, noise=None):
        """Print and keep one number."""
        self.rows.append({"section": self._section, "what": what, "value": value, "unit": unit, "noise": noise})
        around = "" if noise is None else f"  ±{100 * noise:.0f} %"
        print(f"  {what:62} {_short(value):>10} {unit}{around}", flush=True)

    def aim(self, what, value, bound, unit=""):
        """Judge one line of what the project promises: the value must not be above the bound."""
        holds = value <= bound
        self._aims.append((what, value, bound, unit, holds))
        self.rows.append({"section": self._section, "aim": what, "value": value, "bound": bound, "unit": unit,
                          "holds": holds})

    def summary(self):
        """Print the aims."""
        if not self._aims:
            return
        print("\n== aims")
        for what, value, bound, unit, holds in self._aims:
            word = "holds" if holds else "does not hold"
            print(f"  {what:82} {_short(value):>8} of {_short(bound)} {unit:7} {word}")


def _short(value):
    if isinstance(value, int):
        return str(value)
    return f"{value:.1f}" if abs(value) >= 100 else f"{value:.3f}"
