"""The demo's made-up county, people, texts, faults and scores: the same for the same seed."""
