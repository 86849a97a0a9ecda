"""What leaves the paper whole, made from the record: an issue as a book."""
