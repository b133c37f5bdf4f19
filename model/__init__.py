"""The station and its people."""
