"""Where an endpoint may be: no address reaches this machine, its network, or what a cloud tells its machines."""

import socket
import threading
from contextlib import suppress
from ipaddress import ip_address, ip_network

import pytest

from casework.errors import Invalid
from operations import outgoing
from operations.outgoing import CallFailed, Deadline, Host, Message, answer_to
from tests.webhooks.receiving import deliver_batch, endpoint, receiver, told
from webhooks.commands import create_endpoint, enable_endpoint
from webhooks.policies import admits, split

pytestmark = pytest.mark.once

REFUSED = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200",
    "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.254", "192.0.0.192", "192.0.2.1", "192.88.99.1",
    "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.1.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "168.63.129.16", "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:169.254.169.254", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
    "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "fc00::1", "fd00:ec2::254", "fe80::1",
    "fec0::1", "ff02::1", "5f00::1",
]  # fmt: skip
ADMITTED = ["1.1.1.1", "93.184.216.34", "47.96.0.1", "2400:3200::1", "2606:4700::1111", "::ffff:1.1.1.1",
            "64:ff9b::101:101"]  # fmt: skip
ODD = [
    "http://hooks.example.com/",
    "https://2130706433/",  # 127.0.0.1 as one number
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://127.0.0.1./",
    "https://0/",
    "https://1.1.1.1.1/",
    "https://localhost/",
    "https://LOCALHOST/",
    "https://a.localhost/",
    "https://localhost./",
    "https://intranet/",
    "https://metadata.google.internal/",
    "https://printer.local/",
    "https://user:word@hooks.example.com/",
    "https://hooks.example.com@127.0.0.1/",
    "https://hooks.example.com:22/",
    "https://hooks.example.com:0/",
    "https://hooks.example.com:99999/",
    "https://hooks.example.com:/",
    "https://hooks.example.com/#x",
    "https://hooks.example.com\\@127.0.0.1/",
    "https://hooks.example.com/\r\nX: y",
    "https://hooks.example.com/a b",
    "https://hooks.example.com/\t",
    " https://hooks.example.com/",
    "https://例子.测试/",
    "https://ⓔxample.com/",
    "https://127。0。0。1/",
    "https://%31%32%37.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://[v1.x]/",
    "https://[::1/",
    "https:///path",
    "https:hooks.example.com",
    "//hooks.example.com/",
    "ftp://hooks.example.com/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_x",
    "javascript:alert(1)",
    "https://-a.example.com/",
    "https://a..example.com/",
    "https://" + "a" * 64 + ".example.com/",
    "",
]


@pytest.fixture
def deployed(settings):
    settings.WEBHOOK_LOOPBACK = False


@pytest.mark.parametrize("address", REFUSED)
def test_no_address_inside_is_admitted(deployed, address):
    host = f"[{address}]" if ":" in address else address

    assert not admits(ip_address(address))
    with pytest.raises(Invalid):
        split(f"https://{host}/")


@pytest.mark.parametrize("address", ADMITTED)
def test_public_ones_are(deployed, address):
    assert admits(ip_address(address))
    split(f"https://[{address}]/" if ":" in address else f"https://{address}/")


@pytest.mark.parametrize("url", ODD)
def test_what_resolvers_or_parsers_read_in_their_own_ways_is_refused(deployed, url):
    with pytest.raises(Invalid) as refused:
        split(url)
    assert {error.pointer for error in refused.value.errors} == {"/url"}


@pytest.mark.parametrize(
    "url",
    ["https://hooks.example.com/a/b?x=%20&y=1", "https://hooks.example.com:8443", "https://xn--fsqu00a.xn--0zwm56d/x"],
)
def test_ordinary_addresses_are_taken(deployed, url):
    assert split(url).scheme == "https"


def test_while_developing_this_machine_is_called_in_the_clear_and_nothing_else(settings):
    settings.WEBHOOK_LOOPBACK = True

    assert split("http://127.0.0.1:9/x").port == 9
    assert split("http://localhost:9/x").port == 9
    assert split("http://[::1]:9/x").port == 9
    for url in ("http://10.0.0.1/", "http://hooks.example.com/", "http://[::ffff:127.0.0.1]/", "http://2130706433/"):
        with pytest.raises(Invalid):
            split(url)


def test_networks_of_the_settings_are_admitted_and_no_others(deployed, settings):
    settings.WEBHOOK_NETWORKS = [ip_network("10.20.0.0/16"), ip_network("fd12::/48")]

    assert admits(ip_address("10.20.3.4"))
    assert admits(ip_address("::ffff:10.20.3.4"))
    assert admits(ip_address("fd12::7"))
    assert not admits(ip_address("10.21.0.1"))
    assert not admits(ip_address("127.0.0.1"))
    assert split("https://hooks.internal/").hostname == "hooks.internal"

    settings.WEBHOOK_NETWORKS = [ip_network("169.0.0.0/8"), ip_network("126.0.0.0/7"), ip_network("::/8")]
    for address in ("169.254.169.254", "127.0.0.1", "::1", "::", "::ffff:127.0.0.1"):
        assert not admits(ip_address(address))


# — names —


def resolving(monkeypatch, *answers):
    """The look-up gives these addresses, one list per look-up; how often it was asked."""
    asked = []
    real = socket.getaddrinfo

    def look_up(name, port, *args, **more):
        if name != "hooks.example.com":
            return real(name, port, *args, **more)
        found = answers[min(len(asked), len(answers) - 1)]
        asked.append(name)
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def connecting(monkeypatch):
    """No connection is made; where one was tried."""
    tried = []

    def connect(_self, address):
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    return tried


def call(host="hooks.example.com", **more):
    message = Message("POST", "/", {}, b"{}")
    with answer_to(message, Host("https", host, 443, **more), Deadline(5), admits=admits):
        pass


@pytest.mark.parametrize("address", REFUSED)
def test_a_name_that_leads_inside_is_not_called(deployed, monkeypatch, address):
    resolving(monkeypatch, [address])
    tried = connecting(monkeypatch)

    with pytest.raises(CallFailed) as failed:
        call()
    assert failed.value.reason == "address"
    assert tried == []


@pytest.mark.parametrize("order", [["93.184.216.34", "10.0.0.1"], ["10.0.0.1", "93.184.216.34"]])
def test_of_one_public_and_one_private_address_none_is_called(deployed, monkeypatch, order):
    resolving(monkeypatch, order)
    tried = connecting(monkeypatch)

    with pytest.raises(CallFailed, match="address"):
        call()
    assert tried == []


def test_the_connection_goes_to_the_address_that_was_checked_whatever_a_second_look_up_says(deployed, monkeypatch):
    asked = resolving(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    tried = connecting(monkeypatch)

    with pytest.raises(CallFailed, match="refused"):
        call()
    assert asked == ["hooks.example.com"]
    assert tried == [("93.184.216.34", 443)]


@pytest.mark.parametrize("answer", [[], ["not-an-address"], ["fe80::1%eth0"]])
def test_what_cannot_be_understood_is_not_called(deployed, monkeypatch, answer):
    resolving(monkeypatch, answer)
    tried = connecting(monkeypatch)

    with pytest.raises(CallFailed):
        call()
    assert tried == []


def test_a_name_that_led_outside_when_it_was_set_up_is_asked_at_each_sending(world, deployed, monkeypatch):
    resolving(monkeypatch, ["169.254.169.254"])
    tried = connecting(monkeypatch)
    made = endpoint(world, "https://hooks.example.com/", event_types=["notice.issued"])
    world.notice()
    told(world.now)
    deliver_batch(made, world.now)

    assert made.deliveries.get().last_error == "address"
    assert tried == []


def test_an_address_that_the_settings_no_longer_admit_is_not_called(world, settings, monkeypatch):
    with receiver() as there:
        made = endpoint(world, there.url, event_types=["notice.issued"])
        world.notice()
        told(world.now)
        settings.WEBHOOK_LOOPBACK = False
        deliver_batch(made, world.now)
        assert there.got == []
        assert made.deliveries.get().last_error == "address"

        from webhooks.commands import disable_endpoint

        disable_endpoint(actor=world.carl, ref=made.ref, now=world.now)
        with pytest.raises(Invalid):
            enable_endpoint(actor=world.carl, ref=made.ref, now=world.now)


def test_setting_one_up_refuses_them_too(world, deployed):
    from tests.webhooks.receiving import permit

    for url in ("https://169.254.169.254/latest/meta-data", "https://2130706433/", "http://hooks.example.com/"):
        with pytest.raises(Invalid):
            create_endpoint(actor=permit(world.client), url=url, now=world.now)


def test_the_name_is_what_the_certificate_and_the_host_header_are_for(deployed, monkeypatch):
    """The connection goes to an address, TLS and HTTP speak to the name."""
    seen = {}

    class Tls:
        def wrap_socket(self, _plain, *, server_hostname):
            seen["sni"] = server_hostname
            raise ConnectionResetError

    resolving(monkeypatch, ["93.184.216.34"])
    monkeypatch.setattr(socket.socket, "connect", lambda _self, address: seen.setdefault("address", address))
    monkeypatch.setattr(outgoing, "tls", Tls)

    with pytest.raises(CallFailed):
        call()
    assert seen == {"sni": "hooks.example.com", "address": ("93.184.216.34", 443)}
    assert b"\r\nHost: hooks.example.com\r\n" in Message("POST", "/").to(Host("https", "hooks.example.com", 443))
    assert b"\r\nHost: [2400:3200::1]:8443\r\n" in Message("POST", "/").to(Host("https", "2400:3200::1", 8443))


# — a proxy of the operator's —


def test_a_proxy_of_the_environment_is_not_used(world, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    with receiver() as there:
        made = endpoint(world, there.url, event_types=["notice.issued"])
        world.notice()
        told(world.now)
        deliver_batch(made, world.now)

    assert len(there.got) == 1


def proxy(answer):
    """A proxy that answers once; its port and what it was asked."""
    listener = socket.create_server(("127.0.0.1", 0))
    asked = []

    def serve():
        connection, _address = listener.accept()
        with connection:
            asked.append(connection.recv(4096))
            connection.sendall(answer)
            with suppress(OSError):
                asked.append(connection.recv(4096) if answer else b"")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return listener, asked, thread


def test_with_a_proxy_the_name_is_handed_on_and_tls_goes_through_it(deployed):
    listener, asked, thread = proxy(b"HTTP/1.1 200 Connection established\r\nX: y\r\n\r\n")
    with listener, pytest.raises(CallFailed) as failed:
        call(proxy=("127.0.0.1", listener.getsockname()[1]))
    thread.join(60)

    assert asked[0].startswith(b"CONNECT hooks.example.com:443 HTTP/1.1\r\n")
    assert asked[1][:1] == b"\x16", "a TLS handshake"
    assert b"hooks.example.com" in asked[1]
    assert failed.value.reason in ("tls", "broken")


@pytest.mark.parametrize("answer", [b"HTTP/1.1 403 Forbidden\r\n\r\n", b"", b"HTTP/1.1 200 OK\r\n" + b"x" * 9000])
def test_a_proxy_that_refuses_is_a_failure(deployed, answer):
    listener, _asked, _thread = proxy(answer)
    with listener, pytest.raises(CallFailed, match="proxy"):
        call(proxy=("127.0.0.1", listener.getsockname()[1]))


def test_an_address_inside_is_not_handed_to_a_proxy(deployed):
    with pytest.raises(CallFailed, match="address"):
        call("169.254.169.254", proxy=("127.0.0.1", 1))
