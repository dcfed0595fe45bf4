"""One answer a town, why each plot stands so, and what is told of it in terminal, tables and on paper."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sitesel import decision
from sitesel.decision import measure_for
from sitesel.indicators.connection_per_job import ConnectionPerJob
from sitesel.indicators.freight_cost import FreightCost
from sitesel.indicators.minutes_to_staff import MinutesToStaff
from sitesel.outputs import answer_lines, ranking_tables
from sitesel.outputs.tables import programme_table, ranking_table, why_table
from sitesel.report.answer import answers
from sitesel.report.effects import effect_lines, effect_sheet, effects
from sitesel.report.gates import gate_lines, gate_reasons
from sitesel.report.programme import chosen, sureness_of_choice
from sitesel.report.ranking import ranking_sheet
from sitesel.report.sure import find_out_sheet, to_find_out
from sitesel.report.why import reasons_why, why_sheet
from sitesel.sureness import Sure
from sitesel.text import LANGUAGES, Message, say
from varied import bare, vary

TOWN = "chui"


def ranked(findings, town=TOWN):
    ranking = findings.decision.ranking
    return list(ranking.index[(ranking["town"] == town) & ranking["rank"].notna()])


def verdict(findings, word, *, often=0, shortlist=1, first=0.9, share=0.0):
    """Findings in which Chui's verdict is given: the place of the plot that is most often first, and of the list."""
    plots = ranked(findings)
    row = {"most_often": plots[often], "sureness": word, "first": first, "ahead": 0.95, "plot": plots[0]}
    towns = pd.DataFrame([{**row, "shortlist": tuple(plots[:shortlist])}], index=pd.Index([TOWN], name="town"))
    sure = pd.DataFrame({"first": {plots[often]: share, plots[0]: first}})
    return vary(findings, sure_towns=towns, sure_plots=sure)


def level(findings):
    """Findings of draws in which Chui's first two plots are level, each first in half of them."""
    ranking = findings.decision.ranking
    town = ranking["town"][ranking["rank"].notna()]
    scores = np.zeros((2, len(town)))
    for draw, plot in enumerate(ranked(findings)[:2]):
        scores[draw, town.index.get_loc(plot)] = 70
    ahead, accepted = decision.pairwise(scores, town), decision.acceptability(scores, town)
    found = decision.verdicts(accepted, ahead, town).rename(columns={"plot": "most_often"})
    return vary(findings, sure_plots=accepted, sure_ahead=ahead, sure_towns=found.assign(plot=found["most_often"]))


def test_a_clear_answer_has_nobody_else(whole):
    answer = answers(verdict(whole, "clear"))[TOWN]
    assert answer.plot == ranked(whole)[0]
    assert answer.runner_up == ranked(whole)[1]
    assert (answer.word, answer.first, answer.others) == ("clear", 90, ())
    assert "first in 90\u00a0% of the draws" in say(answer.sureness, "en")
    assert answer.who_else == Message("answer.nobody_else")


def test_a_shortlist_names_the_others_and_not_the_plot_itself(whole):
    answer = answers(verdict(whole, "shortlist", shortlist=3, first=0.004))[TOWN]
    assert answer.others == tuple(ranked(whole)[1:3])
    assert answer.first == 1  # neither all nor nothing
    assert say(answer.who_else, "en").count(";") == 1


def test_a_first_that_another_plot_outdoes_in_the_draws_says_so(whole):
    answer = answers(verdict(whole, "shortlist", often=1, shortlist=2, first=0.2, share=0.3))[TOWN]
    assert answer.sureness.key == "answer.other_often"


def test_a_plot_that_is_first_as_often_is_not_said_to_be_first_more_often(whole):
    told = verdict(whole, "shortlist", often=1, shortlist=2, first=0.3, share=0.3)
    assert answers(told)[TOWN].sureness.key == "answer.shortlist"
    assert "more often" not in list(answer_lines(told, "en"))[1]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("often", [0, 1, 2])
def test_every_shortlisted_plot_stands_in_the_line(whole, lang, often):
    told = verdict(whole, "shortlist", often=often, shortlist=4, first=0.2, share=0.3)
    line = list(answer_lines(told, lang))[1]
    for plot in ranked(whole)[:4]:
        assert line.count(whole.plots.loc[plot, f"name_{lang}"]) == 1
    assert ("30\u00a0%" in line or "30 пайыз" in line) == (often > 0)


def test_a_plot_first_in_half_of_the_draws_is_not_said_to_be_first_in_less(whole):
    told = level(whole)
    answer = answers(told)[TOWN]
    other = ranked(whole)[1] if answer.plot == ranked(whole)[0] else ranked(whole)[0]
    said = say(answer.sureness, "en")
    assert (answer.word, answer.first) == ("shortlist", 50)
    assert said.startswith("Shortlist: first in 50\u00a0% of the draws, but ")
    assert whole.plots.loc[other, "name_en"] in said


def test_without_draws_nothing_is_said_of_them(whole):
    told = replace(whole, sureness=Sure())
    answer = answers(told)[TOWN]
    assert (answer.word, answer.first, answer.who_else, answer.find_out) == ("untested", None, None, None)
    assert answer.reason is not None
    assert "first in" not in list(answer_lines(told, "en"))[1]
    assert {"first", "bracket"}.isdisjoint(column.key for column in ranking_sheet(told, TOWN).columns)


def test_a_ranking_alone_has_an_answer_too(whole):
    assert answers(bare(whole))[TOWN].together is None


def chosen_together(findings, plot, **figures):
    """Findings in which another plot of Chui is chosen together, with figures of its own."""
    mid = findings.programme.answers["mid"]
    towns = mid.towns.copy()
    towns.loc[TOWN, ["plot", *figures]] = [plot, *figures.values()]
    return vary(findings, programme={**findings.programme.answers, "mid": replace(mid, towns=towns)})


@pytest.mark.parametrize(
    ("minutes", "ways"), [(26.2, "ways to work 4 min shorter"), (33.0, "ways to work 3 min longer"), (30.3, "as long")]
)
def test_another_plot_in_the_programme_is_told_with_its_price(whole, minutes, ways):
    own, other = ranked(whole)[:2]
    told = chosen_together(whole, other, score_lost=1.26, minutes=minutes, best_minutes=30.0)
    answer = answers(told)[TOWN]
    assert (answer.plot, answer.together, answer.why_together.key) == (own, other, "answer.together")
    said = say(answer.why_together, "en")
    assert whole.plots.loc[other, "name_en"] in said
    assert "1.3 points less, " in said
    assert ways in said


def test_a_price_in_minutes_that_nobody_knows_is_not_told(whole):
    told = chosen_together(whole, ranked(whole)[1], score_lost=2.0, minutes=np.nan, best_minutes=30.0)
    assert "first: 2 points less. By" in say(answers(told)[TOWN].why_together, "en")


def test_a_town_without_a_ranked_plot_says_that_and_no_more(whole):
    ranking = whole.decision.ranking.copy()
    ranking.loc[ranking["town"] == TOWN, "rank"] = pd.NA
    answer = answers(vary(whole, ranking=ranking))[TOWN]
    assert (answer.plot, answer.word) == (None, "none")
    assert [sentence.key for sentence in answer.sentences()] == ["answer.none"]


def test_a_plot_alone_in_its_town_has_no_choice_beside_it(whole):
    ranking = whole.decision.ranking.copy()
    ranking.loc[ranked(whole)[1:], "rank"] = pd.NA
    told = verdict(vary(whole, ranking=ranking), "clear")
    answer = answers(told)[TOWN]
    assert [row.cells[3].text[0] for row in why_sheet(told, TOWN).rows] == ["–"]
    assert (answer.word, answer.runner_up, answer.gap, answer.reason) == ("alone", None, None, None)


def test_what_is_not_known_is_the_risk_where_it_could_cost_most(whole):
    plot, heavy = ranked(whole)[0], whole.decision.indicators["weight"].idxmax()
    measures, worth = whole.decision.measures.copy(), whole.decision.worth.copy()
    measures.loc[plot, heavy], worth.loc[plot, heavy] = np.nan, 0.0
    risk = answers(vary(whole, measures=measures, worth=worth))[TOWN].risk
    assert risk.key == "answer.risk_unknown"
    assert risk.params["points"] == round(100 * whole.decision.indicators["weight"].max())


def test_what_is_worth_most_is_to_be_found_out_first(whole):
    knowing = pd.DataFrame(
        {"town": TOWN, "subject": [Message("subject.speeds"), Message("subject.costs")], "points": [2.13, 1.0]}
    )
    answer = answers(verdict(vary(whole, sure_knowing=knowing), "leaning"))[TOWN]
    assert "speeds on the roads" in say(answer.find_out, "en")
    assert "2.1 points" in say(answer.find_out, "en")


def test_every_sentence_is_there_in_every_language(whole):
    for answer in answers(whole).values():
        for sentence in answer.sentences():
            told = [say(sentence, lang) for lang in LANGUAGES]
            assert len(set(told)) == len(LANGUAGES)
            assert all(text.endswith(".") for text in told)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_terminal_begins_with_a_line_a_town(whole, lang):
    lines = list(answer_lines(whole, lang))
    named = [row[f"name_{lang}"] for _, row in whole.towns.iterrows()]
    assert len(lines) == len(whole.towns) == 3
    for line, town, answer in zip(lines, named, answers(whole).values(), strict=True):
        assert line.startswith(f"{town}: ")
        assert say(Message(f"answer.word.{answer.word}"), lang) in line
        assert "\n" not in line


def test_what_is_not_ranked_stands_below_the_ranking_with_its_reason(whole):
    reasons = gate_reasons(whole)
    assert set(reasons) == set(whole.decision.ranking.index[whole.decision.ranking["rank"].isna()])
    assert reasons["bishkek-1"].key == "gate.rule"
    told = [part for part in ranking_tables(whole, "en") if isinstance(part, str)]
    for town in whole.towns.index:
        assert {say(line, "en") for line in gate_lines(whole, town)} <= set(told)
    assert any("zone 1 of the Issyk-Ata fault" in line for line in told)


def test_too_little_ground_is_told_in_hectares(whole):
    plot, ranking = ranked(whole)[0], whole.decision.ranking.copy()
    ranking.loc[plot, ["rank", "gate"]] = [pd.NA, "ground"]
    sites = whole.sites.assign(usable_ha=5.0, need_ha=35.0)
    told = replace(vary(whole, ranking=ranking), sites=sites)
    assert say(gate_reasons(told)[plot], "en") == "5 of 35 ha can be built on"
    bare = replace(told, sites=sites.assign(usable_ha=np.nan))
    assert gate_reasons(bare)[plot].key == "gate.ground_unknown"
    ranking.loc[plot, ["gate", "detail"]] = ["unknown", "utilities"]
    assert say(gate_reasons(vary(told, ranking=ranking))[plot], "en") == "nothing is known of: utilities"


def test_points_of_the_indicators_add_up_to_the_score(whole):
    table = ranking_table(whole)
    points = table[[f"{name}_points" for name in whole.decision.indicators.index]]
    pd.testing.assert_series_equal(points.sum(axis=1), table["score"], check_names=False)


@pytest.mark.parametrize(("share", "word"), [(0.82, "clear"), (0.5, "leaning"), (0.49, "shortlist")])
def test_the_choice_together_has_a_word_of_its_own(whole, share, word):
    drawn = pd.DataFrame({town: [plot] for town, plot in chosen(whole).items()}).assign(share=share)
    sure = replace(whole.sureness, programmes=drawn)
    (told,) = [one for one in sureness_of_choice(replace(whole, sureness=sure)) if one.key == "programme.sure"]
    assert told.params == {"share": round(100 * share), "word": Message(f"answer.word.{word}")}


def test_programme_names_its_plots(whole):
    first = programme_table(whole).iloc[0]
    assert first["chui_name_ru"] == whole.plots.loc[first["chui"], "name_ru"]


def test_leads_add_up_and_weights_that_make_a_plot_first_do(whole):
    table, indicators = reasons_why(whole).set_index("plot"), whole.weighed
    leads = table[[f"{name}_lead" for name in indicators]].sum(axis=1)
    pd.testing.assert_series_equal(leads, table["lead"], check_names=False)
    for plot, row in table[~table["never_first"]].iterrows():
        weights = row[[f"{name}_weight" for name in indicators]].to_numpy(float)
        assert weights.sum() == pytest.approx(1)
        scores = whole.decision.worth.loc[ranked(whole, row["town"]), indicators] @ weights
        assert scores[plot] == pytest.approx(scores.max())
    assert set(why_table(whole)["plot"]) == set(table.index)


def test_a_measure_that_makes_a_plot_first_is_worth_just_enough(whole):
    table, found = reasons_why(whole).set_index("plot"), whole.decision
    for plot, name in table["first_by"].dropna().items():
        value = found.indicators.loc[name, "value"]
        x, y = np.array(value).T
        gain = np.interp(table.loc[plot, f"{name}_first_at"], x, y) / 100 - found.worth.loc[plot, name]
        first = table[table["town"] == table.loc[plot, "town"]].index[0]
        behind = found.ranking.loc[first, "score"] - found.ranking.loc[plot, "score"]
        assert 100 * gain * found.indicators.loc[name, "weight"] == pytest.approx(behind, abs=1e-6)


@pytest.mark.parametrize(
    ("value", "near", "measure"),
    [(0.5, 90.0, 40.0), (0.5, 10.0, 10.0), (0.5, float("nan"), 40.0), (1.0, 50.0, 20.0)],
)
def test_a_value_is_turned_back_into_the_nearest_measure(value, near, measure):
    assert measure_for(value, [(20, 100), (60, 0)], near) == pytest.approx(measure)


def test_a_weight_that_separates_nobody_is_named_in_a_sentence(whole):
    worth = whole.decision.worth.copy()
    name = whole.decision.indicators["weight"].idxmax()
    worth[name] = 0.5
    told = vary(whole, worth=worth)
    label = say(whole.decision.indicators.loc[name, "label"], "en")
    assert any(label in say(line, "en") for line in effect_lines(told, TOWN))
    row = effects(told).set_index(["town", "indicator"]).loc[(TOWN, name)]
    assert (row["range"], row["separates"]) == (0, False)
    assert "dim" in {row.look for row in effect_sheet(told, TOWN).rows}


def test_weights_are_told_beside_money(whole, monkeypatch):
    rows = effects(whole).set_index(["town", "indicator"]).loc[TOWN]
    measures = whole.decision.measures.loc[ranked(whole)]
    spread = measures.max() - measures.min()
    # A year of 250 days, there and back, at 1.5 USD an hour; 25 years at 8 %: 0.0937 a year of each dollar.
    assert rows.loc["staff", "usd_range"] == pytest.approx(spread["staff"] / 60 * 500 * 1.5)
    assert rows.loc["freight", "usd_range"] == pytest.approx(spread["freight"])
    assert rows.loc["connection", "usd_range"] == pytest.approx(spread["connection"] * 0.0936788, rel=1e-5)
    assert rows.loc[["near_home", "main_road", "fit"], ["usd_range", "points_per_100_usd"]].isna().all(axis=None)
    # 100 points over 60 USD at 16.2 % of the weight.
    assert rows.loc["freight", "points_per_100_usd"] == pytest.approx(100 * 16.2 / 60)
    assert len(effect_sheet(whole, TOWN).columns) == 6
    monkeypatch.setattr(MinutesToStaff, "usd_per_job_year", None)
    monkeypatch.setattr(FreightCost, "usd_per_job_year", None)
    monkeypatch.setattr(ConnectionPerJob, "usd_per_job_year", None)
    assert len(effect_sheet(replace(whole), TOWN).columns) == 4  # other findings, of which nothing is told yet


def test_sheets_of_why_and_of_what_to_find_out_have_a_row_each(whole):
    assert len(why_sheet(whole, TOWN).rows) == len(ranked(whole))
    subjects = [Message("subject.speeds"), Message("subject.costs")]
    knowing = pd.DataFrame({"town": TOWN, "subject": subjects, "points": [0.5, 2.0]})
    told = vary(whole, sure_knowing=knowing)
    assert list(to_find_out(told).query("town == @TOWN")["points"].dropna()) == [2.0, 0.5]
    assert find_out_sheet(told, TOWN).rows[0].cells[0].text[0] == "What lines and plants cost"
