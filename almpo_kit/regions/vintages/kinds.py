"""What happened to a region, read from the links between two vintages."""

from __future__ import annotations

import numpy as np
import pandas as pd

KINDS = (
    "unchanged",
    "recoded",
    "merged",
    "split",
    "boundary shift",
    "redrawn",
    "discontinued",
)
#: A region went on with shifted boundaries where at least this share of both, the old and the new, is in common.
MAIN = 0.8
#: Less than this share of both, the old and the new region, makes a shift a minor one. It is Eurostat's line:
#: under its 1% rule a small shift changes no code (Regulation (EC) No 1059/2003, Article 5).
MINOR = 0.01


def kinds(found: pd.DataFrame) -> np.ndarray:
    """The kind of each link.

    Parameters
    ----------
    found : DataFrame
        ``origin, target, share, residents, vague, sources, targets``, see
        :func:`almpo_kit.regions.vintages.crosswalk.links`.

    Returns
    -------
    ndarray of str, shape (n_links,)
        One of :data:`KINDS`.
    """
    one, single = (found["targets"] == 1).to_numpy(), (found["sources"] == 1).to_numpy()
    same = (found["origin"] == found["target"]).to_numpy()
    vague = found["vague"].to_numpy(dtype=bool)
    clean_in = found.groupby("target")["targets"].transform("max").eq(1).to_numpy()
    clean_out = found.groupby("origin")["sources"].transform("max").eq(1).to_numpy()
    kind = np.full(len(found), "redrawn", dtype=object)
    kind[_shifted(found)] = "boundary shift"
    kind[single & clean_out & ~one] = "split"
    kind[one & clean_in & ~single] = "merged"
    kind[one & single] = np.where(same, "unchanged", "recoded")[one & single]
    kind[one & single & vague] = "boundary shift"
    kind[found["target"].isna().to_numpy()] = "discontinued"
    return kind


def minor(found: pd.DataFrame) -> np.ndarray:
    """True for links into a region that kept its code and, but for less than 1%, its people.

    Eurostat's own series run through such a shift; a value may count as measured on the new territory.
    """
    shift = (found["kind"] == "boundary shift") & ~found["vague"].astype(bool)
    flow = found["share"] * found["residents"]
    back = flow / flow.groupby(found["target"]).transform("sum")
    kept = shift & (found["origin"] == found["target"])
    kept &= (found["share"] > 1 - MINOR) & (back > 1 - MINOR)
    return found["target"].isin(found.loc[kept, "target"]).to_numpy()


def _shifted(found: pd.DataFrame) -> np.ndarray:
    """True where every region of the tangle went on, mostly, as one region."""
    flow = found["share"] * found["residents"]
    back = flow / flow.groupby(found["target"]).transform("sum")
    main = (found["share"] >= MAIN) & (back >= MAIN)
    tangle = _tangles(found)
    regions = found.groupby(tangle)[["origin", "target"]].nunique()
    mains = main.groupby(tangle).sum()
    whole = (regions["origin"] == regions["target"]) & (mains == regions["origin"])
    return whole.reindex(tangle).to_numpy(dtype=bool)


def _tangles(found: pd.DataFrame) -> np.ndarray:
    """A number for each link; links that share a region, directly or through others, share the number."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    origin, _ = pd.factorize(found["origin"])
    target, names = pd.factorize(found["target"])
    n, m = int(origin.max(initial=-1)) + 1, len(names)
    there = target >= 0
    graph = coo_matrix((np.ones(there.sum()), (origin[there], n + target[there])), shape=(n + m, n + m))
    labels = connected_components(graph, directed=False)[1]
    return labels[origin]
