"""Whether a traveller reports what has happened (science.md 7, first formula)."""

from math import exp, log

import numpy as np
from numpy.typing import NDArray

from model.inputs.reporting import Reporting
from model.parameters import Parameters
from model.results import GENDER_SLOTS, INCIDENT_TYPES

# share of a woman's difference, in the order of GENDER_SLOTS; other: the mean of both; none: nobody in particular
_WOMAN = dict(zip(GENDER_SLOTS, (1, 0, 0.5, 0), strict=True))
NEUTRAL_TRUST = 0.5
VIOLENCE = ("harassment_contact", "harassment_approach", "aggression")
SEVERE = ("aggression",)  # types of which a share is an assault; the others have one severity


def report_chance(
    p: Parameters,
    kind: str,
    *,
    gender: str = "none",
    severity: float = 0,
    trust: float = NEUTRAL_TRUST,
    reporting: Reporting | None = None,
    staff: bool = False,
) -> float:
    """Return the chance that an incident is ever reported by a traveller to police, operator or municipality.

    logit = base + women + severity + trust - 0.5 + app + campaign * exp(-weeks / fade) + online + staff

    Args:
        kind: type of incident, a row ``report_base_<kind>``.
        gender: of the victim, a word of GENDER_SLOTS.
        severity: 0 is the usual incident of the type, 1 an assault where the base is a threat.
        trust: of the victim in follow-up, 0 to 1 (weeks change it; within a day 0.5).
        reporting: app, campaign and online declaration; none when not given.
        staff: a guard is in sight.

    Raises:
        KeyError: no such type.
    """
    base = p[f"report_base_{kind}"]
    logit = log(base / (1 - base)) + p.report_woman * _WOMAN[gender] + p.report_severity * severity
    logit += p.report_trust * (trust - NEUTRAL_TRUST) + p.report_staff * staff
    if reporting is not None:
        logit += p.report_app * reporting.app
        if reporting.campaign_weeks is not None:
            logit += p.report_campaign * campaign_left(p, reporting.campaign_weeks)
        if reporting.online_women and kind in VIOLENCE:
            logit += p.report_online_women * (gender == "woman")
    return 1 / (1 + exp(-logit))


def campaign_left(p: Parameters, weeks: float) -> float:
    """Return what is left of the effect of a campaign so many weeks ago, 0 to 1."""
    return exp(-weeks / p.report_campaign_fade_weeks)


def severe_share(p: Parameters, kind: str) -> float:
    """Return the share of incidents of a type that are severe: assaults among aggression."""
    return p.report_severe_aggression if kind in SEVERE else 0


def later_chance(p: Parameters, kind: str, whole: float) -> float:
    """Return the chance to report later of somebody who did not call, so that both together are ``whole``.

    Without help point and app the call at once (``respond_call``) is a part of all reports; what these add to
    calls comes on top of it.
    """
    called = p[f"respond_call_{kind}"]
    return max(0, (whole - called) / (1 - called)) if called < 1 else 0


def telling(p: Parameters, reporting: Reporting) -> NDArray[np.float64]:
    """Return (2, 6, 4): chance to report later, without and with staff in sight, by type and gender slot."""
    table = np.zeros((2, len(INCIDENT_TYPES), len(GENDER_SLOTS)))
    for staff in (0, 1):
        for k, kind in enumerate(INCIDENT_TYPES):
            share = severe_share(p, kind)
            for g, gender in enumerate(GENDER_SLOTS):
                usual, severe = (
                    later_chance(
                        p,
                        kind,
                        report_chance(p, kind, gender=gender, severity=s, reporting=reporting, staff=bool(staff)),
                    )
                    for s in (0, 1)
                )
                table[staff, k, g] = (1 - share) * usual + share * severe
    return table
