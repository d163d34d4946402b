"""Where is the money at the end, what had patients advanced, who stayed at home? Added up claim by claim."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from .funds import Funds, Row
from .people import DAY, FUNDS, Claim, Person, date_of

Group = tuple[str, str]
Balances = defaultdict[str, Counter[Group]]


class Books:
    """Balances by account and (pool, scheme); `advanced` and `home`: sums of the window.

    A balance is positive where its holder has money or a claim, negative where it has paid. `funds` keeps the money
    between the funds and moves it in the same balances.
    """

    def __init__(
        self, first_of_window: int, people: Sequence[Person], funds: Callable[[Balances], Funds]
    ) -> None:  # fmt: skip
        self.first, self.people = first_of_window, people
        self.balances: Balances = defaultdict(Counter)
        self.funds = funds(self.balances)
        #: (kind, pool, scheme) -> cases, fen, fen × days.
        self.advanced: defaultdict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
        #: (reason, pool, scheme, care type) -> needs, cost at home.
        self.home: defaultdict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0])
        for person in people:
            self._move(person.group, person.account, "contributions", "personal_accounts")

    def _move(self, group: Group, amount: int, giver: str, taker: str) -> None:
        self.balances[giver][group] -= amount
        self.balances[taker][group] += amount

    def credit(self, group: Group, credit: int, spent: int) -> None:
        """The monthly credit of an account, and what is spent at home."""
        self._move(group, credit, "contributions", "personal_accounts")
        self._move(group, spent, "personal_accounts", "home_providers")

    def settle(self, event: str, day: int, claim: Claim) -> None:
        """A settlement at the counter, one that is taken back, or a claim by hand that is paid."""
        group, sign = claim.person.group, -1 if event == "reverse" else 1
        creditor = "patients" if claim.by_hand else "set_aside"
        for fund in FUNDS:
            self._move(group, sign * claim.money[fund], fund, creditor)
        if claim.by_hand:
            self._back(day, "manual", claim, claim.funds, claim.day)
            return
        self._move(group, sign * claim.money["personal_account"], "personal_accounts", "set_aside")
        cleared = sign * (claim.funds + claim.money["personal_account"])
        self._move(group, cleared, "payable_to_hospitals", "hospital_receivable")
        self.funds.post(date_of(day), Row(*group, claim.need.care_pool), cleared, claim.need.provider)
        self._move(group, sign * claim.money["cash"], "patients", "hospital_cash")
        self._move(group, sign * claim.unpaid, "hospital_cash", "bad_debt")
        self._back(day, "unpaid", claim, sign * claim.unpaid, day)
        if event == "settle":
            self._back(day, "deposit", claim, claim.deposit, claim.admitted // DAY)

    def advance(self, claim: Claim) -> None:
        """Who will claim by hand pays the whole bill."""
        self._move(claim.person.group, claim.need.total_fee, "patients", "hospital_cash")

    def assist(self, day: int, claim: Claim) -> None:
        """Assistance that a patient had advanced is paid."""
        self._move(claim.person.group, claim.later, "medical_assistance", "patients")
        self._back(day, "assistance", claim, claim.later, claim.settled)

    def _back(self, day: int, kind: str, claim: Claim, amount: int, since: int) -> None:
        """Money that had been advanced comes back; a negative amount takes a case away."""
        if amount and day >= self.first:
            sums = self.advanced[kind, *claim.person.group]
            for place, weight in enumerate((1 if amount > 0 else -1, amount, amount * (day - since))):
                sums[place] += weight

    def at_home(self, day: int, reason: str, group: Group, care: str, cost: int) -> None:
        """A need that does not cross the border."""
        if day >= self.first:
            sums = self.home[reason, *group, care]
            sums[0], sums[1] = sums[0] + 1, sums[1] + cost
