"""What the file asks for, provision by provision, and who can answer where the record cannot."""

from __future__ import annotations

from dataclasses import dataclass

PROVIDER, DEPLOYER = "the provider", "the deployer"
DPO = "the data protection officer"
LAWYER = "a lawyer of the deployer"


@dataclass(frozen=True)
class Entry:
    """One thing to be written down.

    Parameters
    ----------
    provision : str
    item : str
    by_whom : str
        Who fills it in where nothing is known.
    fact : str
        Key of what is known of it.
    rest : str
        What is asked and the record cannot say; left to the same people although something is known.
    """

    provision: str
    item: str
    by_whom: str
    fact: str = ""
    rest: str = ""


#: Part -> entries, in the order of the file. Annex IV's nine headings are complete; the other parts name the duties that
#: bear on an employment service.
PARTS: dict[str, tuple[Entry, ...]] = {
    "Technical documentation (AI Act, Article 11 and Annex IV)": (
        Entry("Annex IV(1)", "General description: purpose, provider, version", PROVIDER, "purpose"),
        Entry(
            "Annex IV(1)",
            "Version and its relation to earlier ones",
            PROVIDER,
            "version",
            "relation to earlier versions",
        ),
        Entry(
            "Annex IV(1)",
            "Software it depends on and how it is put into service",
            PROVIDER,
            "software",
            "how it is put into service",
        ),
        Entry("Annex IV(1)", "User interface and instructions for use", PROVIDER, "instructions"),
        Entry(
            "Annex IV(2)",
            "Methods and steps of development; design choices and assumptions",
            PROVIDER,
            "methods",
            "steps of development, design choices and assumptions",
        ),
        Entry("Annex IV(2)", "Parameters chosen", PROVIDER, "parameters"),
        Entry(
            "Annex IV(2)",
            "Data: provenance, scope, selection, cleaning",
            PROVIDER,
            "data",
            "scope, selection and cleaning",
        ),
        Entry("Annex IV(2)", "Human oversight measures (Article 14)", PROVIDER, "oversight"),
        Entry("Annex IV(2)", "Validation and testing: metrics, test logs", PROVIDER, "metrics"),
        Entry("Annex IV(2)", "Discriminatory impacts examined", PROVIDER, "audit"),
        Entry("Annex IV(2)", "Cybersecurity measures", PROVIDER),
        Entry(
            "Annex IV(3)",
            "Capabilities and limits, accuracy for groups, foreseeable unintended outcomes",
            PROVIDER,
            "limits",
            "accuracy for groups and foreseeable unintended outcomes",
        ),
        Entry("Annex IV(4)", "Why the performance metrics suit this system", PROVIDER),
        Entry("Annex IV(5)", "Risk management system (Article 9)", PROVIDER),
        Entry("Annex IV(6)", "Relevant changes through the lifecycle", PROVIDER),
        Entry("Annex IV(7)", "Harmonised standards or other specifications applied", PROVIDER),
        Entry(
            "Annex IV(8)",
            "EU declaration of conformity (Article 47), after internal control (Article 43(2), Annex VI)",
            PROVIDER,
        ),
        Entry("Annex IV(9)", "Post-market monitoring plan (Article 72)", PROVIDER),
    ),
    "Logging (AI Act, Articles 12, 19 and 26(6))": (
        Entry("Article 12", "Events recorded automatically over the lifetime", PROVIDER, "logs"),
        Entry(
            "Article 26(6)",
            "Where logs are kept, for how long (six months at least), who may read them",
            DEPLOYER,
        ),
    ),
    "Human oversight (AI Act, Article 14)": (
        Entry(
            "Article 14(4)(a)",
            "Persons understand capacities and limits of the system",
            DEPLOYER,
            "limits",
            "how they are trained in this",
        ),
        Entry("Article 14(4)(b)", "Automation bias: how it is kept in check", DEPLOYER, "bias_guard"),
        Entry(
            "Article 14(4)(d)",
            "Persons may decide not to use, disregard or override the output; how often they did",
            DEPLOYER,
            "overrides",
            "how often advice was asked for, and where overrides are logged that are not counted here",
        ),
        Entry("Article 14(4)(e)", "Persons can stop the system", DEPLOYER),
        Entry(
            "Article 26(2)",
            "Who oversees: names of roles, competence, training, authority, support",
            DEPLOYER,
            "overseers",
        ),
    ),
    "Duties of the deployer (AI Act, Articles 4, 26, 49 and 86)": (
        Entry("Article 4", "AI literacy of staff", DEPLOYER),
        Entry("Article 26(1)", "Measures to use it according to the instructions", DEPLOYER),
        Entry(
            "Article 26(4)",
            "Input data relevant and representative for the purpose",
            DEPLOYER,
            "data",
            "whether they are relevant and representative",
        ),
        Entry(
            "Article 26(5)",
            "Monitoring, when use is suspended, whom incidents are reported to (Article 73)",
            DEPLOYER,
        ),
        Entry(
            "Article 26(7)",
            "Workers and their representatives informed, where it is used at the workplace",
            DEPLOYER,
        ),
        Entry("Article 26(8), 49(3)", "Registration by public authorities in the EU database", DEPLOYER),
        Entry(
            "Article 26(11)", "People are told that a high-risk system helps to decide about them", DEPLOYER
        ),
        Entry("Article 86", "Right to an explanation of an individual decision", DEPLOYER),
    ),
    "Fundamental rights impact assessment (AI Act, Article 27)": (
        Entry(
            "Article 27(1)(a)",
            "Processes in which it will be used, in line with its purpose",
            DEPLOYER,
            "purpose",
        ),
        Entry("Article 27(1)(b)", "Period of time and frequency of use", DEPLOYER),
        Entry(
            "Article 27(1)(c)", "Categories of people and groups likely to be affected", DEPLOYER, "affected"
        ),
        Entry(
            "Article 27(1)(d)",
            "Specific risks of harm to them",
            DEPLOYER,
            "audit",
            "risks other than those audited",
        ),
        Entry(
            "Article 27(1)(e)",
            "Human oversight in practice",
            DEPLOYER,
            "oversight",
            "who oversees, and how, in practice",
        ),
        Entry("Article 27(1)(f)", "What is done if risks materialise: governance, complaints", DEPLOYER),
        Entry("Article 27(3)", "Notification of the market surveillance authority", DEPLOYER),
    ),
    "Automated decisions and sensitive attributes (GDPR, Articles 6, 9 and 22; AI Act, Article 10(5))": (
        Entry(
            "GDPR, Article 22",
            "No decision by automated means alone; who decides, and that it is more than a formality",
            DEPLOYER,
            "decision",
        ),
        Entry(
            "GDPR, Article 22",
            "Judgment C-634/21 (SCHUFA, 7 December 2023): does the decision draw strongly on the system’s value?",
            LAWYER,
        ),
        Entry("GDPR, Article 6(1)", "Legal basis for processing", DPO, "basis_processing"),
        Entry(
            "GDPR, Article 9(2); AI Act, Article 10(5)",
            "Legal basis for processing sensitive attributes to detect bias (the amendment of 2026 is reported to move Article "
            "10(5) to a new article: check)",
            DPO,
            "legal_basis",
        ),
        Entry(
            "GDPR, Articles 13 to 15", "What people are told of the logic, significance and consequences", DPO
        ),
    ),
    "Data protection impact assessment (GDPR, Article 35)": (
        Entry(
            "Article 35(7)(a)", "Systematic description of the processing and its purposes", DPO, "purpose"
        ),
        Entry(
            "Article 35(7)(a)",
            "Data, recipients, storage periods",
            DPO,
            "data",
            "recipients and storage periods",
        ),
        Entry("Article 35(7)(b)", "Necessity and proportionality", DPO),
        Entry(
            "Article 35(7)(c)",
            "Risks to the rights and freedoms of people",
            DPO,
            "audit",
            "risks other than those audited",
        ),
        Entry(
            "Article 35(7)(d)",
            "Measures: safeguards, security, mechanisms",
            DPO,
            "safeguards",
            "security and measures outside the workbench",
        ),
        Entry("Article 35(2)", "Advice of the data protection officer", DPO),
        Entry("Article 35(9)", "Views of the people concerned or their representatives", DEPLOYER),
        Entry("Article 36", "Is prior consultation of the supervisory authority needed?", DPO),
    ),
    "Results and checks of the run": (
        Entry("Run", "Which run", PROVIDER, "run"),
        Entry("Run", "What it found", PROVIDER, "results"),
        Entry("Run", "Checks that failed", PROVIDER, "failed_checks"),
        Entry("Run", "Synthetic data", PROVIDER, "synthetic"),
    ),
}
