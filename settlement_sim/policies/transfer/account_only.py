"""T1, the national rule: records and the personal account follow the person, the pooled fund stays.

In force since December 2021. Source: 基本医疗保险关系转移接续暂行办法（医保办发〔2021〕43号）.
"""

from __future__ import annotations

from settlement_sim.policies.base import policy
from settlement_sim.policies.transfer.base import TransferPolicy


@policy("transfer")
class AccountOnly(TransferPolicy):
    """Transfer = balance of the personal account; pooled funds pay nothing."""

    @property
    def moves_account(self) -> bool:
        """The account follows the person."""
        return True
