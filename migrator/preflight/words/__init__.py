"""Every sentence of the preflight, each a finding. Tests assert the words."""
