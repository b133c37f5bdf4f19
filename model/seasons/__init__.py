"""Many days: people who come back and remember, stay away, are asked and report; offenders who learn; repairs."""
