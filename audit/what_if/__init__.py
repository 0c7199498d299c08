"""A season judged once more by other rules, from the score sheets in the log (R-27).

Whatever comes of it bears the word 模拟 in every file and every row, and is no log: nothing can be published from it.
"""
