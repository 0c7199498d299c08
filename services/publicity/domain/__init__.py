"""What publicity decides, and the rules it decides by. Pure."""
