"""Why a figure is no target, in English and Dutch: tables hold the English sentence, readers get theirs."""

from typing import Final

from scenarios.words import Language

BREAK: Final = 2017.0  # national ABC registration of incidents with staff
CHOSEN: Final = "who answered chose to: a sample that chose itself says nothing of all travellers"
ELSE: Final = "it asks something else than the model answers: "  # what the file says it asks follows
REPORTS: Final = "who reports a place chose to; shown beside the map of the model, never fitted"
BROKEN: Final = f"counted by another definition than from {BREAK:.0f} on (national ABC registration)"
STATIONS: Final = "a number of stations needs how many there are: fill in the column stations"
WEEKS: Final = "needs weeks: a bank of days does not tell it"
STAGE: Final = "no stage names it"
EARLIER: Final = "an earlier wave"
ONE: Final = "of one station, whose drawing a fit would need"
VISITS: Final = "needs `visits`, the visits a year behind the count"
DUTCH: Final = {
    CHOSEN: "wie antwoordde koos daar zelf voor: zo'n steekproef zegt niets over alle reizigers",
    ELSE: "het vraagt iets anders dan het model beantwoordt: ",
    REPORTS: "wie een plek meldt koos daar zelf voor; staat naast de kaart van het model, wordt nooit gefit",
    BROKEN: f"geteld met een andere definitie dan vanaf {BREAK:.0f} (landelijke ABC-registratie)",
    STATIONS: "bij een aantal stations hoort hoeveel er zijn: vul de kolom stations in",
    WEEKS: "vraagt weken: een bank van dagen vertelt het niet",
    STAGE: "geen stap noemt het",
    EARLIER: "een eerdere meting",
    ONE: "van één station, waarvan een fit de tekening nodig heeft",
    VISITS: "vraagt `visits`, de bezoeken per jaar achter de telling",
}


def reason_in(reason: str, language: Language) -> str:
    """Return a reason in a language; what a file itself says stays as it is."""
    if language == "en":
        return reason
    found = next((english for english in DUTCH if reason.startswith(english)), "")
    return DUTCH.get(found, "") + reason.removeprefix(found)
