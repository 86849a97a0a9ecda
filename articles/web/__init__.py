"""The readers' screens."""
