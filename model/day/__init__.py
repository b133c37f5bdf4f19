"""What happens in a day, one process a file."""
