"""补录: papers from before the platform, one by one or from a folder with a list."""
