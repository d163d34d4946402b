"""What if the last missing months were let go for whoever has years on both sides?"""

from dataclasses import replace

import numpy as np

import settlement_sim as ss


@ss.policy("recognition")
class LastMonthsForgiven(ss.Policy):
    """As `rule` recognises, but whom it covers need not pay back the last `grace` months."""

    FORGIVEN, AS_BEFORE = ss.reasons("forgiven", "as_before")
    rule: ss.policy_of("recognition") = ss.param("mutual_2024", "what recognises months", grade="assumption")
    grace: ss.Months = ss.param(12, "missing months that are let go", low=0, high=24, grade="assumption")

    def recognise(self, careers: ss.Careers, rules: object) -> ss.Recognition:
        """The answer of `rule`, with fewer months short."""
        found = self.rule.recognise(careers, rules)
        forgiven = self.covers(careers) & (found.short > 0)
        return replace(
            found,
            short=np.maximum(found.short - self.grace * forgiven, 0),
            reason=np.where(forgiven, self.FORGIVEN, self.AS_BEFORE),
        )

    def covers(self, careers: ss.Careers) -> np.ndarray:
        """Who may apply in vain; without this method everybody."""
        return self.rule.covers(careers)
