"""Fields computed once from the inputs."""
