"""Out of the house, from the record: plain files."""
