"""What an owner can do: each measure a pure function of inputs, with its cost; ``catalogue`` lists them."""
