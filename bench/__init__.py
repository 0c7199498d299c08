"""What Biaobing claims about speed: ratios against a peer in the same run, never absolute times (``make bench``)."""
