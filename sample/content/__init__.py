"""The content of the sample platform 禾市 HeMart: an invented marketplace and what happened on it.

Nothing here is real: no shop, person, order or decision. The texts are the TOML files in `sample/data`, in Chinese with
English beside them; a module here declares their shape and reads them. What does not belong here: writing it to a
database (sample.loading).
"""
