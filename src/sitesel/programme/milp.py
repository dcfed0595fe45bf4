"""The whole programme as one mixed-integer programme, solved by HiGHS: a second opinion on the search.

It also serves where combinations are too many to list.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from sitesel.programme.question import Case, FloatArray, IntArray

NO_SOLUTION = (2, 4)  # HiGHS: infeasible; infeasible or unbounded (flows are bounded by supply)


@dataclass(frozen=True)
class Optimum:
    """One combination of least loss.

    Parameters
    ----------
    place : tuple of int
        In the array of all combinations.
    loss : float
        Per planned job.
    gap : float
        Between the loss and HiGHS's bound, relative.
    """

    place: tuple[int, ...]
    loss: float
    gap: float


@dataclass(frozen=True)
class _Columns:
    """Columns of the programme: plots chosen, then workers from home to work.

    Parameters
    ----------
    plots : ndarray of int
        Positions of all candidates, town after town.
    town : ndarray of int
        Town of each.
    home, work : ndarray of int
        Ends of each flow; ``work`` counts candidates, then rivals.
    loss : ndarray
        Of each column.
    """

    plots: IntArray
    town: IntArray
    home: IntArray
    work: IntArray
    loss: FloatArray


def optimum(case: Case, but: Collection[tuple[int, ...]] = ()) -> Optimum | None:
    """Choose plots and staff them in one programme.

    Facility location with binding rows, flow from a settlement to a plot no greater than its supply if the plot is
    chosen and 0 if not (the strong formulation: Krarup and Pruzan, 1983); combinations already known are cut off.

    Parameters
    ----------
    case : Case
        Rivals' jobs no more than can be filled.
    but : collection of tuple of int
        Places of combinations to leave out.

    Returns
    -------
    Optimum or None
        None where no combination can be staffed.

    Raises
    ------
    ArithmeticError
        HiGHS stops without an optimum.
    """
    if min(case.shape) == 0:
        return None
    columns = _columns(case)
    starts = np.cumsum([0, *case.shape[:-1]])
    rows = [_one_a_town(columns), _filled(case, columns), _supplied(case, columns), _only_chosen(case, columns)]
    rows += [row for row in (_cuts(columns, starts, but), _excluded(case, columns, starts)) if row is not None]
    chosen = len(columns.plots)
    upper = np.append(np.ones(chosen), case.supply[columns.home])
    whole = np.repeat([1, 0], [chosen, len(columns.home)])
    found = milp(columns.loss, constraints=rows, bounds=Bounds(0, upper), integrality=whole, options={"mip_rel_gap": 0})
    if found.status in NO_SOLUTION:
        return None
    if found.status != 0:
        raise ArithmeticError(f"HiGHS: {found.message}")
    picked = np.nonzero(found.x[:chosen] > 0.5)[0]  # noqa: PLR2004 -- HiGHS keeps binaries to 1e-6
    return Optimum(
        place=tuple(int(at) for at in picked - starts),
        loss=float(found.fun / case.jobs.sum()),
        gap=float(found.mip_gap or 0.0),
    )


def _columns(case: Case) -> _Columns:
    plots = np.concatenate(case.candidates)
    loss = np.column_stack([case.loss[:, plots], case.rival_loss])
    home, work = np.nonzero(np.isfinite(loss))
    town = np.repeat(np.arange(len(case.towns)), case.shape)
    return _Columns(plots, town, home, work, np.append(case.plot_loss[plots], loss[home, work]))


def _matrix(rows: IntArray, positions: IntArray, values: FloatArray, columns: _Columns) -> sparse.csr_array:
    height = int(rows.max(initial=-1)) + 1
    return sparse.csr_array((values, (rows, positions)), shape=(height, len(columns.loss)))


def _one_a_town(columns: _Columns) -> LinearConstraint:
    chosen = np.arange(len(columns.plots))
    return LinearConstraint(_matrix(columns.town, chosen, np.ones(len(chosen)), columns), 1, 1)


def _filled(case: Case, columns: _Columns) -> LinearConstraint:
    """Workers at a plot are its jobs if it is chosen, none if not; workers at a rival are its jobs."""
    chosen, flows = np.arange(len(columns.plots)), len(columns.plots) + np.arange(len(columns.home))
    rows, positions = np.append(columns.work, chosen), np.append(flows, chosen)
    values = np.append(np.ones(len(flows)), -case.jobs[columns.town])
    wanted = np.append(np.zeros(len(chosen)), case.rival_jobs)
    matrix = sparse.csr_array((values, (rows, positions)), shape=(len(wanted), len(columns.loss)))
    return LinearConstraint(matrix, wanted, wanted)


def _supplied(case: Case, columns: _Columns) -> LinearConstraint:
    flows = len(columns.plots) + np.arange(len(columns.home))
    matrix = _matrix(columns.home, flows, np.ones(len(flows)), columns)
    return LinearConstraint(matrix, -np.inf, case.supply[: matrix.shape[0]])


def _only_chosen(case: Case, columns: _Columns) -> LinearConstraint:
    to_plot = np.nonzero(columns.work < len(columns.plots))[0]
    rows = np.tile(np.arange(len(to_plot)), 2)
    positions = np.append(len(columns.plots) + to_plot, columns.work[to_plot])
    most = np.minimum(case.supply[columns.home[to_plot]], case.jobs[columns.town[columns.work[to_plot]]])
    matrix = _matrix(rows, positions, np.append(np.ones(len(to_plot)), -most), columns)
    return LinearConstraint(matrix, -np.inf, 0)


def _cuts(columns: _Columns, starts: IntArray, but: Collection[tuple[int, ...]]) -> LinearConstraint | None:
    if not but:
        return None
    positions = np.concatenate([starts + np.array(place) for place in but])
    rows = np.repeat(np.arange(len(but)), len(starts))
    return LinearConstraint(_matrix(rows, positions, np.ones(len(rows)), columns), -np.inf, len(starts) - 1)


def _excluded(case: Case, columns: _Columns, starts: IntArray) -> LinearConstraint | None:
    """Of each excluded set one plot at least is not chosen."""
    sets = case.binding_sets()
    if not sets:
        return None
    sizes = np.array([len(together) for together in sets])
    positions = np.array([starts[town] + at for together in sets for town, at in together])
    rows = np.repeat(np.arange(len(sets)), sizes)
    return LinearConstraint(_matrix(rows, positions, np.ones(len(rows)), columns), -np.inf, sizes - 1)
