"""Staff sign in at a provider: nobody gets in by a token that is not for them, for us, for now, and asked for here."""

import base64
import hashlib
import hmac
import json
import time
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import httpx
import oidc_provider_mock
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from joserfc.jwk import OctKey, RSAKey

from accounts import commands, oidc
from accounts.models import Membership, SignOn, StaffRole, User
from casework import clock
from casework.errors import ConflictOfInterest, NotAllowed
from config.single_sign_on import from_environment
from tests import factories as make
from tests.accounts.conftest import PASSWORD, browser, enrol, member_of_staff
from tests.accounts.providing import Forger, asked_by, claims, provider
from tests.laws import assert_refused

pytestmark = [pytest.mark.once, pytest.mark.django_db]
LOGIN = "/account/login/"


@pytest.fixture(scope="module")
def module_forger():
    forger = Forger()
    yield forger
    forger.close()


@pytest.fixture
def forger(module_forger, settings):
    module_forger.key, module_forger.header, module_forger.told = None, {"alg": "RS256", "kid": "k1"}, {}
    settings.SSO = provider(module_forger.issuer)
    return module_forger


@pytest.fixture
def ada(today):
    return make.staff("administrator", now=today, name="ada")


@pytest.fixture
def row(reviewer, ada, today):
    return commands.let_sign_on(actor=ada, user=reviewer, external_ref="emp-7", address="tan@corp.example", now=today)


def come_back(forger, client=None, *, state=None, asked=None, query=None, **more):
    client = client or Client(headers={"accept-language": "en"})
    asked = asked or asked_by(client, **(query or {}))
    forger.says = claims(forger, asked, **more)
    there = {"state": state or asked["state"], "code": "c0de"}
    return client, client.get("/account/sign-on/back/", there)


def in_base64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def is_in(client):
    return "_auth_user_id" in client.session


def test_off_unless_configured(settings):
    assert settings.SSO is None
    assert Client().get("/account/sign-on/").status_code == 404
    assert Client().get("/account/sign-on/back/?code=c&state=s").status_code == 404
    assert "sign-on" not in Client().get(LOGIN).content.decode()


def test_a_member_of_staff_signs_in_and_is_still_asked_for_the_second_factor(forger, row):
    page = Client(headers={"accept-language": "en"}).get(LOGIN, {"next": "/workbench/"}).content.decode()
    assert "sign in with Corp ID" in page
    assert "/account/sign-on/?next=/workbench/" in page

    client, answer = come_back(forger, sub="emp-7", query={"next": "/workbench/"})

    assert (answer.status_code, answer["Location"]) == (302, "/workbench/")
    row.refresh_from_db()
    assert (row.subject, is_in(client)) == ("emp-7", True)
    assert client.get("/workbench/")["Location"].startswith("/account/2fa/totp/activate/")


def test_whoever_enrolled_a_factor_here_gives_it_before_they_are_in(forger, row, reviewer):
    enrol(reviewer)
    client, answer = come_back(forger, sub="emp-7")
    assert answer["Location"].startswith("/account/2fa/authenticate/")
    assert not is_in(client)


@pytest.mark.parametrize(
    ("trusted", "said", "opens"),
    [
        ((), {"amr": ["mfa"]}, False),
        (("mfa",), {"amr": ["pwd"]}, False),
        (("mfa",), {"amr": ["pwd", "mfa"]}, True),
        (("gold",), {"acr": "gold"}, True),
        (("mfa",), {"amr": "mfa"}, False),
    ],
)
def test_the_providers_second_factor_counts_where_the_setting_says_so(forger, row, settings, trusted, said, opens):
    settings.SSO = provider(forger.issuer, second_factors=frozenset(trusted))
    client, _answer = come_back(forger, sub="emp-7", **said)
    assert (client.get("/workbench/queue/").status_code == 200) is opens


def test_keys_are_those_of_today(forger, row, monkeypatch):
    """A key that the provider put in place of another is believed at once, and the old one no more."""
    old, new = forger.own, RSAKey.generate_key(2048, {"kid": "k2"})
    monkeypatch.setattr(forger, "own", new)
    forger.header = {"alg": "RS256", "kid": "k2"}
    client, _answer = come_back(forger, sub="emp-7")
    assert is_in(client)
    forger.key, forger.header = old, {"alg": "RS256", "kid": "k1"}
    client, _answer = come_back(forger, sub="emp-7")
    assert not is_in(client)


@pytest.mark.parametrize("keys", [{"keys": []}, {"keys": "x"}, {"keys": [{"kty": "oct", "k": "A" * 43}]}, {}])
def test_keys_that_are_none_are_refused(forger, row, keys, monkeypatch):
    monkeypatch.setattr(forger, "keys", lambda: keys)
    client, answer = come_back(forger, sub="emp-7")
    assert (answer["Location"], is_in(client)) == (LOGIN, False)


@pytest.mark.parametrize(("late", "opens"), [(30, True), (90, False)])
def test_clocks_differ_by_a_minute_at_most(forger, row, late, opens):
    client, _answer = come_back(forger, sub="emp-7", exp=int(time.time()) - late)
    assert is_in(client) is opens


def test_a_provider_that_drips_holds_a_sign_in_for_one_timeout_in_all(forger, row, monkeypatch):
    monkeypatch.setattr(oidc, "TIMEOUT", 0.6)
    client = Client()
    asked = asked_by(client)
    forger.slow, began = 0.4, time.monotonic()
    try:
        _client, answer = come_back(forger, client, asked=asked, sub="emp-7")
    finally:
        forger.slow = 0.0
    assert (answer["Location"], is_in(client)) == (LOGIN, False)
    assert time.monotonic() - began < 1.0


def test_without_a_code_the_provider_is_not_called(forger, row, monkeypatch):
    client = Client()
    asked = asked_by(client)
    monkeypatch.setattr(oidc, "answer_to", None)
    answer = client.get("/account/sign-on/back/", {"state": asked["state"], "error": "access_denied"})
    assert (answer["Location"], is_in(client)) == (LOGIN, False)


def test_an_issuer_with_tls_names_no_address_without(settings, monkeypatch):
    settings.SSO = provider("https://id.example.com")
    told = {"issuer": "https://id.example.com", "authorization_endpoint": "http://id.example.com/authorize"}
    monkeypatch.setattr(oidc, "_json", lambda *asked: told)
    assert Client().get("/account/sign-on/")["Location"] == LOGIN


@pytest.mark.parametrize(
    "issuer", ["http://id.example.com", "ftp://x.example", "https://a@b.example", "https://x/?y=1"]
)
def test_an_issuer_without_tls_is_refused_at_the_start(issuer):
    with pytest.raises(ImproperlyConfigured):
        from_environment(SimpleNamespace(str=lambda name, default: {"SSO_ISSUER": issuer}.get(name, default)))


NOW = int(time.time())
FORGED = {
    "another issuer": {"iss": "https://evil.example"},
    "for another": {"aud": "somebody"},
    "for two, by another": {"aud": ["appeals", "evil"], "azp": "evil"},
    "for two, by nobody": {"aud": ["appeals", "evil"]},
    "expired": {"exp": NOW - 3600},
    "never expires": {"exp": None},
    "of another request": {"nonce": "stolen"},
    "of no request": {"nonce": None},
    "from tomorrow": {"iat": NOW + 86400},
    "names nobody": {"sub": None},
    "names a number": {"sub": 7},
}


@pytest.mark.parametrize("more", FORGED.values(), ids=FORGED)
def test_a_token_that_is_not_for_us_for_now_and_for_this_request_is_refused(forger, row, more):
    client, answer = come_back(forger, **{"sub": "emp-7", **more})
    assert (answer["Location"], is_in(client)) == (LOGIN, False)
    assert SignOn.objects.get().subject is None


@pytest.mark.parametrize(
    ("key", "header"),
    [
        (RSAKey.generate_key(2048, {"kid": "k1"}), {"alg": "RS256", "kid": "k1"}),
        (OctKey.import_key("s3cret-that-both-know-and-is-long-enough"), {"alg": "HS256", "kid": "k1"}),
        ("public", {"alg": "HS256", "kid": "k1"}),
        (None, {"alg": "none", "kid": "k1"}),
    ],
    ids=["another key", "a shared secret", "its public key as a secret", "no signature"],
)
def test_a_token_that_the_provider_did_not_sign_is_refused(forger, row, key, header, monkeypatch):
    forger.key, forger.header = key, header
    if key == "public":
        monkeypatch.setattr(forger, "token", lambda: signed_with_the_public_key(forger))
    if header["alg"] == "none":
        monkeypatch.setattr(
            forger, "token", lambda: f"{in_base64(b'{"alg":"none"}')}.{in_base64(json.dumps(forger.says).encode())}."
        )
    client, answer = come_back(forger, sub="emp-7")
    assert (answer["Location"], is_in(client)) == (LOGIN, False)


def signed_with_the_public_key(forger):
    signed = f"{in_base64(json.dumps(forger.header).encode())}.{in_base64(json.dumps(forger.says).encode())}"
    made = hmac.new(forger.own.as_pem(private=False), signed.encode(), "sha256").digest()
    return f"{signed}.{in_base64(made)}"


def test_state_nonce_and_pkce_are_new_each_time_and_serve_once(forger, row):
    client = Client()
    first, second = asked_by(client), asked_by(client)
    assert first.keys() >= {"state", "nonce", "code_challenge"}
    assert not {first["state"], first["nonce"], first["code_challenge"]} & set(second.values())
    assert (second["code_challenge_method"], second["response_type"]) == ("S256", "code")
    come_back(forger, client, asked=second, sub="emp-7")
    verifier = forger.asked["code_verifier"][0]
    assert in_base64(hashlib.sha256(verifier.encode()).digest()) == second["code_challenge"]
    assert is_in(client)
    client.post("/account/logout/")

    again = client.get("/account/sign-on/back/", {"state": second["state"], "code": "c0de"})

    assert (again["Location"], is_in(client)) == (LOGIN, False)


def test_nobody_is_signed_in_by_an_answer_that_another_browser_asked_for(forger, row):
    attacker = asked_by(Client())
    victim, answer = come_back(forger, Client(), state="x", asked=attacker, sub="emp-7")
    assert (answer["Location"], is_in(victim)) == (LOGIN, False)
    victim = Client()
    asked_by(victim)
    _victim, answer = come_back(forger, victim, asked=attacker, sub="emp-7")
    assert (answer["Location"], is_in(victim)) == (LOGIN, False)


def test_an_answer_names_what_this_browser_asked_for_and_serves_once(forger, row):
    """Though the token itself is right each time."""
    client = Client()
    asked = asked_by(client)
    _client, answer = come_back(forger, client, asked=asked, state="another", sub="emp-7")
    assert (answer["Location"], is_in(client)) == (LOGIN, False)
    asked = asked_by(client)
    come_back(forger, client, asked=asked, sub="nobody")
    _client, answer = come_back(forger, client, asked=asked, sub="emp-7")
    assert (answer["Location"], is_in(client)) == (LOGIN, False)


def test_an_answer_comes_within_ten_minutes(forger, row):
    client = Client()
    asked = asked_by(client)
    session = client.session
    session["sign_on"] = session["sign_on"] | {"at": clock.now().timestamp() - 601}
    session.save()
    _client, answer = come_back(forger, client, asked=asked, sub="emp-7")
    assert (answer["Location"], is_in(client)) == (LOGIN, False)


@pytest.mark.parametrize("told", [{"issuer": "https://evil.example"}, {"token_endpoint": None}])
def test_a_document_of_another_issuer_is_not_followed(forger, row, told):
    client = Client()
    asked = asked_by(client)
    forger.told = told
    _client, answer = come_back(forger, client, asked=asked, sub="emp-7")
    assert (answer["Location"], is_in(client)) == (LOGIN, False)


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_the_way_back_leads_nowhere_else(forger, row, there):
    _client, answer = come_back(forger, sub="emp-7", query={"next": there})
    assert answer["Location"].startswith("/")
    assert "evil" not in answer["Location"]


@pytest.mark.parametrize("more", [{}, {"email_verified": False}, {"email_verified": "true"}, {"email_verified": None}])
def test_an_address_that_the_provider_did_not_verify_opens_nothing(forger, row, more):
    client, _answer = come_back(forger, sub="evil", email="tan@corp.example", **more)
    assert not is_in(client)


def test_a_verified_address_binds_once_and_then_the_subject_alone_counts(forger, row):
    client, _answer = come_back(forger, sub="s-1", email="Tan@Corp.example", email_verified=True)
    assert is_in(client)
    row.refresh_from_db()
    assert row.subject == "s-1"

    thief, _answer = come_back(forger, sub="s-2", email="tan@corp.example", email_verified=True)
    assert not is_in(thief), "an address that was given to somebody else"
    by_number, _answer = come_back(forger, sub="emp-7")
    assert not is_in(by_number)
    assert_refused("sign_on_stays_whose_it_is", lambda: SignOn.objects.filter(pk=row.pk).update(subject="s-2"))


def test_nobody_becomes_staff_or_a_user_by_signing_in(forger, owner, reviewer):
    User.objects.filter(pk__in=[owner.pk, reviewer.pk]).update(email="boss@corp.example")
    known = User.objects.count()

    client, answer = come_back(forger, sub="boss", email="boss@corp.example", email_verified=True, groups=["admins"])

    assert (answer["Location"], is_in(client)) == (LOGIN, False)
    assert (User.objects.count(), SignOn.objects.exists()) == (known, False)


def test_without_a_role_nobody_is_let_in(forger, row, reviewer, ada):
    commands.revoke_staff_role(actor=ada, user=reviewer, role="reviewer", now=clock.now())
    client, _answer = come_back(forger, sub="emp-7")
    assert not is_in(client)
    assert not StaffRole.objects.filter(user=reviewer, ended_at=None).exists()


def test_people_of_parties_never_sign_in_there(owner, ada, today):
    with pytest.raises(NotAllowed):
        commands.let_sign_on(actor=ada, user=owner, external_ref="x", now=today)
    assert_refused(
        "nobody_of_a_party_signs_in_at_the_provider",
        lambda: SignOn.objects.create(user=owner, external_ref="x", made_at=today, made_by="x"),
    )


def test_nor_does_whoever_signs_in_there_come_to_act_for_a_party(shop, row, today):
    StaffRole.objects.filter(user=row.user).update(ended_at=today, ended_by="x")
    assert_refused(
        "whoever_signs_in_at_the_provider_acts_for_no_party",
        lambda: Membership.objects.create(user=row.user, party=shop, role="owner", started_at=today, granted_by="x"),
    )


def test_whom_the_provider_shut_out_gets_no_password_by_mail(row, reviewer):
    SignOn.objects.filter(pk=row.pk).update(shut_at=clock.now())
    assert_refused(
        "person_of_the_provider_has_no_password",
        lambda: User.objects.filter(pk=reviewer.pk).update(password="pbkdf2_sha256$x"),
    )


def test_an_administrator_says_who_and_never_themselves(row, ada, reviewer, today):
    with pytest.raises(ConflictOfInterest):
        commands.let_sign_on(actor=ada, user=User.objects.get(pk=ada.user_id), external_ref="x", now=today)
    mallory = make.staff("compliance", now=today)
    with pytest.raises(NotAllowed):
        commands.let_sign_on(actor=mallory, user=reviewer, external_ref="x", now=today)


@pytest.mark.filterwarnings("ignore:Overriding get_action_choices")
def test_the_admin_enters_and_ends_it(today, reviewer, forger):
    office = browser(member_of_staff(today, "administrator"), shown=True)
    office.post("/admin/accounts/signon/add/", {"user": reviewer.pk, "external_ref": "emp-7", "address": ""})
    row = SignOn.objects.get()
    assert (row.user, row.external_ref, row.client) == (reviewer, "emp-7", None)
    assert office.get("/admin/accounts/signon/").status_code == 200

    office.post("/admin/accounts/signon/", {"action": "end", "_selected_action": [row.pk]})

    row.refresh_from_db()
    assert row.ended_at
    client, _answer = come_back(forger, sub="emp-7")
    assert not is_in(client)


def test_break_glass_an_administrator_with_a_password_signs_in_while_the_provider_is_away(settings, today):
    settings.SSO = provider("http://127.0.0.1:9")
    assert Client().get("/account/sign-on/")["Location"] == LOGIN
    admin = member_of_staff(today, "administrator")
    client = Client()
    client.post(LOGIN, {"login": admin.username, "password": PASSWORD})
    assert is_in(client)


def test_a_real_provider(settings, row):
    """Of `oidc-provider-mock`: its own discovery, keys, codes and PKCE."""
    people = [oidc_provider_mock.User(sub="emp-7")]
    with oidc_provider_mock.run_server_in_thread(require_nonce=True, user_claims=people) as server:
        settings.SSO = provider(f"http://localhost:{server.server_port}")
        client = Client()
        there = client.get("/account/sign-on/")["Location"]
        given = httpx.post(there, data={"sub": "emp-7"})
        back = urlsplit(given.headers["Location"])
        answer = client.get(back.path, {name: values[0] for name, values in parse_qs(back.query).items()})
    assert (answer["Location"], is_in(client)) == ("/", True)


def test_one_row_a_person_and_one_person_a_name(row, reviewer, today):
    other = member_of_staff(today)

    def again(user, **said):
        return lambda: SignOn.objects.create(user=user, made_at=today, made_by="x", **said)

    SignOn.objects.filter(pk=row.pk).update(subject="s-1", bound_at=today)
    assert_refused("person_signs_in_at_the_provider_once", again(reviewer, external_ref="z"))
    assert_refused("number_at_the_provider_is_one_person", again(other, external_ref="emp-7"))
    assert_refused("address_at_the_provider_is_one_person", again(other, address="TAN@corp.example"))
    assert_refused("subject_at_the_provider_is_one_person", again(other, subject="s-1", bound_at=today))
    assert_refused("sign_on_is_bound_to_a_subject", again(other, subject="s-2"))
