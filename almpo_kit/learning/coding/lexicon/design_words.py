"""Words for designs; the keys are those of ``vocabulary.programmes.DESIGNS``."""

from __future__ import annotations

from almpo_kit.learning.coding.lexicon.phrases import NOTHING, Entry

DESIGN_WORDS: dict[str, Entry] = {
    "rct": Entry(
        "randomi*|random assignment|random allocation|assigned at random|allocated at random|assigned randomly|drawn by lot|"
        "by lot|randomly assign*|randomly allocat*|randomly select*|randomly chosen|random draw*|lottery|lotteries|rct|rcts|"
        "controlled trial*|clinical trial*|field experiment*|social experiment*|controlled experiment*|randomisiert*|"
        "feldexperiment*|zufallsauswahl|aléatoire*|tirage au sort|aleatori*|sorteo|sorteggi*|gerandomiseerd*|losowo|losow*|"
        "lottning|lodtrækning|slumpmässig*|satunnaist*|τυχαιοποιημέν*|experimental evaluation|experimental benchmark|"
        "experimental evidence|experimental design|experimental data",
        "trial|trials|experiment|experiments|experimental|treatment group and control group|control group",
    ),
    "rd": Entry(
        "regression discontinuity|discontinuity|=RDD|=RD|regressionsdiskontinuit*|discontinuité*|discontinuidad|discontinuità|"
        "regression kink|kink design|age cutoff|age cut off|eligibility cutoff|eligibility cut off|eligibility threshold*|"
        "score threshold|sharp cutoff",
        "cutoff*|cut off*|threshold*|just above|just below|bandwidth*|near the border",
    ),
    "iv": Entry(
        "instrumental variable*|=IV|two stage least squares|2sls|=TSLS|instrumentvariable*|variable instrumentale|"
        "variables instrumentales|variabili strumentali|instrumentele variabele*|instrumented|as an instrument|as instrument*|"
        "exogenous instrument*|examiner design|judge leniency|caseworker leniency|caseworker stringency",
        "instrument|instruments|compliers|exclusion restriction|local average treatment effect*|=LATE",
    ),
    "did": Entry(
        "difference in difference*|differences in difference*|diff in diff*|dif in dif*|difference in diff*|=DID|=DiD|=DD|"
        "event study|event studies|triple difference*|two way fixed effects|staggered|doppelte differenz*|"
        "differenz von differenzen|double différence|différence de différences|diferencias en diferencias|differenze|"
        "verschil in verschil|parallel trend*|common trend*",
        "natural experiment*|reform|reforms|policy change*|before and after|pilot|district level|fixed effects|rolled out|"
        "roll out|quasi experiment*",
    ),
    "timing_of_events": Entry(
        "timing of event*|mixed proportional hazard*|bivariate duration model*|multivariate duration model*|no anticipation|"
        "timing of treatment",
        "proportional hazard*|duration model*|hazard model*|competing risk*|unobserved heterogeneity",
    ),
    "matching": Entry(
        "propensity score*|propensity*|matching estimat*|matching evaluation|matching approach|matching method*|matching study|"
        "matching with|matching analys*|statistical matching|kernel matching|nearest neighbo*|caliper|radius matching|"
        "exact matching|coarsened exact|entropy balanc*|inverse probability*|inverse propensity|matched analysis|"
        "matched comparison*|matched control*|matched sample*|matched non participants|conditional independence|"
        "selection on observables|similar jobseekers|similar non participants|comparable non participants|"
        "propensity score matched|appariement|score de propension|emparejamiento|abbinamento|koppeling op|"
        "propensity score weighting",
        "matching|matched|unconfoundedness|comparison group|register data|register study|administrative data|counterfactual",
    ),
    "other": Entry(
        "double machine learning|causal forest*|before after comparison*|descriptive|structural model*|structural estimation|"
        "cross country|aggregate data|interrupted time series|systematic review|meta analys*|computable general equilibrium",
        "simulation*|comparison sites|qualitative",
    ),
    NOTHING: Entry(
        "job matching|labour market matching|labor market matching|matching function*|matching service*|matching efficiency|"
        "non experimental|random effects|random sample|random utility|"
        "randomly selected for|randomly selected sample*|randomly selected respondent*|randomly selected interview*|randomly chosen sample*"
    ),
}
