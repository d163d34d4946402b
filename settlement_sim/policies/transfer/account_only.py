"""T1, the national rule: records and the personal account follow the person, the pooled fund stays.

Source: 基本医疗保险关系转移接续暂行办法（医保办发〔2021〕43号）.
"""

from __future__ import annotations

from typing import Literal

from settlement_sim.policies.base import policy
from settlement_sim.policies.parameters import param
from settlement_sim.policies.transfer.base import TransferPolicy


@policy("transfer")
class AccountOnly(TransferPolicy):
    """Transfer = balance of the personal account; pooled funds pay nothing."""

    account: Literal["moves"] = param(
        "moves", "the personal account follows the person", grade="secondary", source="transfer_procedure_2021",
        since="2021-12-01",
    )  # fmt: skip
