"""The project: settings, addresses and the doors for web servers."""
