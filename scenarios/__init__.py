"""Named days, what may be changed in them, how they are run and compared."""
