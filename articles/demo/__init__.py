"""The demo papers: their text as data files, their pictures drawn by code."""
