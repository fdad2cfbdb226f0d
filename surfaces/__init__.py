"""What pages and API share: forms, pages of verbs, lists, tags of templates, answers of the API.

What does not belong here: anything that one app alone knows.
"""
