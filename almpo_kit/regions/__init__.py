"""How regions stand: four questions about the NUTS-2 regions of one member state."""

from almpo_kit.regions.comparison.peers import Peers, peers
from almpo_kit.regions.comparison.typology import Typology, typology
from almpo_kit.regions.context import Context, context
from almpo_kit.regions.cycle import Cycle, cycle
from almpo_kit.regions.space.autocorrelation import Autocorrelation, autocorrelation
from almpo_kit.regions.space.clusters import Clusters, clusters
from almpo_kit.regions.space.neighbours import Neighbours, neighbours
from almpo_kit.regions.standing import Standing, standing
from almpo_kit.regions.target import TargetGap, target
from almpo_kit.regions.trajectory import Trajectory, trajectory

__all__ = [
    "Autocorrelation",
    "Clusters",
    "Context",
    "Cycle",
    "Neighbours",
    "Peers",
    "Standing",
    "TargetGap",
    "Trajectory",
    "Typology",
    "autocorrelation",
    "clusters",
    "context",
    "cycle",
    "neighbours",
    "peers",
    "standing",
    "target",
    "trajectory",
    "typology",
]
