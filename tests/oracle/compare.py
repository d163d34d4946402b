"""What do the engine and the independent model say about one small world, in the same words?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from settlement_sim.engine.plan import Outcome
from settlement_sim.engine.simulation import Simulation
from settlement_sim.policies.answers import MANUAL
from settlement_sim.record.columns import MONEY_NAMES
from settlement_sim.record.tables import tables
from settlement_sim.study.run import Prepared
from settlement_sim.vocabulary import CARE_TYPES, FILINGS, POOLS, SCHEMES

from .funds import Line
from .funds_case import sums
from .model import Model
from .needs import border_of, needs_of, open_beds, people_of, terms_of
from .people import Claim, Need, Terms, date_of
from .policies import Policies
from .rulebook import Rules

Facts = dict[str, Any]
#: A settlement by what happened to which need.
Rows = dict[tuple[str, int], Facts]
COUNTS = ("absorbed", "admitted", "waited", "waited_seconds", "over_capacity")
SETTLED = ["pool", "scheme", "care_type", "settlements", "reversed"]
LEFT = ("open_stays", "waiting", "open_manual", "empty_accounts", "reversals_refused")


@dataclass(frozen=True, repr=False)
class Both:
    """One small world, run by the engine and by the independent model."""

    name: str
    prepared: Prepared
    outcome: Outcome
    engine: Rows
    needs: list[Need]
    oracle: Model

    @property
    def claims(self) -> list[Claim]:
        """Every settlement of the oracle, also those taken back later."""
        return [claim for event, _, claim in self.oracle.rows if event != "reverse"]


def both(name: str, prepared: Prepared) -> Both:
    """Run both."""
    simulation = Simulation(prepared.world, prepared.book, prepared.plan)
    found: Rows = {}
    simulation.observers.append(lambda *row: found.update(_of_engine(*row)))
    outcome, needs = simulation.run(), needs_of(prepared)
    return Both(name, prepared, outcome, found, needs, by_oracle(prepared, needs))


def by_oracle(
    prepared: Prepared, needs: list[Need], *, terms: Terms | None = None, added: Mapping[str, int] | None = None,
    beds: dict[int, list[int]] | None = None,
) -> Model:  # fmt: skip
    """The independent model, with terms, shifted rules or beds of its own where they are given."""
    world = prepared.world
    return Model(
        terms or terms_of(prepared), people_of(world), needs, beds or open_beds(prepared), border_of(world),
        Rules(prepared.book, added), Policies(prepared.loaded.data),
    ).run()  # fmt: skip


def _of_engine(event: str, day: int, settled: Any, episodes: Any) -> Rows:
    """Rows that the engine shows; purchases that were no settlement are not among them."""
    visits = settled.visits
    columns = {name: settled.money(name) for name in MONEY_NAMES} | {
        "row": visits.row, "care": visits.care, "by_hand": visits.path == MANUAL, "cut": visits.cut,
        "filing": visits.filing, "provider": settled.provider, "born": episodes.born, "admitted": episodes.admitted,
        "discharged": episodes.discharged,
    }  # fmt: skip
    columns |= {f"{name} before": column for name, column in settled.before.items()}
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    named = (dict(zip(columns, row, strict=True)) for row in rows)
    words = {"care": CARE_TYPES, "filing": FILINGS}
    return {
        (event, need): facts | {name: known[facts[name]] for name, known in words.items()} | {"settled": day}
        for need, facts in zip(visits.id.tolist(), named, strict=True)
    }


def rows_of_oracle(model: Model) -> Rows:
    """The same of the oracle."""
    return {(event, claim.need.id): _of_oracle(day, claim) for event, day, claim in model.rows}


def _of_oracle(day: int, claim: Claim) -> Facts:
    need = claim.need
    return {name: claim.money[name] for name in MONEY_NAMES} | {
        "row": need.row, "care": need.care, "by_hand": claim.by_hand, "cut": claim.cut, "filing": claim.filing,
        "provider": need.provider, "born": need.moment, "admitted": claim.admitted, "discharged": claim.discharged,
        "settled": day,
    } | {f"{name} before": value for name, value in claim.before.items()}  # fmt: skip


def differences(engine: Rows, oracle: Rows) -> list[str]:
    """One text per settlement that differs, with both splits, in the order of settlement."""
    found = []
    for (event, need), mine in sorted(oracle.items(), key=lambda item: (item[1]["settled"], item[0])):
        theirs = engine.get((event, need))
        if theirs is None:
            found.append(f"{event} of need {need}: not by the engine; oracle {mine}")
        elif mine != theirs:
            wrong = "; ".join(f"{n}: engine {theirs.get(n)}, oracle {mine.get(n)}" for n in mine | theirs
                              if mine.get(n) != theirs.get(n))  # fmt: skip
            found.append(f"{event} of need {need} on day {mine['settled']} differs in {wrong}\n  oracle {mine}")
    absent = sorted(engine.keys() - oracle.keys(), key=lambda key: (engine[key]["settled"], key))
    return found + [f"{event} of need {need}: by the engine alone {engine[event, need]}" for event, need in absent]


def beside(both: Both) -> tuple[dict[str, Any], dict[str, Any]]:
    """Engine and oracle beside the settlements: counts, what is left, tables, balances; nothing where it is 0."""
    outcome, model = both.outcome, both.oracle
    engine: dict[str, Any] = {name: getattr(outcome.counts, name) for name in COUNTS}
    engine |= {name: getattr(outcome, name) for name in LEFT}
    oracle: dict[str, Any] = {name: model.counts[name] for name in engine}
    made = tables(outcome)
    engine["advanced"] = _sums(made["advanced"], ["kind", "pool", "scheme"])
    engine["care_at_home"] = _sums(made["care_at_home"], ["reason", "pool", "scheme", "care_type"])
    oracle["advanced"], oracle["care_at_home"] = (
        {key: sums for key, sums in kept.items() if any(sums)} for kept in (model.books.advanced, model.books.home)
    )
    engine |= _of_funds(outcome)
    funds = model.books.funds
    oracle["clearing"], oracle["prepaid"] = sums(funds.remittances), sums(funds.prepaid.moved)
    oracle["statements"], oracle["hospitals"] = sums(funds.statements), sums(funds.paying.hospitals)
    engine["by_pool"] = _sums(made["by_pool"][[*SETTLED, *MONEY_NAMES]], SETTLED[:3])
    oracle["by_pool"] = _by_pool(model)
    groups = [(pool, scheme) for pool in POOLS for scheme in SCHEMES]
    for account, balance in outcome.ledger.balances.items():
        engine[account] = {groups[i]: int(balance[i]) for i in np.flatnonzero(balance)}
        oracle[account] = {group: fen for group, fen in model.books.balances[account].items() if fen}
    return engine, oracle


def _of_funds(outcome: Outcome) -> dict[str, dict[tuple[str, ...], int]]:
    """All that moved between the funds and to hospitals, warm-up and run-out included."""
    log, members = outcome.funds.log, outcome.funds.members
    places, crossed, prepaid = (*members.provinces, "centre"), list[Line](), list[Line]()
    for moved in log.transfers:
        day, payer, payee = date_of(moved.day), places[moved.payer], places[moved.payee]
        if moved.kind == "clearing":
            crossed.append((day, payer, payee, SCHEMES[moved.scheme], moved.amount))
        elif moved.kind == "return":
            prepaid.append((day, payee, payer, SCHEMES[moved.scheme], -moved.amount))
        elif moved.kind != "set_off":
            prepaid.append((day, payer, payee, SCHEMES[moved.scheme], moved.amount))
    paid = [
        (date_of(p.day), POOLS[p.place], *members.of_member(p.member), p.amount) for p in log.payments
        if p.kind != "return"
    ]  # fmt: skip
    stated = [
        (date_of(s.day), POOLS[group // 2], POOLS[care], SCHEMES[group % 2], int(s.amount[group, care]))
        for s in log.statements for group, care in np.argwhere(s.amount).tolist()
    ]  # fmt: skip
    return {"clearing": sums(crossed), "prepaid": sums(prepaid), "hospitals": sums(paid), "statements": sums(stated)}


def _by_pool(model: Model) -> dict[tuple[str, ...], list[int]]:
    """Direct settlements of the window, how many were taken back, and what is left of each money column."""
    found: defaultdict[tuple[str, ...], list[int]] = defaultdict(lambda: [0] * (2 + len(MONEY_NAMES)))
    for event, day, claim in model.rows:
        if event != "reimburse" and day >= model.terms.first_of_window:
            back, sums = event == "reverse", found[*claim.person.group, claim.need.care]
            numbers = not back, back, *((-1 if back else 1) * claim.money[name] for name in MONEY_NAMES)
            sums[:] = map(int.__add__, sums, numbers)
    return dict(found)


def _sums(frame: Any, keys: list[str]) -> dict[tuple[str, ...], list[int]]:
    values = [name for name in frame.columns if name not in keys]
    rows = zip(frame[keys].itertuples(index=False, name=None), frame[values].to_numpy().tolist(), strict=True)
    return {key: sums for key, sums in rows if any(sums)}
