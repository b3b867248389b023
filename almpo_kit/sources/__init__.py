"""The only wing that reads files and packages and writes the cache; it hands out checked frames."""

from almpo_kit.sources.adding import add
from almpo_kit.sources.boundaries import add_file, boundaries
from almpo_kit.sources.catalogue import catalogue, root
from almpo_kit.sources.checking import check_data, refresh_catalogue
from almpo_kit.sources.documents.catalogues.literature import literature
from almpo_kit.sources.documents.document import Document
from almpo_kit.sources.documents.library import Library, library
from almpo_kit.sources.documents.limits import Limits
from almpo_kit.sources.documents.read_document import read_document
from almpo_kit.sources.documents.read_document_list import DocumentList, read_document_list
from almpo_kit.sources.editions import edition, editions, effects, keep_edition
from almpo_kit.sources.encoders import encoder
from almpo_kit.sources.esco.job_titles import job_titles
from almpo_kit.sources.esco.taxonomies import (
    Esco,
    esco_languages,
    occupation_skills,
    occupations,
    read_esco,
    skills,
)
from almpo_kit.sources.esco.text_indices import text_index
from almpo_kit.sources.intake.case_sheets import case_codebook, read_case_studies, write_case_template
from almpo_kit.sources.intake.coded_estimates import Intake, read_effects
from almpo_kit.sources.intake.coding_rules import codebook
from almpo_kit.sources.intake.conversions import convert_units
from almpo_kit.sources.intake.problems import IntakeError
from almpo_kit.sources.intake.references import ReferenceList, read_references
from almpo_kit.sources.intake.template import write_template
from almpo_kit.sources.kept_vectors import kept_encoder
from almpo_kit.sources.monitoring.read_monitoring import Monitoring, read_monitoring
from almpo_kit.sources.packages import nuts_changes
from almpo_kit.sources.panels import expenditure, indicators, panel, series
from almpo_kit.sources.people.people_intake import PeopleIntake
from almpo_kit.sources.people.reading_people import read_people
from almpo_kit.sources.people.reading_stocks import read_stocks
from almpo_kit.sources.reference import (
    case_studies,
    locations,
    reviews,
    risk_of_bias,
    sign_only,
    studies,
    unit_costs,
)
from almpo_kit.sources.registers.read_panel import read_panel
from almpo_kit.sources.registers.read_person_months import read_person_months
from almpo_kit.sources.registers.read_persons import read_persons
from almpo_kit.sources.registers.read_programme_entries import read_programme_entries
from almpo_kit.sources.registers.register_intake import RegisterIntake
from almpo_kit.sources.registers.register_paths import RegisterPaths, register_paths
from almpo_kit.sources.services.gisco import pull_boundaries
from almpo_kit.sources.services.inventory import pulled
from almpo_kit.sources.services.pull import pull
from almpo_kit.sources.synthetic.invented_documents import SyntheticDocuments, synthetic_documents
from almpo_kit.sources.synthetic.invented_programmes import synthetic_programmes
from almpo_kit.sources.synthetic.invented_studies import SyntheticStudies, synthetic_studies
from almpo_kit.sources.synthetic.labour_market import SyntheticLabourMarket, synthetic_labour_market
from almpo_kit.sources.synthetic.register import SyntheticRegister, synthetic_register
from almpo_kit.sources.synthetic.register_files import write_register
from almpo_kit.sources.trials.jobs_ii import jobs_ii
from almpo_kit.sources.trials.lalonde import lalonde
from almpo_kit.sources.us_labour_market import read_us_beveridge
from almpo_kit.sources.vintages import nuts, nuts_correspondence

__all__ = [
    "Document",
    "DocumentList",
    "Esco",
    "Intake",
    "IntakeError",
    "Library",
    "Limits",
    "Monitoring",
    "PeopleIntake",
    "ReferenceList",
    "RegisterIntake",
    "RegisterPaths",
    "SyntheticDocuments",
    "SyntheticLabourMarket",
    "SyntheticRegister",
    "SyntheticStudies",
    "add",
    "add_file",
    "boundaries",
    "case_codebook",
    "case_studies",
    "catalogue",
    "check_data",
    "codebook",
    "convert_units",
    "edition",
    "editions",
    "effects",
    "encoder",
    "esco_languages",
    "expenditure",
    "indicators",
    "job_titles",
    "jobs_ii",
    "keep_edition",
    "kept_encoder",
    "lalonde",
    "library",
    "literature",
    "locations",
    "nuts",
    "nuts_changes",
    "nuts_correspondence",
    "occupation_skills",
    "occupations",
    "panel",
    "pull",
    "pull_boundaries",
    "pulled",
    "read_case_studies",
    "read_document",
    "read_document_list",
    "read_effects",
    "read_esco",
    "read_monitoring",
    "read_panel",
    "read_people",
    "read_person_months",
    "read_persons",
    "read_programme_entries",
    "read_references",
    "read_stocks",
    "read_us_beveridge",
    "refresh_catalogue",
    "register_paths",
    "reviews",
    "risk_of_bias",
    "root",
    "series",
    "sign_only",
    "skills",
    "studies",
    "synthetic_documents",
    "synthetic_labour_market",
    "synthetic_programmes",
    "synthetic_register",
    "synthetic_studies",
    "text_index",
    "unit_costs",
    "write_case_template",
    "write_register",
    "write_template",
]
