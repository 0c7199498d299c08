"""What inspection decides, and the rules it decides by. Pure."""
