"""The trade of plain text: widths, line breaks, bylines, headlines and slugs, without a database."""
