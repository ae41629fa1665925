"""Long ways through the portal, as people go them: every step in its pages, with the ledger beside."""
