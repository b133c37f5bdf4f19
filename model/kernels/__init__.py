"""Compiled array code: arrays in, arrays out, no other knowledge."""
