"""Out of the house, from the record: an issue as a book, the edition as plain files."""
