"""Are the numbers right, and which of them matter."""
