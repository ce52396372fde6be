"""An application at a fixed rate, somebody who holds the table, and an upgrade in the midst."""
