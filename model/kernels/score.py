"""The formula of felt safety: latent to score, and the terms that add up to the latent.

One place for the kernel of the day, the predicted scores of routes and the personas (science.md 6.1).
"""

import math

from model.kernels.compiling import inner, kernel

SCORE_LOW = 1.0
SCORE_SPAN = 9.0

# columns of the weight table: (2 columns woman, man) x terms
TERMS = (
    "light",
    "dark",
    "prospect",
    "concealment",
    "escape",
    "isolation",
    "crowd",
    "guardian",
    "service",
    "camera",
    "help_point",
    "shop",
    "gates",
    "disorder",
    "nuisance",
    "waiting",
    "company",
    "regular",
    "safe_zone",
)
LIGHT, DARK, PROSPECT, CONCEALMENT, ESCAPE, ISOLATION, CROWD, GUARDIAN, SERVICE, CAMERA = range(10)
HELP_POINT, SHOP, GATES, DISORDER, NUISANCE, WAIT, COMPANY, REGULAR, SAFE_ZONE = range(10, 19)


@kernel(forceinline=True)
def score_of(u):  # type: ignore[no-untyped-def]
    """Return the score 1..10 of a latent value: P = 1 + 9 / (1 + exp(-u))."""
    return SCORE_LOW + SCORE_SPAN / (1.0 + math.exp(-u))


@kernel()
def latent_of(score):  # type: ignore[no-untyped-def]
    """Return the latent value of a score strictly between 1 and 10."""
    return -math.log(SCORE_SPAN / (score - SCORE_LOW) - 1.0)


@kernel()
def place_terms(w, adequacy, dark, prospect, concealment, escape, camera, help_point, disorder, zero):  # type: ignore[no-untyped-def]
    """Return the two sums of the terms that belong to the place alone, in points at score 7.

    Args:
        w: (terms,) weights of this hour: points times psi of the hour.
        adequacy: S_L.  dark: 0..1.  prospect, concealment, escape: fields.
        camera: perceived coverage.  help_point: 0/1.  disorder: D.
        zero: (4,) reference values of prospect, concealment, escape and disorder.

    Returns:
        (plain, sensitive): the second is multiplied by the person's sensitivity.
    """
    plain = w[LIGHT] * (adequacy - 1.0) + w[DARK] * dark + w[CAMERA] * camera
    plain += w[HELP_POINT] * help_point + w[DISORDER] * (disorder - zero[3])
    sensitive = w[PROSPECT] * (prospect - zero[0]) + w[CONCEALMENT] * (concealment - zero[1])
    sensitive += w[ESCAPE] * (escape - zero[2])
    return plain, sensitive


@inner(forceinline=True)
def person_terms(w, isolation, crowd, uniformed, service, shop, nuisance, waited_min, company, regular):  # type: ignore[no-untyped-def]
    """Return the two sums of the terms of who is about and who one is, in points at score 7.

    Args:
        w: (terms,) weights of this hour: points times psi of the hour.
        isolation: exp(-n / half) of n calm others in sight.  crowd: p/m2 above the free density.
        uniformed, service: presence 0..1 of staff in sight.  shop: 0/1, an open one in sight.
        nuisance: 1 - exp(-count) of nuisance people in sight.  waited_min: minutes beyond the free ones.
        company, regular: 0/1, in the company of the own group; a regular user here.

    Returns:
        (plain, sensitive): the second is multiplied by the person's sensitivity.
    """
    plain = w[CROWD] * crowd + w[GUARDIAN] * uniformed + w[SERVICE] * service + w[SHOP] * shop
    plain += w[COMPANY] * company + w[REGULAR] * regular
    sensitive = w[ISOLATION] * isolation + w[NUISANCE] * nuisance + w[WAIT] * waited_min
    return plain, sensitive


@kernel(forceinline=True)
def start_of(base, woman, gender):  # type: ignore[no-untyped-def]
    """Return the latent value before any term: the intercept, for women (0) and others (2: half) with theirs."""
    return base + (woman if gender == 0 else (0.5 * woman if gender == 2 else 0.0))


@inner(forceinline=True)
def marked_terms(w, gated, marked):  # type: ignore[no-untyped-def]
    """Return the plain points of closed gates (0/1) and of a marked safe waiting zone (0..1)."""
    return w[GATES] * gated + w[SAFE_ZONE] * marked


@kernel(forceinline=True)
def relax(u, target, keep_falling, keep_rising):  # type: ignore[no-untyped-def]
    """Step u towards its target exactly over one second: fear comes fast, calm slowly.

    ``keep_falling`` and ``keep_rising`` are exp(-1 s / tau) of falling and rising u.
    """
    keep = keep_falling if target < u else keep_rising
    return target + (u - target) * keep


@kernel()
def expected_answer(score, noise):  # type: ignore[no-untyped-def]
    """Return the expected rounded answer 1..10 to a survey item with normal noise (statistics.md 2.4)."""
    answer = 10.0
    for cut in range(1, 10):
        answer -= 0.5 * math.erfc(-(cut + 0.5 - score) / (noise * math.sqrt(2.0)))
    return answer
