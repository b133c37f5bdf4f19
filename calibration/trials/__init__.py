"""Published trials in the model's terms: what was done to which places, what was counted, what was found."""
