"""Travellers (arrays with a Mesa face), staff, enforcers and offenders (Mesa agents)."""
