"""Ways to run Biaobing: embedded in one process, as five processes, in containers; and the demo."""
