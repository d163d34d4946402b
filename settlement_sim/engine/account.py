"""How do personal accounts fill, and how much is spent at home? Monthly, by rule and by a declared share."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from settlement_sim.arrays import gather, sum_by
from settlement_sim.ledger.ledger import GROUPS
from settlement_sim.money import share
from settlement_sim.rules.compiled import Rules
from settlement_sim.vocabulary import SCHEMES
from settlement_sim.world.population import EMPLOYEE
from settlement_sim.world.world import World


def credit_accounts(
    account: npt.NDArray[np.int64], world: World, rules: Rules, day: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Credit every employee's account and spend the declared share of the credit at home, in place.

    Returns (credited, spent at home) in fen by pool × scheme.
    """
    profiles = world.profiles
    # Credits do not depend on age: the profile at age band 0 stands for the person.
    credit = rules.take("account.monthly_credit", rules.rows(day, np.arange(len(profiles))))
    credit = np.where(profiles.scheme == EMPLOYEE, credit, 0)
    spent = share(credit, world.priors["account.home_use"] * 100)
    account += gather(credit - spent, world.first_profile)
    persons = np.bincount(world.first_profile, minlength=len(profiles))
    group = profiles.pool * len(SCHEMES) + profiles.scheme
    return sum_by(group, credit * persons, GROUPS), sum_by(group, spent * persons, GROUPS)
