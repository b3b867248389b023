from almpo_kit import codesign as codesign
from almpo_kit import evaluation as evaluation
from almpo_kit import evidence as evidence
from almpo_kit import experiments as experiments
from almpo_kit import figures as figures
from almpo_kit import learning as learning
from almpo_kit import matching as matching
from almpo_kit import recommendation as recommendation
from almpo_kit import records as records
from almpo_kit import regions as regions
from almpo_kit import sources as sources
from almpo_kit import vocabulary as vocabulary
from almpo_kit import workbench as workbench

__version__: str
