"""The files of `deploy/`: nothing here runs a container, so everything that they name is looked up in the code."""

import json
import math
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import kubernetes_validate
import pytest
import yaml
from django.core.management import get_commands, load_command_class
from django.urls import resolve
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from accounts.consumers import sockets
from config import dashboard, figures, secret
from config.routing import websocket_urlpatterns
from operations import metrics
from tests import factories as make

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


COMPOSE = yaml.safe_load(text_of("deploy/compose.yaml"))
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "appeals"}
IMAGE = text_of("deploy/Containerfile").replace("\\\n", " ")
RULES = yaml.safe_load(text_of("deploy/alerts.yml"))["groups"][0]["rules"]
KINDS = "flag|hours|web_address|signing_secret|networks|host_and_port|token|place_of_files"
READERS = rf"\b(?:env(?:\.\w+)?|{KINDS})\(\s*\"([A-Z0-9_]+)\""
SETTINGS = set(re.findall(READERS, text_of("config/settings.py") + text_of("config/single_sign_on.py")))
READ = SETTINGS | {f"{name}_FILE" for name in secret.NAMES}
READ |= {"FORWARDED_ALLOW_IPS", "OTEL_EXPORTER_OTLP_ENDPOINT"}  # by uvicorn and by OpenTelemetry
OF_PYTHON = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}


# — what is set is read, what is run is there —


def test_every_variable_that_is_set_is_read():
    of_services = {name for service in OURS.values() for name in service["environment"]}
    of_image = {
        name
        for line in IMAGE.splitlines()
        if line.startswith("ENV ") or "collectstatic" in line
        for name in re.findall(r"([A-Z_]+)=", line)
    }

    assert {"PUBLIC_URL", "DEBUG", "HELP_LINE_HOURS", *secret.NAMES} <= SETTINGS
    assert (of_services | of_image) - READ - OF_PYTHON == set()


def test_every_variable_in_the_documents_is_read():
    text = text_of("docs/operations.md")
    table = text[text.index("| variable | default | meaning |") : text.index("## One host")]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("|")]
    named = {name for row in rows for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", row)}

    assert len(named) > 40
    assert named - READ == set()


def test_every_service_runs_a_command_that_there_is():
    assert set(OURS) == {"migrate", "web", "worker"}
    for service in OURS.values():
        name, *options = service["command"]
        command = load_command_class(get_commands()[name], name)
        command.create_parser("manage.py", name).parse_args(options)  # exits where an option is unknown


def test_every_service_is_asked_where_it_answers():
    web, worker = OURS["web"]["command"][-1], OURS["worker"]["command"][-1].split(":")[1]
    scraped = yaml.safe_load(text_of("deploy/prometheus.yml"))["scrape_configs"]

    assert resolve("/healthz").url_name == "healthz"
    assert resolve("/metrics").url_name == "metrics"
    for name, port in (("web", web), ("worker", worker)):
        assert OURS[name]["healthcheck"]["test"] == ["CMD", "python", "deploy/healthcheck.py", port]
        [asked] = [job["dns_sd_configs"][0] for job in scraped if job["job_name"] == name]
        assert (asked["names"], asked["port"]) == ([name], int(port))
    assert f"dynamic a web {web}" in text_of("deploy/Caddyfile")
    assert f"EXPOSE {web}\n" in IMAGE


@pytest.mark.parametrize("is_well", [True, False])
def test_the_health_check_says_what_the_process_says(is_well):
    server = metrics.listen("127.0.0.1", 0, is_well=lambda: is_well)
    try:
        asked = subprocess.run(
            [sys.executable, DEPLOY / "healthcheck.py", str(server.server_port)], timeout=20, check=False
        )
    finally:
        server.shutdown()
        server.server_close()

    assert (asked.returncode == 0) == is_well


def test_a_process_is_asked_by_its_address(client, settings):
    settings.ALLOWED_HOSTS = ["appeals.example.com"]

    assert client.get("/healthz", headers={"Host": "172.30.83.7:8000"}).status_code == 200
    assert client.get("/help/", headers={"Host": "172.30.83.7:8000"}).status_code == 400


def test_the_image_holds_what_the_program_reads_and_nothing_else():
    lines = text_of("deploy/Containerfile.dockerignore").splitlines()
    kept = {line[1:] for line in lines if line.startswith("!")}
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    packages = {Path(file).parts[0] for file in tracked if file.endswith("/__init__.py")} - {"tests"}

    assert "*" in lines
    others = {"manage.py", "pyproject.toml", "locale", "static", "templates", "deploy/healthcheck.py"}
    pins = {word for word in IMAGE.split() if re.fullmatch(r"requirements\S*\.txt", word)}
    assert kept == packages | others | pins
    assert pins


# — what a container may do, and what it is told —


def test_containers_may_do_little():
    images = re.findall(r"^FROM (\S+)", IMAGE, re.MULTILINE)
    images += [service["image"] for service in COMPOSE["services"].values()]

    for name, service in OURS.items():
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"]), name
        assert (service["security_opt"], service["tmpfs"]) == (["no-new-privileges:true"], ["/tmp"])
    assert {name for name, service in COMPOSE["services"].items() if service["cap_drop"] != ["ALL"]} == set()
    assert re.findall(r"^USER (.+)$", IMAGE, re.MULTILINE) == ["10001:10001"]
    assert [name for name in images if name != "appeals" and not re.search(r":v?\d", name)] == []


def test_no_file_holds_a_secret():
    named = COMPOSE["secrets"]
    files = ["deploy/" + each["file"].removeprefix("./") for each in named.values()]
    ignored = subprocess.run(["git", "check-ignore", *files], cwd=ROOT, capture_output=True, check=False)

    for service in COMPOSE["services"].values():
        assert set(service.get("secrets", [])) <= named.keys()
        for name, value in service.get("environment", {}).items():
            if name.endswith("_FILE"):
                assert value.removeprefix("/run/secrets/") in service["secrets"]
            else:
                assert name not in set(secret.NAMES) - {"REDIS_URL"}
                assert "PASSWORD" not in name
    assert len(ignored.stdout.splitlines()) == len(files) == 6
    assert set(re.findall(r"^keep (\w+)", text_of("deploy/make-secrets"), re.MULTILINE)) == named.keys() | {
        "sandbox_key"
    }


# — metrics that are named, and metrics that there are —


@pytest.fixture
def told(world, now):
    """The labels of every metric that a system with a live model and an open socket tells."""
    make.live_model(now=now)
    sockets.OPEN[0] = [SimpleNamespace(hub=SimpleNamespace(group="rooms"))]
    figures.OF_THE_SYSTEM.forget()
    try:
        text = (generate_latest(metrics.REGISTRY) + generate_latest(figures.FIGURES)).decode()
    finally:
        del sockets.OPEN[0]
        figures.OF_THE_SYSTEM.forget()
    found = {one.name: set(one.labels) for family in text_string_to_metric_families(text) for one in family.samples}
    for declared in vars(metrics).values():  # those that nothing was counted of yet
        if hasattr(declared, "_labelnames"):
            ends = ["_bucket", "_count", "_sum"] if declared._type == "histogram" else ["_total"]
            found |= {declared._name + end: set(declared._labelnames) for end in ends}
    return found


def test_alerts_and_dashboard_ask_for_metrics_and_labels_that_there_are(told):
    board = json.loads(text_of("deploy/grafana/appeals.json"))
    asked = [rule["expr"] for rule in RULES] + [each["expr"] for panel in board["panels"] for each in panel["targets"]]
    wrong, named = [], set()
    for expression in asked:
        labels = {"le", "job", "instance"}
        for name, selector in re.findall(r"\b((?:appeals|process)_[a-z_]+)\b(?:\{([^}]*)\})?", expression):
            named.add(name)
            labels |= told.get(name, set())
            if name not in told or not set(re.findall(r"(\w+)\s*(?:=|!)", selector)) <= told[name]:
                wrong.append(f"{name}{{{selector}}}")
        grouped = {name for names in re.findall(r"by \(([^)]*)\)", expression) for name in re.split(r",\s*", names)}
        if not grouped <= labels:
            wrong.append(expression)

    assert wrong == []
    assert len(named) > 20


def test_the_documents_name_every_metric_and_no_other(told):
    text = text_of("docs/operations.md")
    section = text[text.index("| metric {labels} | says |") : text.index("No label names a case or a person")]
    named = set(re.findall(r"`(appeals_[a-z_]+)`", section))

    ours = {name.removesuffix("_count") for name in told if name.startswith("appeals_")}
    assert named == {name for name in ours if not re.search(r"_(created|bucket|sum)$", name)}


def test_every_alert_says_how_bad_it_is_and_what_it_means():
    assert len({rule["alert"] for rule in RULES}) == len(RULES) >= 14
    assert {rule["labels"]["severity"] for rule in RULES} == {"critical", "warning"}
    assert [rule["alert"] for rule in RULES if not rule["annotations"]["summary"].strip().endswith((".", "/"))] == []


def test_the_first_page_of_the_admin_calls_for_an_operator_where_an_alert_does():
    for each in dashboard.WATCHED:
        named = each.metric + (rf'\{{\w+="{each.sample}"\}}' if each.sample not in ("", "appeals", "disputes") else "")
        above = rf"{named}\)* > ([\d *]+)"
        found = [match[1] for rule in RULES if (match := re.search(above, rule["expr"]))]
        if each.twice:
            assert any(f"{each.metric}) < 2 * max({each.twice})" in rule["expr"] for rule in RULES)
        else:
            assert [math.prod(map(int, limit.split("*"))) for limit in found] == [each.most], each.metric


# — Kubernetes: the same three commands —

KUBERNETES = DEPLOY / "kubernetes"
OBJECTS = {
    (each["kind"], each["metadata"]["name"]): each
    for name in yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text(encoding="utf-8"))["resources"]
    for each in yaml.safe_load_all((KUBERNETES / name).read_text(encoding="utf-8"))
}
PODS = {
    name: each["spec"]["template"] for (kind, name), each in OBJECTS.items() if kind in ("Deployment", "Job")
}  # fmt: skip
CONTAINERS = {name: pod["spec"]["containers"][0] for name, pod in PODS.items()}


def labels_of(name):
    return PODS[name]["metadata"]["labels"]


@pytest.mark.parametrize("version", ["1.29", "1.37"])
def test_every_object_has_only_what_kubernetes_knows(version):
    for each in OBJECTS.values():
        if not each["apiVersion"].startswith("gateway."):  # whose fields are no part of Kubernetes
            kubernetes_validate.validate(each, version, strict=True)


def test_kubernetes_runs_what_compose_runs():
    assert {name: each["args"] for name, each in CONTAINERS.items()} == {n: s["command"] for n, s in OURS.items()}
    assert all(len(pod["spec"]["containers"]) == 1 for pod in PODS.values())
    files = {path.name for path in KUBERNETES.iterdir()} - {"kustomization.yaml"}
    assert files == set(yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text(encoding="utf-8"))["resources"])
    assert {each["image"] for each in CONTAINERS.values()} == {"appeals"}


def test_on_kubernetes_every_setting_is_read_and_every_secret_a_file():
    settings = OBJECTS["ConfigMap", "settings"]["data"]
    assert settings.keys() - READ == set()
    assert settings.keys() >= OURS["web"]["environment"].keys() - {"REDIS_URL"}
    assert not settings.keys() & set(secret.NAMES)
    assert {value.rpartition("/")[0] for name, value in settings.items() if name.endswith("_FILE")} == {"/run/secrets"}
    for name, each in CONTAINERS.items():
        volumes = {volume["name"]: volume for volume in PODS[name]["spec"]["volumes"]}
        mounts = {mount["mountPath"]: volumes[mount["name"]] for mount in each["volumeMounts"]}
        assert each["envFrom"] == [{"configMapRef": {"name": "settings"}}]
        assert mounts.keys() == {"/data", "/tmp", "/run/secrets"}
        assert mounts["/run/secrets"]["secret"]["secretName"] == "appeals"
        assert "emptyDir" in mounts["/tmp"]
        assert ("PersistentVolumeClaim", mounts["/data"]["persistentVolumeClaim"]["claimName"]) in OBJECTS
    text = text_of("docs/operations.md")
    section = text[text.index("## Kubernetes") : text.index("## How long versions of rules are kept")]
    named = {Path(value).name for name, value in settings.items() if name.endswith("_FILE")}
    assert [name for name in named if f"`{name}`" not in section] == []


def test_on_kubernetes_containers_may_do_little():
    assert OBJECTS["Namespace", "appeals"]["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    for name, pod in PODS.items():
        may, own = CONTAINERS[name]["securityContext"], pod["spec"]["securityContext"]
        assert may == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert (own["runAsNonRoot"], own["runAsUser"], own["runAsGroup"]) == (True, 10001, 10001)
        assert own["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["spec"]["automountServiceAccountToken"] is False
        assert "memory" in CONTAINERS[name]["resources"]["limits"]


def test_on_kubernetes_every_port_and_path_is_answered_and_every_name_is_somebody():
    ports = {name: {p["name"]: p["containerPort"] for p in each.get("ports", [])} for name, each in CONTAINERS.items()}
    web, worker = OURS["web"]["command"][-1], OURS["worker"]["command"][-1].split(":")[1]
    assert ports == {"migrate": {}, "web": {"http": int(web)}, "worker": {"metrics": int(worker)}}
    for name, each in CONTAINERS.items():
        probes = [each[kind]["httpGet"] for kind in each if kind.endswith("Probe")]
        assert bool(probes) == (name != "migrate")
        assert {probe["port"] for probe in probes} <= ports[name].keys()
        for probe in probes:
            assert f"/{resolve(probe['path']).url_name}" == probe["path"]
    assert CONTAINERS["web"]["startupProbe"]["httpGet"]["path"] == "/readyz"

    service = OBJECTS["Service", "web"]["spec"]
    assert service["selector"].items() <= labels_of("web").items()
    assert service["ports"][0]["targetPort"] in ports["web"]
    gateway, route = OBJECTS["Gateway", "web"]["spec"], OBJECTS["HTTPRoute", "web"]["spec"]
    paths = {tuple(rule["matches"][0]["path"].values()): rule.get("backendRefs") for rule in route["rules"]}
    to_web = [{"name": "web", "port": service["ports"][0]["port"]}]
    assert paths == {("Exact", "/metrics"): None, ("PathPrefix", "/ws"): to_web, ("PathPrefix", "/"): to_web}
    assert resolve("/metrics"), "metrics are for the inside"
    assert all(str(each.pattern).startswith("^ws/") or str(each.pattern) == "" for each in websocket_urlpatterns)
    listeners = {each["name"]: each for each in gateway["listeners"]}
    assert (listeners["https"]["protocol"], listeners["https"]["tls"]["mode"]) == ("HTTPS", "Terminate")
    for name, listener in (("web", "https"), ("to-https", "http")):
        spec = OBJECTS["HTTPRoute", name]["spec"]
        assert spec["parentRefs"] == [{"name": "web", "sectionName": listener}]
        assert spec["hostnames"] == [listeners[listener]["hostname"]]
    assert OBJECTS["ConfigMap", "settings"]["data"]["PUBLIC_URL"] == f"https://{route['hostnames'][0]}"


def test_on_kubernetes_one_of_each_stays_and_nobody_reaches_what_is_not_stated():
    for name in ("web", "worker"):
        deployment = OBJECTS["Deployment", name]["spec"]
        kept = OBJECTS["PodDisruptionBudget", name]["spec"]
        assert deployment["replicas"] > kept["minAvailable"] == 1
        for selector in (deployment["selector"], kept["selector"]):
            assert selector["matchLabels"].items() <= labels_of(name).items()
        ingress = OBJECTS["NetworkPolicy", f"to-{name}"]["spec"]
        assert ingress["podSelector"]["matchLabels"].items() <= labels_of(name).items()
        opened = {port["port"] for rule in ingress["ingress"] for port in rule["ports"]}
        assert opened == {port["name"] for port in CONTAINERS[name]["ports"]}
    closed = OBJECTS["NetworkPolicy", "nothing-else"]["spec"]
    assert closed == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert {5432, 6379, 443, 53} <= {
        port["port"] for rule in OBJECTS["NetworkPolicy", "from-all"]["spec"]["egress"] for port in rule["ports"]
    }


# — a sandbox: one process, in a place where no secret of the real one is —


def test_a_sandbox_is_one_process_with_a_database_and_a_key_of_its_own():
    compose = yaml.safe_load(text_of("deploy/sandbox.yaml"))
    [service] = compose["services"].values()
    rows = yaml.safe_load_all(text_of("deploy/kubernetes-sandbox/sandbox.yaml"))
    objects = {each["kind"]: each for each in rows}
    for each in objects.values():
        if not each["apiVersion"].startswith("gateway."):
            kubernetes_validate.validate(each, "1.37", strict=True)
    pod = objects["Deployment"]["spec"]["template"]["spec"]
    [container] = pod["containers"]
    name, *options = service["command"]

    assert load_command_class(get_commands()[name], name).create_parser("manage.py", name).parse_args(options)
    assert container["args"] == service["command"]
    assert objects["Deployment"]["spec"]["replicas"] == 1
    assert (service["read_only"], service["cap_drop"], pod["securityContext"]["runAsNonRoot"]) == (True, ["ALL"], True)
    told = service["environment"] | {
        "PUBLIC_URL": "https://sandbox.example.com",
        "FORWARDED_ALLOW_IPS": "10.244.0.0/16",
    }
    assert objects["ConfigMap"]["data"] == told
    assert told.keys() - READ == set()
    assert (told["SANDBOX"], told["DATABASE_URL"].partition(":")[0]) == ("true", "sqlite")
    assert compose["secrets"].keys() == {"sandbox_key"} == set(service["secrets"])
    assert compose["name"] != COMPOSE["name"]
    assert objects["Namespace"]["metadata"]["name"] != OBJECTS["Namespace", "appeals"]["metadata"]["name"]
