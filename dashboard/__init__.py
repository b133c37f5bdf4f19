"""Tables to pages: figures, texts, the report."""
