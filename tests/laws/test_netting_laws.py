"""Does netting only ever spare money, does it leave everybody where they were, does a dead payer hurt nobody else?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any
from unittest import mock

import numpy as np
import pytest
from clearing_worlds import (
    NETTINGS,
    PRESETS,
    RICH,
    Case,
    Cleared,
    Whole,
    broken,
    clear,
    policies,
    stop,
    tried,
    under,
    worlds,
)
from hypothesis import assume, given
from hypothesis import strategies as st

from settlement_sim.clearing import bank
from settlement_sim.clearing.cohorts import Cohort
from settlement_sim.clearing.disturbances import Disturbances
from settlement_sim.clearing.netting import CENTRE, crossing, outflow, useful_cut
from settlement_sim.clearing.posted import Posted
from settlement_sim.money import parse_fen

# of one matrix -------------------------------------------------------------------------------------------


@st.composite
def matrices(draw: st.DrawFn) -> Whole:
    """What provinces owe each other; nobody owes itself."""
    size, fen = draw(st.integers(2, 5)), st.integers(0, 40) | st.integers(0, 10**12)
    rows = [[0 if i == j else draw(fen) for j in range(size)] for i in range(size)]
    return np.array(rows, np.int64)


@given(matrices())
def test_netting_never_raises_what_a_province_sends(owed: Whole) -> None:
    gross, pairs, all_round = (outflow(owed, netting) for netting in NETTINGS)
    assert (all_round >= 0).all() and (all_round <= pairs).all() and (pairs <= gross).all()
    assert (gross == owed.sum(1)).all()
    if len(owed) == 2:
        assert (all_round == pairs).all()


@given(matrices(), st.sampled_from(NETTINGS))
def test_remittances_are_outflows_and_leave_net_positions(owed: Whole, netting: Any) -> None:
    sent = np.zeros(len(owed), np.int64)
    received = np.zeros_like(sent)
    rows = crossing(owed, netting)
    for row in rows:
        assert row.amount > 0 and row.payer != row.payee
        if row.payer != CENTRE:
            sent[row.payer] += row.amount
        if row.payee != CENTRE:
            received[row.payee] += row.amount
    assert (sent == outflow(owed, netting)).all()
    assert (received - sent == owed.sum(0) - owed.sum(1)).all()
    assert sent.sum() == received.sum(), "the centre keeps or gives something"
    assert len({(row.payer, row.payee) for row in rows}) == len(rows)
    if netting != "none":
        assert not ((sent > 0) & (received > 0)).any() or netting == "bilateral"


@given(matrices(), st.sampled_from(NETTINGS), st.data())
def test_a_cut_frees_what_it_cuts(owed: Whole, netting: Any, data: st.DataObject) -> None:
    payer, payee = data.draw(st.permutations(range(len(owed))))[:2]
    before = outflow(owed, netting)
    over = data.draw(st.integers(0, int(before[payer])))
    cut = min(int(owed[payer, payee]), useful_cut(owed, netting, payer, payee, over))
    owed[payer, payee] -= cut
    after = outflow(owed, netting)
    assert before[payer] - after[payer] == cut
    assert (np.delete(after - before, payer) >= 0).all(), "what is not sent to somebody spares him nothing"


# of one case ---------------------------------------------------------------------------------------------


def netting_only_spares(case: Case) -> None:
    """Each province on each day, hence its peak too; and whoever has more or less by a day has so anyhow."""
    gross, pairs, all_round = (flow(clear(under(case, netting=netting))) for netting in NETTINGS)
    for key in {*gross, *pairs, *all_round}:
        net = gross[key][0] - gross[key][1]
        assert pairs[key][0] - pairs[key][1] == net, f"{key}: another net position"
        assert all_round[key] == [max(net, 0), max(-net, 0)], f"{key}: not the net position"
        assert all_round[key][0] <= pairs[key][0] <= gross[key][0], str(key)
        if len(case["provinces"]) == 2:
            assert all_round[key] == pairs[key]


def flow(found: Cleared) -> defaultdict[Any, list[int]]:
    """What each province and scheme sent and received on each day."""
    sums: defaultdict[Any, list[int]] = defaultdict(lambda: [0, 0])
    for on, giver, taker, scheme, fen in found.result.tables["remittances"].itertuples(index=False):
        sums[on, giver, scheme][0] += fen
        sums[on, taker, scheme][1] += fen
    return defaultdict(sums.default_factory, {key: both for key, both in sums.items() if key[1] != "centre"})


@tried(12)
@given(worlds(), policies())
def test_netting_only_spares_money(case: Case, policy: Case) -> None:
    netting_only_spares(under(case, policy))


def funds_end_where_they_would_anyhow(case: Case, listed: list[Case]) -> None:
    """Whatever the policy, everybody has paid what its insured cost, and hospitals have it."""
    home = {pool: name for name, pools in case["provinces"].items() for pool in pools}
    owing, earned = Counter[Any](), Counter[Any]()
    for one in case["obligations"]:
        owing[one["from"], one["scheme"]] -= parse_fen(one["amount"])
        earned[one["at"], home[one["from"]], one["scheme"]] += parse_fen(one["amount"])
    for policy in listed:
        found = clear(under(case, policy))
        if not found.finished:
            continue
        result = found.result
        assert {key: fen for key, fen in result.positions.items() if fen} == {k: fen for k, fen in owing.items() if fen}
        paid = result.tables["hospitals"].groupby(["at", "for", "scheme"]).amount.sum()
        assert {key: fen for key, fen in paid.items() if fen} == {key: fen for key, fen in earned.items() if fen}
        assert result.receivable == 0


@tried(4)
@given(worlds(), st.lists(policies(), max_size=2))
def test_funds_end_where_they_would_anyhow(case: Case, others: list[Case]) -> None:
    funds_end_where_they_would_anyhow(case, [{"use": preset} for preset in PRESETS] + others)


def a_dead_payer_hurts_nobody_else(case: Case) -> None:
    """A province that never pays: its hospitals' bills are paid from its prepayment alone, and nothing is netted with
    what it owes; everything else is as if it owed nothing.
    """
    payer, pools = next(iter(case["provinces"].items()))
    rest = [one for one in case["obligations"] if one["from"] not in pools]
    dead = clear(case | {"disturbances": [*case.get("disturbances", []), stop(payer, case)]})
    absent = clear(case | {"obligations": rest})
    assert not any(dead.members.of_group(row.group)[0] in pools for row in dead.log.discharges)
    for name, column, own in (
        ("statements", "from", pools), ("remittances", "from", [payer]), ("remittances", "to", []),
        ("hospitals", "for", [payer]), ("prepayments", "from", [payer]),
    ):  # fmt: skip
        one, other = (found.result.tables[name] for found in (dead, absent))
        others, same = (frame[~frame[column].isin(own)].to_dict("records") for frame in (one, other))
        assert others == same, name  # rows alone: what is empty has no types
    for (pool, scheme), fen in dead.result.positions.items():
        assert pool in pools or fen == absent.result.positions[pool, scheme]
    prepaid, paid = dead.result.tables["prepayments"], dead.result.tables["hospitals"]
    for province, places in case["provinces"].items():
        there = paid[(paid["for"] == payer) & paid["at"].isin(places)].amount.sum()
        assert there <= prepaid[(prepaid["from"] == payer) & (prepaid["at"] == province)].amount.sum()


@tried(10)
@given(worlds(), policies(pooling="earmarked") | policies(pooling="province"))
def test_a_dead_payer_hurts_nobody_else(case: Case, policy: Case) -> None:
    pools = next(iter(case["provinces"].values()))
    assume(any(one["from"] not in pools for one in case["obligations"]))
    a_dead_payer_hurts_nobody_else(under(case, policy))


# a law that is never broken proves nothing ---------------------------------------------------------------


#: Much happens, but nobody is capped.
CASE = under(RICH, cap="1000000.00", retention=0)
BREAKS: list[tuple[Callable[[Case], None], Any]] = [
    (netting_only_spares, mock.patch.object(bank, "crossing", lambda owed, netting: crossing(owed, "none"))),
    (netting_only_spares, mock.patch.object(bank, "crossing", lambda owed, netting: crossing(owed, netting)[1:])),
    (lambda case: funds_end_where_they_would_anyhow(case, [{"use": PRESETS[0]}]),
     mock.patch.object(Posted, "close_year", lambda posted, until: Cohort.empty(posted.members))),
    (a_dead_payer_hurts_nobody_else, mock.patch.object(Disturbances, "paid_on", lambda _, pool, due: due)),
    (a_dead_payer_hurts_nobody_else, mock.patch.object(bank.Bank, "available", lambda *_: 10**15)),
]  # fmt: skip


@pytest.mark.parametrize(("law", "patch"), BREAKS)
def test_a_broken_engine_breaks(law: Callable[[Case], None], patch: Any) -> None:
    law(CASE)
    with broken(patch), pytest.raises(AssertionError):
        law(CASE)
