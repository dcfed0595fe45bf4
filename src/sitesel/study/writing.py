"""A study file with other weights: its text edited, all else and its comments left as they are."""

from collections.abc import Mapping

import tomlkit


def text_with_weights(text: str, criteria: Mapping[str, float], within: Mapping[str, float]) -> str:
    r"""Write other weights into the text of a study.

    Parameters
    ----------
    text : str
        TOML of a study that can be read.
    criteria : mapping of criterion to weight
    within : mapping of indicator to weight
        Within its criterion. Those not named keep theirs.

    Returns
    -------
    str

    Examples
    --------
    >>> print(text_with_weights("[weights] # of all\nroad = 1.0 # much", {"road": 0.5}, {}).replace(chr(10), "; "))
    [weights] # of all; road = 0.5 # much
    """
    document = tomlkit.parse(text)
    sections = document.unwrap()
    for name in criteria:
        document["weights"][name] = criteria[name]
    for place, part in enumerate(sections.get("indicators", [])):
        if part["id"] in within:
            document["indicators"][place]["weight"] = within[part["id"]]
    return tomlkit.dumps(document)
