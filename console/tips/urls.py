from django.urls import path

from console.frame import OVERSEES, verb_pages
from console.tips import lists, views
from tips.queries import tip_for
from tips.verbs import TIP

addresses = [
    path("", lists.tips, name="list"),
    path("<slug:ref>/", views.case, name="case"),
    path("<slug:ref>/files/<int:no>", views.file, name="file"),
    *verb_pages("<slug:ref>/", TIP, tip_for, "tipping:case", roles=OVERSEES),
]
