"""Whatever mix of policies stands over pools, schemes and days: do the identities hold, and does the past stay?

Scenarios drawn from all built-in policies with drawn parameters, over a tiny world of six weeks that ends a month.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import runs
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from settlement_sim import dates
from settlement_sim.demand.behaviour import Response
from settlement_sim.engine.desk import DeskRules
from settlement_sim.engine.simulation import Outcome, Simulation
from settlement_sim.policies.base import BENEFIT, SLOTS
from settlement_sim.policies.registry import built_in
from settlement_sim.policies.views import STANDING
from settlement_sim.record.claims import ClaimsFile
from settlement_sim.record.columns import MONEY_NAMES
from settlement_sim.record.tables import exact, tables
from settlement_sim.scenario.load import load
from settlement_sim.scenario.timeline import predecessors, timelines
from settlement_sim.study.run import Prepared
from settlement_sim.vocabulary import POOLS

FIRST, LAST = "2024-01-01", "2024-02-09"
SMALL = ("world.scale=0.006", f"warm_up={FIRST}", f"window.from={FIRST}", f"window.until={LAST}")
#: The day from which scenarios may differ: tables of January are of the days before.
TURN = "2024-02-01"
FUNDS = ("pooled_fund", "large_sum_fund", "catastrophic_fund", "medical_assistance")
SUMS = (*MONEY_NAMES, "fund_total", "person_total", "cleared")
Use = dict[str, Any]

# Examples are whole runs: one that fails is not made smaller.

# scenarios ----------------------------------------------------------------------------------------------


def use(name: str, **parameters: st.SearchStrategy[Any]) -> st.SearchStrategy[Use]:
    """An entry's policy with some of these parameters."""
    given_ = st.fixed_dictionaries({}, optional=parameters)
    return given_.map(lambda chosen: {"use": name} | ({"with": chosen} if chosen else {}))


PERCENT = st.integers(0, 100)
SHARES = {"manual_stays": PERCENT, "manual_other": st.integers(0, 20)}
PLAIN = use("filing_free", **SHARES) | use(
    "filing_required", cut_referral=st.integers(0, 10), cut_other=st.integers(0, 20), validity=st.integers(1, 24),
    late_filing=st.sampled_from(["until_discharge", "not_allowed"]), late_filers=PERCENT, **SHARES,
)  # fmt: skip
NESTED = PLAIN | st.sampled_from(["filing_free", "filing_required"])
BACK = {"deposit": PERCENT, "reversed": st.sampled_from([0, 5, 50, 100]), "reversed_after": st.integers(1, 5)}
CYCLE = {
    "retention": st.integers(0, 10), "advance": st.sampled_from([0, 50, 100]), "hospital_days": st.integers(0, 3),
    "pooling": st.sampled_from(["earmarked", "province", "together"]), "delays": st.sampled_from(["latest", "keyed"]),
    "bank": st.sampled_from(["with_offices", "not_on_makeup_days", "every_day"]),
    "statement_roll": st.sampled_from(["same_day", "next_working_day"]),
    "cap": st.integers(1_000_000, 10_000_000).map(str),
}  # fmt: skip
BY_SLOT: dict[str, st.SearchStrategy[Use]] = {
    "access": PLAIN
    | use("border_local", counts=st.sampled_from(["border_area", "neighbouring_units"]), otherwise=NESTED)
    | use("network", community=PERCENT, level_2=PERCENT, level_3=PERCENT, pharmacy=PERCENT, otherwise=NESTED)
    | use("referral_green_channel", from_level=st.sampled_from("123"), cut=st.integers(0, 10), otherwise=NESTED),
    "catalogue": use("care_place", manual=st.sampled_from(["insured_place", "care_place"]))
    | use("insured_place")
    | use("mutual", rule=st.sampled_from(["union", "intersection"]), local_drugs=st.integers(0, 15)),
    "basic": use("insured_place") | use("care_place"),
    "catastrophic": use("insured_place") | use("care_place") | use("none"),
    "assistance": use("insured_place") | use("none"),
    "channel": use("one_stop", **BACK)
    | use("direct", **BACK)
    | use("treat_first_pay_later", eligible=st.sampled_from(["assistance", "everybody"]), defaults=PERCENT, **BACK)
    | use("manual"),
    "clearing": st.one_of(*(use(name, **CYCLE) for name in (
        "prepaid_monthly_gross", "bilateral_net", "multilateral_net", "half_monthly", "daily_net", "real_time_gross",
    ))),
}  # fmt: skip
DESKS = st.builds(DeskRules, st.integers(1, 20), st.none() | st.integers(1, 3), st.integers(1, 5), st.integers(0, 4))
RESPONSES = st.just(Response()) | st.builds(Response, st.integers(0, 2_000), st.integers(0, 15_000), st.just(0))


@st.composite
def entries(draw: st.DrawFn, slot: str, turn: str | None) -> list[Use]:
    """Entries of a slot: for everybody, or for some and the others; until `turn` and from then on where it is given."""
    part = draw(st.none() | st.lists(st.sampled_from(POOLS), min_size=1, max_size=3, unique=True)
                | st.sampled_from(["employee", "resident"]))  # fmt: skip
    where: dict[str, Any] = {"pool": part} if isinstance(part, list) else {"scheme": part}
    regions = [{}] if part is None else [{"where": where}, {"where": "others"}]
    found = []
    for region in regions:
        if turn is None:
            found.append(draw(BY_SLOT[slot]) | region)
        else:
            until = dates.iso(dates.day(turn) - 1)
            found += [draw(BY_SLOT[slot]) | region | {"until": until}, draw(BY_SLOT[slot]) | region | {"from": turn}]
    return found


def spelt_out(of_slot: list[Use]) -> list[Use]:
    """The entries with the others by name: `others` are those that no entry of any day names."""
    where = of_slot[0].get("where", {})
    rest = {"pool": [pool for pool in POOLS if pool not in where.get("pool", [])]}
    if "scheme" in where:
        rest = {"scheme": "resident" if where["scheme"] == "employee" else "employee"}
    return [entry | ({"where": rest} if entry.get("where") == "others" else {}) for entry in of_slot]


@dataclass(frozen=True)
class Mix:
    """A scenario: entries by slot, and what stands beside them."""

    policies: dict[str, list[Use]]
    desk: DeskRules
    response: Response

    def since(self, turn: str, later: dict[str, list[Use]]) -> Mix:
        """This until the day before, and other entries of some slots from a day on."""
        until, policies = dates.iso(dates.day(turn) - 1), dict(self.policies)
        for slot, new in later.items():
            assert not any("from" in entry or "until" in entry for entry in (*policies[slot], *new))
            old = [entry | {"until": until} for entry in spelt_out(policies[slot])]
            policies[slot] = old + [entry | {"from": turn} for entry in spelt_out(new)]
        return replace(self, policies=policies)


def mixes(*, turn: str | None = None) -> st.SearchStrategy[Mix]:
    slots = st.fixed_dictionaries({slot: entries(slot, turn) for slot in SLOTS})
    return st.builds(Mix, slots, DESKS, RESPONSES)


def test_every_built_in_policy_is_drawn() -> None:
    drawn = {(slot, name) for slot, strategy in BY_SLOT.items() for name in names_in(strategy)}
    # Those of contribution years have laws of their own.
    assert drawn == {(kind.slot, kind.name) for kind in built_in() if kind.slot in SLOTS}


def names_in(strategy: st.SearchStrategy[Use]) -> set[str]:
    found: set[str] = set()

    @settings(max_examples=60, database=None)
    @given(strategy)
    def collect(entry: Use) -> None:
        found.add(entry["use"])

    collect()
    return found


# runs ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Story:
    """What one run left."""

    claims: pd.DataFrame  # in the order of the file
    outcome: Outcome
    posted: dict[str, dict[str, int]]  # sums of the journal: event, amount
    assisted: int  # assistance left to be claimed by hand

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        return tables(self.outcome)

    @cached_property
    def exact(self) -> dict[str, Any]:
        return exact(self.outcome)


@cache
def base() -> Prepared:
    return runs.prepared(*SMALL)


def prepared_of(mix: Mix, folder: Path) -> Prepared:
    """The tiny world under a mix; its file is JSON, which is YAML too."""
    benefit = {slot: mix.policies[slot] for slot in BENEFIT}
    others = {slot: mix.policies[slot] for slot in SLOTS if slot not in BENEFIT}
    path = folder / "mix.yaml"
    path.write_text(
        json.dumps({"format": "1", "extends": runs.BASELINE, "policies": others | {"benefit": benefit}}), "utf-8"
    )
    loaded = load(path, SMALL)
    plan = replace(
        base().plan,
        timelines=timelines(loaded),
        predecessors=predecessors(loaded),
        desk=mix.desk,
        response=mix.response,
    )
    return replace(base(), loaded=loaded, plan=plan)


def told(mix: Mix, batch: int | None = None) -> Story:
    """Run a mix and read what it wrote."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepared = prepared_of(mix, folder)
        prepared = prepared if batch is None else runs.batched(prepared, batch)
        simulation = Simulation(prepared.world, prepared.book, prepared.plan)
        claims = ClaimsFile(folder / "claims.parquet", prepared.world, prepared.plan.first)
        posted: dict[str, dict[str, int]] = {}
        assisted = []

        def journal(entry: Any) -> None:
            sums = posted.setdefault(entry.event, {})
            for amount, column in entry.amounts.items():
                sums[amount] = sums.get(amount, 0) + int(column.sum())

        def watch(event: str, today: int, settled: Any, episodes: Any) -> None:
            assisted.append(int(settled.advances.claimed_later.sum()) * (-1 if event == "reverse" else 1))

        simulation.observers += [claims, watch]
        simulation.outcome.ledger.listeners.append(journal)
        outcome = simulation.run()
        claims.close()
        found = pd.read_parquet(folder / "claims.parquet")
    plain = {column: found[column].astype(str) for column in found.select_dtypes("category")}
    return Story(found.assign(**plain), outcome, posted, sum(assisted))


# identities ---------------------------------------------------------------------------------------------


@settings(max_examples=7, phases=[Phase.generate])
@given(mixes() | mixes(turn="2024-01-20"))
def test_every_mix_keeps_the_identities(mix: Mix) -> None:
    story = told(mix)
    assert_bills(story.claims)
    assert_tables(story)
    assert_ledger(story)
    assert_cleared(story)
    assert_each_bill_is_paid_once(story.claims)
    assert_standing_never_falls(story.claims)


def assert_bills(claims: pd.DataFrame) -> None:
    parts = claims.outside_scope + claims.above_price_limit + claims.advance_self_pay + claims.in_scope
    assert (claims.total_fee == parts).all(), "the parts of a bill are not the bill"
    assert (claims.fund_total == claims[list(FUNDS)].sum(axis=1)).all()
    assert (claims.total_fee == claims.fund_total + claims.personal_account + claims.cash).all()
    assert (claims.fund_total.abs() <= claims.in_scope.abs()).all(), "funds pay beyond what is in scope"
    sign = np.where(claims.entry == "reverse", -1, 1)
    assert (claims[list(SUMS)].mul(sign, axis=0) >= 0).all(axis=None), "an amount of the wrong sign"
    assert (claims.entry.isin(["settle", "reverse"]) == (claims.path == "direct")).all()


def assert_tables(story: Story) -> None:
    """Every table is a sum of claims, and the exact totals are those of the tables."""
    claims = story.claims.assign(
        direction=np.where(story.claims.pool == "chongqing", "chongqing_to_sichuan", "sichuan_to_chongqing"),
        month=story.claims.settled.dt.strftime("%Y-%m"),
        settlements=(story.claims.entry != "reverse").astype(int),
        reversed=(story.claims.entry == "reverse").astype(int),
    )
    columns = ["settlements", "reversed", *SUMS]
    for name, keys in (
        ("totals", ["direction", "care_type"]), ("by_month", ["month", "direction", "care_type"]),
        ("by_pool", ["pool", "scheme", "care_type"]), ("by_scheme", ["direction", "scheme", "care_type"]),
        ("by_level", ["direction", "care_type", "level"]), ("by_hand", ["direction", "care_type"]),
    ):  # fmt: skip
        mine = claims[claims.path == ("manual" if name == "by_hand" else "direct")]
        table = story.tables[name].query("care_type != 'all'").set_index(keys)
        expected = mine.groupby(keys)[columns].sum().reindex(table.index, fill_value=0)
        pd.testing.assert_frame_equal(table[columns], expected, check_dtype=False, obj=name)
        assert (table.net == table.settlements - table.reversed).all()
    for part, name in (("direct", "totals"), ("by_hand", "by_hand")):
        table = story.tables[name].query("care_type != 'all'").set_index(["direction", "care_type"])[columns]
        assert {key: row.to_dict() for key, row in table.iterrows()} == {
            (direction, care): sums for direction, cares in story.exact[part].items() for care, sums in cares.items()
        }


def assert_ledger(story: Story) -> None:
    """Balances are what claims and the journal say; everything together is nothing."""
    balances = {name: int(column.sum()) for name, column in story.outcome.ledger.balances.items()}
    direct, by_hand = (story.claims[story.claims.path == path] for path in ("direct", "manual"))
    advanced, unpaid = posted(story, "advance", "total_fee"), posted(story, "default", "unpaid")
    assist, prepaid = posted(story, "assist", "medical_assistance"), posted(story, "prepay", "prepaid")
    cash = posted(story, "pay_hospitals", "paid") + posted(story, "advance_hospitals", "advanced")
    assert sum(balances.values()) == 0
    for fund in FUNDS:
        later = {"medical_assistance": assist, "pooled_fund": prepaid}.get(fund, 0)
        assert -balances[fund] == int(story.claims[fund].sum()) + later, fund
    on_its_way = balances["set_aside"] + balances["province_account"] + balances["prepayment"]
    assert on_its_way == direct.cleared.sum() - cash + prepaid, "the funds hold another amount than has not been paid"
    assert balances["bad_debt"] == unpaid
    assert balances["hospital_cash"] == direct.cash.sum() - unpaid + advanced + cash
    assert balances["patients"] == by_hand.fund_total.sum() + assist - direct.cash.sum() - advanced
    assert 0 <= assist <= story.assisted, "more assistance than was left to be claimed"


def posted(story: Story, event: str, amount: str) -> int:
    return story.posted.get(event, {}).get(amount, 0)


def assert_cleared(story: Story) -> None:
    """What is posted was cleared at the counter; everything stated is remitted; hospitals have what they are owed."""
    direct, house = story.claims[story.claims.path == "direct"], story.outcome.funds
    balances = {name: int(column.sum()) for name, column in story.outcome.ledger.balances.items()}
    pairs = story.tables["obligations"].groupby(["payer_pool", "scheme", "care_pool"])
    pairs = pairs[["posted", "stated", "remitted"]].sum()
    assert pairs.posted.sum() == direct.cleared.sum() == story.exact["funds"]["posted"]
    assert (pairs.stated == pairs.remitted).all() and not balances["province_account"]
    # What is stated and then taken back stays with the care place as a credit.
    assert (pairs.stated >= pairs.posted).all() and balances["set_aside"] == (pairs.posted - pairs.stated).sum()
    met = posted(story, "pay_hospitals", "paid") + posted(story, "recover", "recovered")
    assert balances["hospital_receivable"] == direct.cleared.sum() - met == house.receivable
    advances = posted(story, "advance_hospitals", "advanced") - posted(story, "recover", "recovered")
    assert balances["hospital_advances"] == advances >= 0
    assert house.receivable == 0 if house.idle else advances > 0, "somebody waits although nobody was paid in advance"


def assert_each_bill_is_paid_once(claims: pd.DataFrame) -> None:
    """Settled, or taken back, or taken back and paid by hand: the bill counts once or not at all."""
    bill = claims.total_fee.abs().groupby(claims.need)
    assert (bill.min() == bill.max()).all(), "the bill of a need changed"
    standing = claims.total_fee.groupby(claims.need).sum()
    assert standing.isin([0]).where(standing != bill.max(), True).all()
    often = claims[claims.need.duplicated(keep=False)].groupby("need").entry.agg(" ".join)
    assert set(often) <= {"settle reverse", "settle reverse reimburse"}
    assert set(claims.entry[~claims.need.duplicated(keep=False)]) <= {"settle", "reimburse"}


def assert_standing_never_falls(claims: pd.DataFrame) -> None:
    """From claim to claim of a person-year in which nothing was taken back."""
    quiet = claims[~claims.person.isin(claims[claims.entry == "reverse"].person)]
    for column in STANDING:
        steps = quiet.groupby(["person", "insurance_year"])[f"{column}_before"].diff()
        assert (steps.dropna() >= 0).all(), column


# what may not matter ------------------------------------------------------------------------------------


@settings(max_examples=4, phases=[Phase.generate])
@given(mixes() | mixes(turn="2024-01-20"), st.sampled_from([7, 50, 211]))
def test_batches_and_the_order_of_entries_change_nothing(mix: Mix, batch: int) -> None:
    # What is due on one day is settled in the order of the clearing policies: theirs is part of what they say.
    turned = {slot: found if slot == "clearing" else found[::-1] for slot, found in mix.policies.items()}
    whole, other = told(mix), told(replace(mix, policies=turned), batch)
    assert other.exact == whole.exact
    for name, table in whole.tables.items():
        if name == "decisions":  # equal entries answer as one, under the day of the first that is named
            keys = ["slot", "policy", "reason"]
            pd.testing.assert_series_equal(*(s.tables[name].groupby(keys).rows.sum() for s in (whole, other)))
        else:
            pd.testing.assert_frame_equal(table, other.tables[name], obj=name)
    order = ["need", "settled", "entry"]
    pd.testing.assert_frame_equal(*(s.claims.sort_values(order, ignore_index=True) for s in (whole, other)))


# the past -----------------------------------------------------------------------------------------------

LATER = st.fixed_dictionaries({}, optional={slot: entries(slot, None) for slot in SLOTS}).filter(bool)


@settings(max_examples=6, phases=[Phase.generate])
@given(mixes(), LATER)
def test_until_the_day_on_which_a_scenario_departs_nothing_is_different(mix: Mix, later: dict[str, list[Use]]) -> None:
    before, after = told(mix), told(mix.since(TURN, later))
    turn = pd.Timestamp(TURN)
    pd.testing.assert_frame_equal(
        *(story.claims[story.claims.settled < turn].reset_index(drop=True) for story in (before, after))
    )
    pd.testing.assert_frame_equal(
        *(story.tables["by_month"].query("month < @TURN[:7]").reset_index(drop=True) for story in (before, after))
    )
    for name in ("remittances", "collections"):
        found = [story.tables[name].query("day < @TURN").reset_index(drop=True) for story in (before, after)]
        pd.testing.assert_frame_equal(*found, obj=name)


@settings(max_examples=5, phases=[Phase.generate])
@given(mixes(), entries("access", None))
def test_who_was_admitted_before_keeps_the_access_of_that_day(mix: Mix, access: list[Use]) -> None:
    """Stays that the change finds in their beds are discharged on the path and at the tier of their admission."""
    before, after = told(mix), told(mix.since(TURN, {"access": access}))
    both = joined(before, after, lambda claims: claims.entry != "reverse")
    inside = both[(both.born < pd.Timestamp(TURN)) & (both.discharged >= pd.Timestamp(TURN))]
    assert (inside.path == inside.path_after).all(), "a stay changed its path"
    assert (inside.cut == inside.cut_after).all(), "a stay changed its tier"
    later = both[both.born >= pd.Timestamp(TURN)]
    assert len(inside) + len(later) <= len(both)


def joined(before: Story, after: Story, kept: Callable[[pd.DataFrame], Any]) -> pd.DataFrame:
    """Claims of the same needs in both runs, the first entry of each."""
    first = [story.claims[kept(story.claims)].drop_duplicates("need") for story in (before, after)]
    return first[0].merge(first[1], on="need", suffixes=("", "_after"))


def test_a_change_is_seen_by_who_comes_later() -> None:
    """Filing without late filing from February on: who was admitted in January is not cut, who comes later is."""
    plain: Mix = Mix(
        {slot: [{"use": name}] for slot, name in (
            ("access", "filing_free"), ("catalogue", "care_place"), ("basic", "insured_place"),
            ("catastrophic", "insured_place"), ("assistance", "insured_place"), ("channel", "one_stop"),
            ("clearing", "prepaid_monthly_gross"),
        )},
        DeskRules(1), Response(),
    )  # fmt: skip
    required: list[Use] = [{"use": "filing_required", "with": {"late_filing": "not_allowed", "manual_stays": 0}}]
    both = joined(told(plain), told(plain.since(TURN, {"access": required})), lambda claims: claims.entry != "reverse")
    stays = both[(both.care_type == "inpatient") & (both.discharged >= pd.Timestamp(TURN))]
    earlier, later = (stays[(stays.born < pd.Timestamp(TURN)) == early] for early in (True, False))
    assert len(earlier) > 100 and (earlier.cut_after == 0).all() and (earlier.path == earlier.path_after).all()
    assert len(later) > 30 and (later.cut_after > 0).any() and (later.path != later.path_after).any()
