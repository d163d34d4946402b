"""Do the claims, the tables, the journal, the ledger and the person-years of one run tell the same story?

One run from 16 November 2023 to 10 March 2024 without a warm-up, so that its claims are all there ever were; the year
ends in the middle. Everything here is recounted from what the run wrote, by other means than the package's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
import runs

from settlement_sim import dates
from settlement_sim.clearing.house import ClearingHouse
from settlement_sim.engine.simulation import Outcome, Simulation
from settlement_sim.errors import BrokenLaw
from settlement_sim.policies.views import STANDING
from settlement_sim.record.columns import MONEY_NAMES
from settlement_sim.record.tables import exact, tables
from settlement_sim.rules.book import RuleBook
from settlement_sim.study.run import Prepared, run
from settlement_sim.vocabulary import POOLS, SCHEMES, STATUSES

FIRST, LAST = "2023-11-16", "2024-03-10"
SETTINGS = (
    "world.scale=0.01", f"warm_up={FIRST}", f"window.from={FIRST}", f"window.until={LAST}",
    "readings.access_of_other_prefectures=filing_required",
)  # fmt: skip
FUNDS = ("pooled_fund", "large_sum_fund", "catastrophic_fund", "medical_assistance")
NEVER = ("civil_servant_fund", "enterprise_fund", "other_fund", "family_account", "hospital_borne")
SUMS = (*MONEY_NAMES, "fund_total", "person_total", "cleared")
ACCOUNTS = (
    *FUNDS, "personal_accounts", "set_aside", "province_account", "prepayment", "hospital_receivable",
    "payable_to_hospitals", "hospital_advances", "advances_received", "hospital_cash", "bad_debt", "patients",
    "contributions", "home_providers",
)  # fmt: skip


@dataclass(frozen=True)
class Story:
    """Everything one run left."""

    prepared: Prepared
    outcome: Outcome
    tables: dict[str, pd.DataFrame]
    claims: pd.DataFrame  # in the order of the file, which is that of adjudication
    journal: pd.DataFrame

    @property
    def direct(self) -> pd.DataFrame:
        return self.claims[self.claims.path == "direct"]

    @property
    def by_hand(self) -> pd.DataFrame:
        return self.claims[self.claims.path == "manual"]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("story")
    prepared = runs.prepared(*SETTINGS)
    paths = folder / "claims.parquet", folder / "journal.parquet"
    outcome = run(prepared, claims=paths[0], journal=paths[1]).outcome
    claims, journal = (pd.read_parquet(path) for path in paths)
    return Story(prepared, outcome, tables(outcome), readable(claims), journal)


def readable(claims: pd.DataFrame) -> pd.DataFrame:
    """Claims with plain text, and what a table may ask for: direction, month, destination, count."""
    plain = {name: claims[name].astype(str) for name in claims.select_dtypes("category")}
    claims = claims.assign(**plain, settlements=1)
    return claims.assign(
        direction=np.where(claims.pool == "chongqing", "chongqing_to_sichuan", "sichuan_to_chongqing"),
        month=claims.settled.dt.strftime("%Y-%m"),
        destination=claims.provider.str.rsplit(".", n=1).str[0],
    )


def test_the_run_was_worth_recounting(story: Story) -> None:
    claims = story.claims
    assert len(claims) > 20_000 and claims.need.is_unique
    for column in (*FUNDS, "personal_account", "cash", "outside_scope", "above_price_limit", "advance_self_pay"):
        assert (claims[column] > 0).sum() > 50, f"{column} hardly ever has an amount"
    turn = "2024-01-01"
    assert ((claims.admitted < turn) & (claims.discharged >= turn)).sum() > 50, "too few stays cross the year"
    late = (story.by_hand.discharged < turn) & (story.by_hand.settled >= turn)
    assert late.sum() > 50, "too few claims of last year are settled by hand this year"
    assert story.outcome.empty_accounts > 50 and story.outcome.counts.absorbed > 500


# one bill -----------------------------------------------------------------------------------------------


def test_every_claim_obeys_the_identities(story: Story) -> None:
    obeys(story.claims)
    claims = story.claims
    parts = ["in_scope", "deductible_paid", *FUNDS]
    assert (claims.deductible_paid <= claims.in_scope).all(), "a deductible larger than what is in scope"
    assert (claims[list(FUNDS)].sum(axis=1) <= claims.in_scope).all(), "funds pay beyond what is in scope"
    assert (claims.loc[claims.care_type == "pharmacy", parts[1:]] == 0).all(axis=None), "a fund pays a pharmacy"
    assert (claims[list(NEVER)] == 0).all(axis=None)
    assert (claims.total_fee > 0).all(), "a settlement without a bill"


@pytest.mark.parametrize("name", ["totals", "by_hand", "by_month", "by_pool", "by_scheme", "by_level"])
def test_every_table_obeys_the_identities(name: str, story: Story) -> None:
    obeys(story.tables[name])


def obeys(rows: pd.DataFrame) -> None:
    """The identities of one bill, row by row; all money columns have their parts beside."""
    assert (rows[[*SUMS]].dtypes == np.int64).all()
    scope = rows.outside_scope + rows.above_price_limit + rows.advance_self_pay + rows.in_scope
    assert (rows.total_fee == scope).all(), "the parts of a bill are not the bill"
    assert (rows.fund_total == rows[list(FUNDS)].sum(axis=1)).all()
    assert (rows.person_total == rows.personal_account + rows.cash).all()
    assert (rows.total_fee == rows.fund_total + rows.person_total).all(), "payers do not pay the bill"
    assert (rows.cleared == rows.fund_total + rows.personal_account).all()
    assert (rows[[*SUMS]] >= 0).all(axis=None), "an amount below zero"


def test_where_and_when_a_claim_was(story: Story) -> None:
    claims = story.claims
    assert (claims.born <= claims.admitted).all() and (claims.admitted <= claims.discharged).all()
    stay = claims.care_type == "inpatient"
    length = claims.discharged - claims.admitted
    assert (length[stay] >= pd.Timedelta(days=1)).all() and (length[~stay] == pd.Timedelta(0)).all()
    assert (claims.insurance_year == claims.discharged.dt.year).all(), "the year of a stay is that of discharge"
    assert claims.settled.between(FIRST, f"{LAST} 23:59:59").all()
    assert (story.direct.settled == story.direct.discharged).all(), "direct settlement is at discharge"
    assert (story.direct.entry == "settle").all() and (story.by_hand.entry == "reimburse").all()
    waited = story.by_hand.settled.dt.normalize() - story.by_hand.discharged.dt.normalize()
    assert (waited == pd.Timedelta(days=30)).all() and (story.by_hand.care_type == "inpatient").all()
    away = (claims.pool == "chongqing") != claims.destination.isin(chongqing_units(story))
    assert away.all(), "care inside the own province"
    assert ((claims.level == "pharmacy") == (claims.care_type == "pharmacy")).all()


def chongqing_units(story: Story) -> list[str]:
    geography = story.prepared.world.geography
    return [unit for unit, code in zip(geography.units, geography.unit_province, strict=True) if code == 0]


def test_an_account_pays_what_it_holds_and_no_claim_by_hand(story: Story) -> None:
    direct, by_hand = story.direct, story.by_hand
    assert (direct.personal_account <= direct.account_before).all()
    assert (by_hand.personal_account == 0).all()
    assert (direct.account_before[direct.care_type == "pharmacy"] > 0).all(), "a purchase with an empty account"
    resident = story.claims.scheme == "resident"
    assert (story.claims.account_before[resident] == 0).all()


# tables -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("totals", ["direction", "care_type"]), ("by_month", ["month", "direction", "care_type"]),
        ("by_pool", ["pool", "scheme", "care_type"]), ("by_scheme", ["direction", "scheme", "care_type"]),
        ("by_level", ["direction", "care_type", "level"]), ("by_hand", ["direction", "care_type"]),
    ],
)  # fmt: skip
def test_a_table_is_a_sum_of_claims(name: str, keys: list[str], story: Story) -> None:
    claims = story.by_hand if name == "by_hand" else story.direct
    table = story.tables[name].query("care_type != 'all'").set_index(keys)[["settlements", *SUMS]]
    assert table.index.is_unique
    assert same(table, claims.groupby(keys)[["settlements", *SUMS]].sum())


def test_all_care_types_are_their_sum(story: Story) -> None:
    totals = story.tables["totals"]
    parts = totals.query("care_type != 'all'").groupby("direction")[["settlements", *SUMS]].sum()
    assert same(totals.query("care_type == 'all'").set_index("direction")[["settlements", *SUMS]], parts)


def test_payers_are_the_columns_of_the_totals(story: Story) -> None:
    payers = [*FUNDS, "personal_account", "cash"]
    paid = story.direct.groupby(["direction", "care_type"])[payers].sum().stack().rename("paid")
    table = story.tables["by_payer"].set_index(["direction", "care_type", "payer"])
    assert sorted(set(story.tables["by_payer"].payer)) == sorted(payers)
    assert same(table, paid.to_frame())


def test_flows_are_sums_of_claims(story: Story) -> None:
    columns = ["settlements", "total_fee", "cleared"]
    flows = story.tables["flows"].set_index(["origin", "destination"])
    assert flows.index.is_unique and (flows.settlements > 0).all()
    recounted = story.direct.rename(columns={"unit": "origin"}).groupby(["origin", "destination"])[columns].sum()
    assert same(flows, recounted)
    assert flows.sum().tolist() == story.tables["totals"].query("care_type == 'all'")[columns].sum().tolist()


def test_the_exact_totals_are_those_of_the_tables(story: Story) -> None:
    said = exact(story.outcome)
    for part, name in (("direct", "totals"), ("by_hand", "by_hand")):
        table = story.tables[name].query("care_type != 'all'").set_index(["direction", "care_type"])
        for (direction, care), row in table[["settlements", "reversed", *SUMS]].iterrows():
            assert said[part][direction][care] == row.to_dict()
    table = story.tables["remittances"]
    for kind in ("clearing", "set_off", "opening", "adjustment", "top_up", "return"):
        assert said["funds"][kind] == table[table.kind == kind].amount.sum()
    assert said["funds"]["posted"] == story.direct.cleared.sum() and said["funds"]["still_owed_to_hospitals"] == 0
    main, retained = (story.tables["days_to_cash"].query("level == 'all' and kind == @kind").amount.sum() for kind in (
        "main", "retained",
    ))  # fmt: skip
    assert (said["funds"]["paid_hospitals"], said["funds"]["paid_retained"]) == (main, retained)
    assert said["counts"]["purchases_with_an_empty_account"] == story.outcome.empty_accounts


def same(table: pd.DataFrame, recounted: pd.DataFrame) -> bool:
    """Equal to the fen; what no claim fell on is zero in the table."""
    assert set(recounted.index) <= set(table.index), "claims that a table has no row for"
    filled = recounted.reindex(table.index, fill_value=0)
    pd.testing.assert_frame_equal(table, filled[table.columns], check_names=False, check_dtype=False)
    return True


def test_the_window_only_chooses_what_is_counted(story: Story) -> None:
    """With the same first day and a later window the run is the same; its tables hold the later months."""
    later = runs.with_plan(story.prepared, *SETTINGS, "window.from=2024-01-01")
    found = tables(run(later).outcome)
    whole = story.tables["by_month"].query("month >= '2024-01'").reset_index(drop=True)
    pd.testing.assert_frame_equal(found["by_month"], whole)
    for name, column in (("obligations", "month"), ("remittances", "day"), ("receivables", "month")):
        kept = story.tables[name][story.tables[name][column] >= "2024-01"].reset_index(drop=True)
        pd.testing.assert_frame_equal(found[name], kept)
    keys = ["direction", "care_type"]
    in_window = story.by_hand[story.by_hand.settled >= "2024-01-01"]
    table = found["by_hand"].set_index(keys)[["settlements", *SUMS]]
    assert same(table, in_window.groupby(keys)[["settlements", *SUMS]].sum())


# clearing -----------------------------------------------------------------------------------------------

PAIR = ["pool", "scheme", "care_pool"]
#: Months of the window → days on which they are stated and remitted: the 21st of the next month, then fifteen working
#: days over New Year, the Spring Festival, Qingming and Labour Day of 2024.
CLEARED = {
    "2023-11": ("2023-12-21", "2024-01-12"), "2023-12": ("2024-01-21", "2024-02-08"),
    "2024-01": ("2024-02-21", "2024-03-13"), "2024-02": ("2024-03-21", "2024-04-12"),
    "2024-03": ("2024-04-21", "2024-05-13"),
}  # fmt: skip


@pytest.fixture(scope="module")
def owed(story: Story) -> pd.DataFrame:
    """Direct settlements with the provinces and pools between which they are cleared."""
    geography = story.prepared.world.geography
    pool_of = {unit: POOLS[code] for unit, code in zip(geography.units, geography.unit_pool, strict=True)}
    home = np.where(story.direct.pool == "chongqing", "chongqing", "sichuan")
    return story.direct.assign(
        care_pool=story.direct.destination.map(pool_of), insured=home,
        care_province=np.where(home == "sichuan", "chongqing", "sichuan"), day=story.direct.settled.dt.date,
    )  # fmt: skip


def obligations(story: Story, column: str) -> pd.Series:
    """A column of the table, where it is not zero."""
    table = story.tables["obligations"].rename(columns={"payer_pool": "pool"}).set_index(["month", *PAIR])[column]
    assert table.index.is_unique
    return table[table != 0]


def alike(found: pd.Series, expected: pd.Series) -> None:
    expected = expected[expected != 0]
    both = pd.concat([found, expected], axis=1, keys=["found", "expected"]).fillna(0)
    wrong = both[both.found != both.expected]
    assert wrong.empty and len(expected), f"{len(wrong)} of {len(both)} differ\n{wrong.head()}"


def test_what_is_posted_is_what_was_cleared_at_the_counter(story: Story, owed: pd.DataFrame) -> None:
    alike(obligations(story, "posted"), owed.groupby(["month", *PAIR]).cleared.sum())


@pytest.mark.parametrize(("column", "at"), [("stated", 0), ("remitted", 1)])
def test_every_month_is_stated_and_remitted_in_full_in_its_turn(
    column: str, at: int, story: Story, owed: pd.DataFrame
) -> None:
    later = owed.assign(month=owed.month.map(lambda month: CLEARED[month][at][:7]))
    alike(obligations(story, column), later.groupby(["month", *PAIR]).cleared.sum())


def test_what_crosses_is_what_the_provinces_owe_each_other(story: Story, owed: pd.DataFrame) -> None:
    """Gross: on one day a month, each scheme by itself."""
    crossing = owed.assign(day=owed.month.map(lambda month: CLEARED[month][1]))
    keys = ["day", "insured", "scheme", "care_province"]
    table = story.tables["remittances"].rename(columns={"payer": "insured", "payee": "care_province"})
    alike(table[table.kind == "clearing"].set_index(keys).amount, crossing.groupby(keys).cleared.sum())
    assert not (table.kind == "set_off").any()


def test_pools_pay_their_province_what_is_remitted(story: Story, owed: pd.DataFrame) -> None:
    keys = ["pool", "scheme", "care_province"]
    alike(story.tables["collections"].groupby(keys).amount.sum(), owed.groupby(keys).cleared.sum())
    collected = story.journal[story.journal.event == "collect"].groupby(["pool", "scheme"]).province_account.sum()
    alike(collected, owed.groupby(["pool", "scheme"]).cleared.sum())


def test_every_hospital_is_paid_in_the_end(story: Story, owed: pd.DataFrame) -> None:
    """Each pool's money reaches the very hospitals that treated its insured; 5 % of each day at the annual closings."""
    keys = ["pool", "scheme", "provider"]
    paid = story.journal[story.journal.event == "pay_hospitals"]
    alike(paid.groupby(keys).hospital_cash.sum(), owed.groupby(keys).cleared.sum())
    bills = owed.groupby([*keys, "day"]).cleared.sum()
    kept_back = (bills * 5 + 50) // 100
    table = story.tables["days_to_cash"].query("level == 'all'").groupby("kind").amount.sum()
    assert table.to_dict() == {"main": (bills - kept_back).sum(), "retained": kept_back.sum()}
    year = pd.to_datetime(kept_back.index.get_level_values("day")).year
    closing = paid[paid.day.isin(["2024-03-29", "2025-03-31"])].groupby("day").hospital_cash.sum()
    assert closing["2025-03-31"] == kept_back[year == 2024].sum()
    assert closing["2024-03-29"] >= kept_back[year == 2023].sum(), "the last working day of March is a Friday"


def test_the_opening_prepayment_is_two_months_less_a_year_of_growth(story: Story, owed: pd.DataFrame) -> None:
    """January, the first whole month after the run-in of a month (December): of 2024, not of 2023."""
    growth = dict(zip(("chongqing", "sichuan"), story.prepared.plan.funds.growth, strict=True))
    january = owed[owed.month == "2024-01"].groupby(["insured", "pool", "scheme"]).cleared.sum()
    rate = january.index.get_level_values("insured").map(growth).to_numpy()
    prepaid = (2 * january * 10_000 + rate // 2) // rate
    first = story.journal[(story.journal.event == "prepay") & (story.journal.day == "2024-01-31")]
    alike(first.groupby(["pool", "scheme"]).prepayment.sum(), prepaid.droplevel("insured"))
    table = story.tables["remittances"]
    opening = table[table.kind == "opening"]
    assert set(opening.day) == {"2024-01-31"}
    alike(opening.groupby(["payer", "scheme"]).amount.sum(), prepaid.groupby(["insured", "scheme"]).sum())
    assert (table.kind.isin(["clearing", "opening", "top_up"])).all(), "no year went by that a new amount rests on"


def test_what_hospitals_are_owed_at_the_end_of_a_month(story: Story) -> None:
    """By insured province, care pool: everything posted less everything paid by then, from the journal."""
    direct = story.journal[story.journal.hospital_receivable != 0]
    direct = direct.assign(insured_province=np.where(direct.pool == "chongqing", "chongqing", "sichuan"))
    keys = ["insured_province", "care_pool"]
    months = story.tables["receivables"].groupby("month")
    assert [*months.groups] == sorted({*months.groups}) and len(months) > 10
    for month, table in months:
        so_far = direct[direct.day.str[:7] <= month].groupby(keys).hospital_receivable.sum()
        alike(table.groupby(keys).amount.sum(), so_far)


def test_in_the_end_nothing_is_on_its_way(story: Story, owed: pd.DataFrame) -> None:
    """The position of a pool's funds is down by what they have paid, wherever the money lay in between."""
    balances = story.outcome.ledger.balances
    for name in ("set_aside", "province_account", "hospital_receivable", "payable_to_hospitals", "hospital_advances"):
        assert not balances[name].any(), f"{name} still holds something"
    house = story.outcome.funds
    assert house.idle and house.receivable == 0 and house.log.days[-1] == dates.day("2025-03-31")
    paid = story.claims.groupby(["pool", "scheme"]).fund_total.sum()
    groups = pd.MultiIndex.from_product([POOLS, SCHEMES], names=["pool", "scheme"])
    alike(pd.Series(sum(balances[name] for name in (*FUNDS, "prepayment")), groups), -paid)


# journal and ledger -------------------------------------------------------------------------------------


def test_every_entry_of_the_journal_balances(story: Story) -> None:
    journal = story.journal
    assert (journal[list(ACCOUNTS)].sum(axis=1) == 0).all()
    key = ["day", "event", "pool", "scheme", "care_type", "care_pool", "provider"]
    once = journal[journal.event.isin(["advance", "reimburse", "collect", "remit"])]
    assert not once.duplicated(key).any(), "two entries of one day, event and group"
    empty = journal[journal["count"] == 0]
    assert empty.empty, f"{len(empty)} entries of nothing, for purchases that are no settlements"


def test_the_journal_sums_to_the_ledger(story: Story) -> None:
    """Whoever holds the journal can make every balance of it: nothing is posted that is not written down."""
    summed = story.journal.groupby(["pool", "scheme"])[list(ACCOUNTS)].sum()
    groups = pd.MultiIndex.from_product([POOLS, SCHEMES], names=["pool", "scheme"])
    balances = pd.DataFrame({name: story.outcome.ledger.balances[name] for name in ACCOUNTS}, index=groups)
    balances = balances[(balances != 0).any(axis=1)]
    different = [a for a in ACCOUNTS if not (summed[a].reindex(balances.index, fill_value=0) == balances[a]).all()]
    assert not different, f"the journal lacks postings to {', '.join(different)}"


@pytest.mark.parametrize(("event", "path"), [("settle", "direct"), ("reimburse", "manual")])
def test_the_journal_says_what_the_claims_say(event: str, path: str, story: Story) -> None:
    keys = ["day", "pool", "scheme", "care_type", "provider"]
    claims = story.claims[story.claims.path == path].assign(day=lambda c: c.settled.dt.strftime("%Y-%m-%d"))
    entries = story.journal[(story.journal.event == event) & (story.journal["count"] > 0)]
    journal = entries.groupby(keys)[["count", *ACCOUNTS]].sum()
    sums = claims.groupby(keys)[["settlements", *FUNDS, "personal_account", "cash", "cleared", "fund_total"]].sum()
    assert journal["count"].eq(sums.settlements).all() and len(journal) == len(sums)
    for fund in FUNDS:
        assert journal[fund].eq(-sums[fund]).all(), f"{fund} of the journal differs from the claims"
    if path == "direct":
        assert journal.hospital_receivable.eq(sums.cleared).all() and journal.set_aside.eq(sums.cleared).all()
        assert journal.personal_accounts.eq(-sums.personal_account).all()
        assert journal.hospital_cash.eq(sums.cash).all() and journal.patients.eq(-sums.cash).all()
    else:
        assert journal.patients.eq(sums.fund_total).all()
        assert not journal[["personal_accounts", "set_aside", "hospital_receivable", "hospital_cash"]].any(axis=None)


def test_what_patients_advance_is_the_bill(story: Story) -> None:
    """Of every stay by hand that has been reimbursed, the bill was advanced on the day of discharge."""
    keys = ["day", "pool", "scheme", "provider"]
    by_hand = story.by_hand.assign(day=story.by_hand.discharged.dt.strftime("%Y-%m-%d"))
    reimbursed = by_hand.groupby(keys).agg(count=("settlements", "sum"), fee=("total_fee", "sum"))
    advanced = story.journal[story.journal.event == "advance"].groupby(keys)[["count", "hospital_cash"]].sum()
    until = (pd.Timestamp(LAST) - pd.Timedelta(days=30)).strftime("%Y-%m-%d")
    done = advanced[advanced.index.get_level_values("day") <= until]
    assert done.hospital_cash.eq(reimbursed.fee).all() and done["count"].eq(reimbursed["count"]).all()
    assert advanced["count"].sum() - len(story.by_hand) == story.outcome.open_manual


def test_accounts_hold_what_came_in_less_what_was_paid(story: Story) -> None:
    balances = {name: int(column.sum()) for name, column in story.outcome.ledger.balances.items()}
    paid, spent = int(story.direct.personal_account.sum()), balances["home_providers"]
    assert balances["personal_accounts"] == -balances["contributions"] - spent - paid
    assert sum(balances.values()) == 0


# person-years -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def years(story: Story) -> pd.DataFrame:
    """Claims with what each adds to its person-year, and the month up to which care at home has been added."""
    claims = story.claims.copy()
    over = claims.settled.dt.year > claims.insurance_year
    claims["month_of_year"] = np.where(over, 12, claims.settled.dt.month)
    for column, added in increments(story, claims).items():
        claims[f"{column}_added"] = added
    return claims


def increments(story: Story, claims: pd.DataFrame) -> dict[str, pd.Series]:
    """What each claim adds to each standing column, from its own row and the rules (docs/model.md, One claim)."""
    book = story.prepared.book
    stay, chronic = (claims.care_type == care for care in ("inpatient", "chronic"))
    outpatient, covered, resident = claims.care_type == "outpatient", stay | chronic, claims.scheme == "resident"
    burden = claims.in_scope - claims.pooled_fund - claims.large_sum_fund
    with_deductible = claims.pool.map(base_includes_deductible(story))
    base = burden - claims.deductible_paid.where(~with_deductible, 0)
    left = (burden - claims.catastrophic_fund).where(covered & (claims.assistance != "none"), 0)
    # Medical assistance and its tilt layer are one column of the bill: what the former pays is worked out anew.
    assistance = assistance_of(book, claims, left)
    assert ((assistance >= 0) & (assistance <= claims.medical_assistance)).all()
    return {
        "discharges": stay.astype(np.int64),
        "inpatient_deductible": claims.deductible_paid.where(stay, 0),
        "pooled_fund": claims.pooled_fund.where(covered, 0),
        "outpatient_deductible": claims.deductible_paid.where(outpatient, 0),
        "outpatient_fund": claims.pooled_fund.where(outpatient, 0),
        "chronic_deductible": claims.deductible_paid.where(chronic, 0),
        "large_sum_fund": claims.large_sum_fund,
        "catastrophic_base": base.where(covered & resident, 0),
        "catastrophic_fund": claims.catastrophic_fund,
        "assistance_base": left,
        "medical_assistance": assistance,
        "tilt_base": left - assistance,
        "tilt_assistance": claims.medical_assistance - assistance,
    }


def assistance_of(book: RuleBook, claims: pd.DataFrame, left: pd.Series) -> pd.Series:
    """min(share(movement of the year's amount above the threshold, ratio), ceiling − paid before)."""
    paid = []
    helped = claims[left > 0]
    for row in helped.itertuples():
        where: dict[str, Any] = {
            "pool": row.pool, "scheme": row.scheme, "assistance": row.assistance, "district": row.unit,
            "date": row.discharged.date(),
        }  # fmt: skip
        threshold, ratio, ceiling = (
            int(book.cell(f"assistance.{part}", **where).value) for part in ("threshold", "ratio", "ceiling")
        )
        before, used = row.assistance_base_before, row.medical_assistance_before
        above = max(before + left[row.Index] - threshold, 0) - max(before - threshold, 0)
        paid.append(min((above * ratio + 5_000) // 10_000, max(ceiling - used, 0)))
    return pd.Series(paid, helped.index, np.int64).reindex(claims.index, fill_value=0)


def base_includes_deductible(story: Story) -> dict[str, bool]:
    book, name = story.prepared.book, "catastrophic.base_includes_deductible"
    return {
        pool: int(book.cell(name, pool=pool, scheme="resident", date=dates.date(dates.day(LAST))).value) == 1
        for pool in POOLS
    }


def home_care(story: Story, column: str, home_class: pd.Series, months: pd.Series) -> pd.Series:
    """The declared care at home of the first months of a year (demand.yaml, home_care), in fen or discharges."""
    priors = story.prepared.world.priors
    if column == "discharges":
        last_class = len(priors.row("home_care.class_share")) - 1
        return ((home_class == last_class) & (months >= priors["home_care.discharge_month"])).astype(np.int64)
    declared = ("outpatient_deductible", "outpatient_fund", "pooled_fund", "catastrophic_base")
    if column not in declared:
        return pd.Series(0, home_class.index)
    return home_class.map(dict(enumerate(priors.row(f"home_care.monthly.{column}") * 100))) * months


@pytest.mark.parametrize("column", STANDING)
def test_every_person_year_can_be_rebuilt(column: str, story: Story, years: pd.DataFrame) -> None:
    """Care at home so far, plus what the earlier claims of the year added, is what stood before each claim."""
    person_year = years.groupby(["person", "insurance_year"])[f"{column}_added"]
    earlier = person_year.cumsum() - years[f"{column}_added"]
    rebuilt = earlier + home_care(story, column, years.home_class, years.month_of_year)
    wrong = years[rebuilt != years[f"{column}_before"]]
    assert wrong.empty, f"{len(wrong)} claims of {wrong.person.nunique()} persons\n{wrong.head(3).T}"


@pytest.mark.parametrize("column", STANDING)
def test_the_rebuilding_could_fail(column: str, years: pd.DataFrame) -> None:
    enough = 10 if column == "tilt_assistance" else 50  # some of Chongqing's assisted, above 3,000 yuan a year
    assert (years[f"{column}_added"] > 0).sum() > enough, f"hardly a claim adds to {column}"
    later = years.groupby(["person", "insurance_year"]).cumcount() > 0
    assert (years.loc[later, f"{column}_before"] > 0).sum() > enough / 3, f"{column} is hardly ever in use"


def test_the_new_year_begins_from_nothing(story: Story, years: pd.DataFrame) -> None:
    """A stay from December that ends in January counts in the new year, after a full old one."""
    old = years[years.insurance_year == 2023].groupby("person").discharges_added.sum()
    crossing = years[(years.admitted < "2024-01-01") & (years.discharged >= "2024-01-01")]
    crossing = crossing[crossing.person.isin(old[old > 0].index)]
    first = crossing[crossing.need.isin(years[years.care_type == "inpatient"].groupby("person").need.nth(1))]
    assert len(first) > 10, "too few persons with a stay in both years"
    assert (crossing.insurance_year == 2024).all()
    earlier = years[(years.insurance_year == 2024) & (years.care_type == "inpatient")]
    firsts = earlier[~earlier.duplicated("person")]
    assert (firsts.discharges_before == 0).all(), "discharges of last year still count"
    late = years[(years.path == "manual") & (years.insurance_year == 2023) & (years.settled >= "2024-01-01")]
    used = late.merge(firsts[["person", "settled"]], on="person", suffixes=("", "_first"))
    both = used[used.settled > used.settled_first]
    assert len(both) > 5, "too few claims of the old year after one of the new year"


def test_every_account_can_be_followed(story: Story) -> None:
    """From claim to claim an account loses what it paid and gains whole monthly credits of its rule."""
    claims, people = story.claims, story.prepared.world.population
    month = claims.settled.dt.year * 12 + claims.settled.dt.month
    row = claims.person.map(pd.Series(np.arange(len(people)), people.id)).to_numpy()
    credits = monthly_credits(story)[row] * (month - (2023 * 12 + 11) + 1)
    paid = claims.groupby("person").personal_account.cumsum() - claims.personal_account
    wrong = claims[people.account[row] + credits - paid != claims.account_before]
    assert wrong.empty, f"{len(wrong)} claims\n{wrong.head(3).T}"
    assert (paid > 0).sum() > 500 and (credits > 0).sum() > 5_000


def monthly_credits(story: Story) -> np.ndarray:
    """Per person: the credit of the rule less the declared share spent at home, rounded half up."""
    book, people = story.prepared.book, story.prepared.world.population
    use = story.prepared.world.priors["account.home_use"] * 100
    net: dict[tuple[int, int], int] = {}
    for pool, status in {*zip(people.pool.tolist(), people.status.tolist(), strict=True)}:
        if STATUSES[status] in ("active", "retired"):
            where: dict[str, Any] = {"pool": POOLS[pool], "scheme": "employee", "status": STATUSES[status]}
            cell = book.cell("account.monthly_credit", date=dates.date(dates.day(FIRST)), **where)
            credit = int(cell.value)
            net[pool, status] = credit - (credit * use + 5_000) // 10_000
    keys = zip(people.pool.tolist(), people.status.tolist(), strict=True)
    return np.array([net.get(key, 0) for key in keys], np.int64)


# guards -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def short() -> Prepared:
    """January 2024 in a tiny world, to be disturbed in the middle."""
    return runs.prepared(*runs.TINY, "window.until=2024-01-31")


def disturbed(prepared: Prepared, when: str, disturb: Any) -> Simulation:
    """A simulation in which something goes wrong with the first batch of a day."""
    simulation = Simulation(prepared.world, prepared.book, prepared.plan)
    days: list[int] = []

    def watch(event: str, today: int, settled: Any, episodes: Any) -> None:
        if today == dates.day(when) and not days:
            days.append(today)
            disturb(simulation)

    simulation.observers.append(watch)
    return simulation


def add(column: np.ndarray, fen: int) -> None:
    column.flat[np.argmax(column)] += fen


def owe(house: ClearingHouse, fen: int) -> None:
    house.receivable += fen


@pytest.mark.parametrize(
    ("disturb", "law"),
    [
        (lambda s: add(s.outcome.ledger.balances["pooled_fund"], 1), "does not balance on 2024-01-10"),
        (lambda s: owe(s.outcome.funds, 1), "hospital_receivable differs from its sub-ledger on 2024-01-10"),
        (lambda s: add(s.outcome.funds.bank.prepaid, 1), "prepayment differs from its sub-ledger on 2024-01-10"),
        (lambda s: add(s.outcome.funds.posted[0].bills.amount, 1), "bills of hospitals do not sum to what they are"),
        (lambda s: add(s.adjudicator.account, -1), "personal_accounts differs from its sub-ledger on 2024-01-31"),
        (lambda s: s.outcome.ledger.post("remit", {"remitted": np.full(44, 10**12)}), "below zero on 2024-01-10"),
        (lambda s: s.outcome.ledger.post("advance", {"total_fee": np.full(44, 2**53)}), "too large to be exact"),
    ],
    ids=["one fen too many", "a receivable", "a prepayment", "a bill", "an account", "more remitted than collected",
         "beyond exact sums"],
)  # fmt: skip
def test_a_disturbed_run_stops(disturb: Any, law: str, short: Prepared) -> None:
    with pytest.raises(BrokenLaw, match=law):
        disturbed(short, "2024-01-10", disturb).run()


def test_an_undisturbed_run_does_not_stop(short: Prepared) -> None:
    disturbed(short, "2024-01-10", lambda s: None).run()
