"""From lines on pages to text in reading order: columns, running heads, hyphens, paragraphs."""
