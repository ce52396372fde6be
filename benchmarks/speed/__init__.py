"""How fast the queries are, beside the limit of the driver and other stores of chats."""
