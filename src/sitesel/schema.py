"""Every column said once."""
