import pytest

from formserver.core.figures import FEWEST_PEERS, Figure, middle, year_before


def figures(*values: str) -> list[Figure]:
    return [
        Figure(f"d{n}", "表", f"firm{n}", "energy_total", "", "2025-12-31", value, "tce")
        for n, value in enumerate(values)
    ]


@pytest.mark.parametrize(
    ("period", "before"),
    [("2025-12-31", "2024-12-31"), ("2024-02-29", "2023-02-28"), ("2025", ""), ("", ""), ("0000-01-01", "")],
)
def test_the_year_before(period, before):
    assert year_before(period) == before


def test_the_middle_is_exact_and_counts_each_firm_once():
    assert middle(figures("3", "1", "2", "5", "4")) == ("3", 5)
    assert middle(figures("0.1", "0.2", "0.4", "0.3", "7", "8")) == ("0.35", 6)
    newest = figures("100", "1", "2", "3", "4")
    again = [*newest, *figures("0")]  # an older figure of the first firm
    assert middle(again) == ("3", 5)


def test_too_few_firms_have_no_middle():
    assert middle(figures(*["1"] * (FEWEST_PEERS - 1))) is None
    assert middle([]) is None


def test_what_is_no_number_is_no_figure():
    assert middle(figures("1", "2", "3", "4", "约五")) is None
