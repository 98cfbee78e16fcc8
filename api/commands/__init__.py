"""The commands, one file a group; each loads what it needs when it runs."""
