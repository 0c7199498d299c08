"""National standards and official rules, one module each, free of any framework.

A rule that cannot answer raises a `Refusal`: a machine code and a Chinese sentence saying what is wrong and how to
mend it.
"""
