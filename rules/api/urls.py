from django.urls import path

from rules import verbs
from rules.api import changes, counsel, exits, making, memberships, prices, views
from surfaces.api.verbs import verb_paths

urlpatterns = [
    path("rules", views.RulesView.as_view(), name="rules"),
    path("terms", views.TermsView.as_view(), name="terms"),
    path("law-articles", views.LawArticlesView.as_view(), name="law-articles"),
    path("rule-consultations", views.ConsultationsView.as_view(), name="rule-consultations"),
    path("rule-consultations/<name:ref>", views.ConsultationView.as_view(), name="rule-consultation"),
    path("rule-consultations/<name:ref>/opinions", views.OpinionsView.as_view(), name="rule-opinions"),
    path("rules/<name:ref>", views.RuleView.as_view(), name="rule"),
    path("rules/<name:ref>/versions/<name:no>", views.RuleVersionView.as_view(), name="rule-version"),
    path("rules/<name:ref>/versions/<name:no>/exits", exits.RequestExitView.as_view(), name="rule-version-exits"),
    path("rules/<name:ref>/versions/<name:no>/consents", exits.ConsentsView.as_view(), name="rule-version-consents"),
    path("exits", exits.ExitsView.as_view(), name="exits"),
    path("exits/<str:ref>", exits.ExitView.as_view(), name="exit"),
    *verb_paths("exits/<str:ref>/", verbs.EXIT, exits.ExitView),
    path("paid-memberships", memberships.MembershipsView.as_view(), name="paid-memberships"),
    path("paid-memberships/<str:ref>", memberships.MembershipView.as_view(), name="paid-membership"),
    path("paid-memberships/<str:ref>/stop", memberships.StopView.as_view(), name="paid-membership-stop"),
    path("price-observations", prices.PriceObservationsView.as_view(), name="price-observations"),
    path("price-findings", prices.PriceFindingsView.as_view(), name="price-findings"),
    path("price-findings/<str:ref>", prices.PriceFindingView.as_view(), name="price-finding"),
    *verb_paths("price-findings/<str:ref>/", verbs.PRICES, prices.PriceFindingView),
    path("rulemakings/<str:ref>", making.RulemakingView.as_view(), name="rulemaking"),
    *verb_paths("rulemakings/<str:ref>/", verbs.MAKING, making.RulemakingView),
    path("parties/<str:ref>/limits", views.LimitsView.as_view(), name="party-limits"),
    path("parties/<str:ref>/owners", changes.ProposeOwnerView.as_view(), name="party-owners"),
    path("catalogue-changes", changes.CatalogueChangesView.as_view(), name="catalogue-changes"),
    path("catalogue-changes/<str:ref>", changes.CatalogueChangeView.as_view(), name="catalogue-change"),
    *verb_paths("catalogue-changes/<str:ref>/", verbs.CHANGE, changes.CatalogueChangeView),
    path("counsel-signatures", counsel.SignaturesView.as_view(), name="counsel-signatures"),
    path("counsel-signatures/<str:ref>", counsel.CounselSignatureView.as_view(), name="counsel-signature"),
    *verb_paths("counsel-signatures/<str:ref>/", verbs.SIGNATURE, counsel.CounselSignatureView),
    path("law-work", counsel.LawWorkListView.as_view(), name="law-work-list"),
    path("law-work/<str:ref>", counsel.LawWorkView.as_view(), name="law-work"),
    *verb_paths("law-work/<str:ref>/", verbs.WORK, counsel.LawWorkView),
]
