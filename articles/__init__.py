"""The paper: its desk, its record, and the screens on both."""
