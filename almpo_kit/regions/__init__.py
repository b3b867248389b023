"""How regions stand: four questions about the NUTS-2 regions of one member state."""

from almpo_kit.regions.beveridge.curve import BeveridgeCurve, beveridge
from almpo_kit.regions.beveridge.tightness import Tightness, tightness
from almpo_kit.regions.beveridge.turning_points import TurningPoints, turning_points
from almpo_kit.regions.comparison.convergence import Convergence, convergence
from almpo_kit.regions.comparison.peers import Peers, peers
from almpo_kit.regions.comparison.transitions import Transitions, transitions
from almpo_kit.regions.comparison.typology import Typology, typology
from almpo_kit.regions.context import Context, context
from almpo_kit.regions.cycle import Cycle, cycle
from almpo_kit.regions.mapping.atlas import Atlas, atlas
from almpo_kit.regions.profile import Profile, profile
from almpo_kit.regions.space.autocorrelation import Autocorrelation, autocorrelation
from almpo_kit.regions.space.clusters import Clusters, clusters
from almpo_kit.regions.space.neighbours import Neighbours, neighbours
from almpo_kit.regions.space.spatial_model import SpatialModel, spatial_model
from almpo_kit.regions.standing import Standing, standing
from almpo_kit.regions.target import TargetGap, target
from almpo_kit.regions.trajectory import Trajectory, trajectory
from almpo_kit.regions.vintages.conversion import Conversion, convert
from almpo_kit.regions.vintages.measures import Measure

__all__ = [
    "Atlas",
    "Autocorrelation",
    "BeveridgeCurve",
    "Clusters",
    "Context",
    "Convergence",
    "Conversion",
    "Cycle",
    "Measure",
    "Neighbours",
    "Peers",
    "Profile",
    "SpatialModel",
    "Standing",
    "TargetGap",
    "Tightness",
    "Trajectory",
    "Transitions",
    "TurningPoints",
    "Typology",
    "atlas",
    "autocorrelation",
    "beveridge",
    "clusters",
    "context",
    "convergence",
    "convert",
    "cycle",
    "neighbours",
    "peers",
    "profile",
    "spatial_model",
    "standing",
    "target",
    "tightness",
    "trajectory",
    "transitions",
    "turning_points",
    "typology",
]
