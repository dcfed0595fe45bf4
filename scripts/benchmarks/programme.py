"""Choose three plots out of 3 x 12 and 3 x 60 for 900 settlements and 15 rivals: seconds and proof."""

import time

import numpy as np
import pandas as pd

from sitesel.programme import Joint, Question, Rules, choose

TOWNS, JOBS = ("bishkek", "chui", "osh"), (7500.0, 10_000.0, 7000.0)
SETTLEMENTS, RIVALS = 900, 15


def country(plots: int, workers_per_job: float, apart_km: float, cap: float) -> Question:
    """Make three towns; the first two lie so far apart, the third beyond both."""
    rng = np.random.default_rng(4)
    centres = np.array([[0.0, 0.0], [apart_km, 0.0], [2 * apart_km, 0.0]])
    of = np.repeat(np.arange(3), plots)
    spread = np.repeat([25.0, 60.0], SETTLEMENTS // 2)[:, None]
    homes = centres[rng.integers(0, 3, SETTLEMENTS)] + spread * rng.normal(0, 1, (SETTLEMENTS, 2))
    sites = centres[of] + rng.normal(0, 15, (3 * plots, 2))
    parks = centres[rng.integers(0, 3, RIVALS)] + rng.normal(0, 10, (RIVALS, 2))
    existing = rng.integers(300, 3000, RIVALS).astype(float)
    workers = rng.lognormal(0, 1.3, SETTLEMENTS)
    workers *= workers_per_job * (sum(JOBS) + existing.sum()) / workers.sum()
    supply = pd.DataFrame({"workers": workers, "district": rng.integers(0, 20, SETTLEMENTS).astype(str)})
    return Question(
        jobs=pd.Series(JOBS, TOWNS),
        plots=pd.DataFrame({"town": np.array(TOWNS)[of], "base": rng.uniform(20, 60, 3 * plots)}).rename(
            "plot{}".format
        ),
        supply=supply,
        minutes=pd.DataFrame(_minutes(homes, sites)).rename(columns="plot{}".format),
        rivals=pd.Series(existing),
        rival_minutes=pd.DataFrame(_minutes(homes, parks)),
        limit_minutes=75,
        cap=cap,
        joint=Joint(0.25, ((15, 100), (75, 0)), 0.15, ((0, 0), (1, 100)), 45),
    )


def _minutes(homes: np.ndarray, sites: np.ndarray) -> np.ndarray:
    """Way at 40 km an hour, three tenths longer than straight, after 8 minutes of waiting."""
    found: np.ndarray = 8 + 1.3 * np.linalg.norm(homes[:, None] - sites[None], axis=2) / 40 * 60
    return found


def main() -> None:
    """Make, choose, print."""
    print("plots a town, workers a job, km apart, cap, order: seconds, combinations staffed, proven, gap, points")
    for plots in (12, 60):
        for about in ((3.0, 100.0, 1.0), (2.0, 25.0, 1.0), (6.0, 15.0, 1.0), (12.0, 15.0, 0.2), (1.2, 25.0, 1.0)):
            question = country(plots, *about)
            for rules, order in ((Rules(), "together"), (Rules(phases=TOWNS), "in turn")):
                start = time.perf_counter()
                found = choose(question, rules)
                seconds, proof = time.perf_counter() - start, found.proof
                told = f"{found.combinations['points'].iloc[0]:.3f}" if found.staffable else found.bindings[0].kind
                print(
                    f"{plots:3} {about[0]:4} {about[1]:5} {about[2]:3} {order:9}: {seconds:6.2f} s "
                    f"{proof['staffed']:7} {proof['proven']:3} {proof['gap']:.1e} {told}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
