"""What an index costs those who write, and saves those who read."""
