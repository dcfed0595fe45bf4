"""What docs/study.md is written with."""
