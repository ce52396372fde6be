"""What can happen to an upgrade half-way: killed, cut off, raced, the server gone."""
