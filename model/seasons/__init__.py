"""Many days: memory, beliefs, avoidance, repairs, queues. Empty until the whole model is built."""
