"""What a day is made of."""
