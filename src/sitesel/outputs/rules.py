"""What rules exclude and what could not be checked."""

from collections.abc import Hashable, Iterator

from sitesel.findings import Findings
from sitesel.i18n import LANGUAGES, Message, name_column, say


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
    if findings.rulings.empty:
        return
    out = findings.rulings[findings.rulings["mode"].eq("exclude") & findings.rulings["struck"].fillna(value=False)]
    for plot, reason in zip(out.index.get_level_values("plot"), out["reason"], strict=True):
        names = {one: str(findings.plots.loc[plot, name_column(one)]) for one in LANGUAGES}
        yield say(Message("rules.excluded", {"plot": names, "reason": reason}), lang)
    unchecked = rules_not_checked(findings)
    if unchecked:
        names = {one: ", ".join(say(Message(f"rule.{rule}.name"), one) for rule in unchecked) for one in LANGUAGES}
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
    if not findings.rulings.empty:
        struck = findings.rulings["mode"].eq("exclude") & findings.rulings["struck"].fillna(value=False)
        for rule, plot in findings.rulings.index[struck.astype(bool)]:
            told.setdefault(plot, []).append(str(rule))
    return told


def rules_not_checked(findings: Findings) -> list[str]:
    """List the rules that no layer was given for.

    Parameters
    ----------
    findings : Findings
    """
    told = findings.rulings["reason"].map(
        lambda reason: isinstance(reason, Message) and reason.key == "rule.not_checked"
    )
    return list(findings.rulings.index[told.astype(bool)].get_level_values("rule").unique())
