"""What rules exclude and what could not be checked."""

from collections.abc import Hashable, Iterator, Sequence

from sitesel.findings import Findings
from sitesel.report.words import Words, as_is, plain, words
from sitesel.text import Message, catalogue, listed, names_of, say


def rule_lines(findings: Findings, lang: str) -> Iterator[str]:
    """Name each plot that a rule excludes, and the rules that no layer was given for: they are not passed.

    Parameters
    ----------
    findings : Findings
    lang : {"en", "ru", "ky"}

    Yields
    ------
    str
    """
    if findings.rules.rulings.empty:
        return
    out = findings.rules.rulings[
        findings.rules.rulings["mode"].eq("exclude") & findings.rules.rulings["struck"].fillna(value=False)
    ]
    for plot, reason in zip(out.index.get_level_values("plot"), out["reason"], strict=True):
        yield say(Message("rules.excluded", {"plot": names_of(findings.plots.loc[plot]), "reason": reason}), lang)
    unchecked = rules_not_checked(findings)
    if unchecked:
        names = listed(Message(f"rule.{rule}.name") for rule in unchecked)
        yield say(Message("rules.not_checked", {"names": names}), lang)


def excluded(findings: Findings) -> dict[Hashable, list[str]]:
    """Find the plots that rules exclude for certain.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    dict
        By plot the rules that exclude it.
    """
    told: dict[Hashable, list[str]] = {}
    if not findings.rules.rulings.empty:
        struck = findings.rules.rulings["mode"].eq("exclude") & findings.rules.rulings["struck"].fillna(value=False)
        for rule, plot in findings.rules.rulings.index[struck.astype(bool)]:
            told.setdefault(plot, []).append(str(rule))
    return told


def rules_not_checked(findings: Findings) -> list[str]:
    """List the rules that no layer was given for.

    Parameters
    ----------
    findings : Findings
    """
    told = findings.rules.rulings["reason"].map(
        lambda reason: isinstance(reason, Message) and reason.key == "rule.not_checked"
    )
    return list(findings.rules.rulings.index[told.astype(bool)].get_level_values("rule").unique())


def rule_name(rule: object) -> Words:
    """Short name of a rule as it stands within a sentence, or its id where it has no name."""
    key = f"rule.{plain(rule)}.name"
    return words(Message(key)) if key in catalogue("en") else as_is(plain(rule).replace("_", " "))


def rule_names(rules: Sequence[object]) -> Words:
    """Short names of some rules in one line."""
    return tuple(", ".join(texts) for texts in zip(*map(rule_name, rules), strict=True))
