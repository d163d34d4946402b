"""May somebody who lives within reach of the hospital settle there as a local?"""

import numpy as np

import settlement_sim as ss


@ss.policy("access", governed_by="born")
class CommuterAccess(ss.Policy):
    """Near patients settle as at home; others need a filing and lose `cut` points."""

    NEAR, FILED, NOT_FILED = ss.reasons("near", "filed", "not_filed")
    reach: ss.Minutes = ss.param(60, "travel that counts as near", low=30, high=120, grade="assumption")
    cut: ss.Points = ss.param(10, grade="secondary", source="nhsa_2022_22")

    def route(self, needs: ss.Needs, rules: ss.Rules) -> ss.Route:
        """Direct and uncut for the near, direct with a cut for the filed, by hand for the others."""
        near = needs.travel_minutes <= self.reach
        allowed = near | needs.filed | needs.emergency
        return ss.Route(
            path=np.where(allowed, ss.DIRECT, ss.MANUAL),
            cut=np.where(near, 0, self.cut),
            reason=np.where(near, self.NEAR, np.where(allowed, self.FILED, self.NOT_FILED)),
        )
