"""What makes reporting easier: an app, a campaign, declaring online."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reporting:
    """How travellers can report, apart from telling staff and calling."""

    app: bool = False  # a reporting app (or a number for messages) is known to travellers
    campaign_weeks: float | None = None  # weeks since a campaign asked people to report; None: there was none
    online_women: bool = False  # women can declare violence against them online


AS_USUAL = Reporting()  # no app, no campaign
