"""What review decides, and the rules it decides by. Pure."""
