"""Foreign files in, inputs out."""
