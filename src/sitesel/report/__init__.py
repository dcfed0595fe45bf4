"""What is said, once: neutral sheets that every writer writes."""
