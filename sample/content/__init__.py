"""The content of the sample platform 禾市 HeMart: an invented marketplace with rules, people, notices and appeals.

Nothing here is real: no shop, person, order or decision. Texts are in Chinese with English beside them. What does not
belong here: writing it to a database (the loader) and anything the product needs to run.
"""
