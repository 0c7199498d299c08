"""What nomination decides, and the rules it decides by. Pure."""
