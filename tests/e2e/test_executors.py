"""An executor's staff and compliance in a browser: a test is sat, an incident explained, found and made good.

Every page is looked at at 360 and 1440 px, in both languages, and one way is walked without a script.
"""

import pytest

from tests.e2e.walking import DESK, PHONE, Walk, in_turn

pytestmark = [pytest.mark.e2e, pytest.mark.exhaustive]

SAID = {
    "zh-hans": {
        "staff": "executor_staff",
        "rule": "prohibited-goods",
        "statement": "当班只看了移动端缩略图，没有点开检测报告附件。已改为先看全文再处置。",
        "reasons": "页面下方附有标准编号和报告，作出处置前没有打开。",
        "step": "提交前打开页面全部附件；词表命中只作线索。",
        "money": "商品下架期间的推广费。",
        "claim": "依服务合同第十二条，由受托方承担。",
        "evidence": "巡检记录见任务单，画面已上传。",
    },
    "en": {
        "staff": "other_executor_staff",
        "rule": "live-streaming",
        "statement": "I saw only the first page of the authorisation; it went on overleaf. I now open every page.",
        "reasons": "The whole authorisation was on file before the measure was taken. Nobody opened it.",
        "step": "Open every page of a paper before acting on it.",
        "money": "Advertising paid for while the listing was down.",
        "claim": "Under clause 12 of the contract the executor bears it.",
        "evidence": "Samples sent on, receipt 5512; the result is in the task sheet.",
    },
}


@pytest.mark.parametrize("language", in_turn("zh-hans"))
def test_an_incident_is_explained_found_made_good_and_claimed_back(program, browser, language):
    said = SAID[language]
    with (
        Walk(browser, program, size=PHONE, language=language, also_at=DESK) as worker,
        Walk(browser, program, size=DESK, language=language, also_at=PHONE) as officer,
    ):
        worker.sign_in(said["staff"])
        look_around(worker)
        ref = explain(worker, said)
        take_an_order_on(worker, said)

        officer.sign_in("compliance")
        look_over(officer)
        look_at_orders(officer)
        find(officer, ref, said)
        make_good(officer, ref, said)
        take_what_comes_back(officer, ref)
        look_at_the_rest(officer)

        worker.visit(f"/executor/incidents/{ref}/", shoot="executor-incident")
        assert worker.tid("finding").is_visible()
        assert worker.tid("contest").is_visible()


def look_around(worker: Walk) -> None:
    """They land on their own pages; each says what they may do and until when."""
    assert worker.page.url.endswith("/executor/")
    worker.look(shoot="executor-home")
    worker.visit("/executor/certifications/", shoot="executor-certificates")
    assert worker.tid("certificate").count() > 0
    worker.visit("/executor/quality/", shoot="executor-quality")
    assert worker.tid("figure").first.is_visible()
    worker.tid("large-text-switch").locator("button").click()
    worker.settle()
    worker.look()
    worker.visit("/executor/")
    worker.tid("large-text-switch").locator("button").click()
    worker.settle()


def explain(worker: Walk, said: dict[str, str]) -> str:
    """The newest incident that waits is explained; returns its ref."""
    worker.visit("/executor/incidents/")
    worker.page.locator("[data-testid=incident-line][data-state=OPENED] a").first.click()
    worker.tid("explain-form").wait_for()
    worker.look()
    ref = worker.page.url.rstrip("/").rsplit("/", 1)[1]
    worker.tid("explain").click()  # nothing was written yet
    worker.tid("error-summary").wait_for()
    worker.look()
    worker.page.locator("[name=explanation]").fill(said["statement"])
    worker.tid("explain").click()
    worker.tid("explanation").wait_for()
    worker.look()
    return ref


def take_an_order_on(worker: Walk, said: dict[str, str]) -> None:
    """An instruction that waits is taken on and reported done."""
    worker.visit("/executor/")
    waiting = worker.page.locator("[data-testid=instruction-line][data-state=ISSUED] a")
    if waiting.count():
        waiting.first.click()
        worker.tid("acknowledge").wait_for()
        worker.look()
        worker.tid("acknowledge").click()
    else:
        worker.page.locator("[data-testid=instruction-line] a").first.click()
    worker.tid("complete").wait_for()
    worker.page.locator("[name=evidence]").fill(said["evidence"])
    worker.look(shoot="executor-instruction")
    worker.tid("complete").click()
    worker.page.locator("[data-state=COMPLETED]").first.wait_for()
    worker.look()


def look_over(officer: Walk) -> None:
    """Every executor with its state and figures, and one of them."""
    officer.visit("/workbench/executors/", shoot="executors")
    states = {row.get_attribute("data-state") for row in officer.tid("executor-row").all()}
    assert {"ACTIVE", "SUSPENDED", "IN_TRAINING"} <= states
    officer.page.locator("[data-testid=executor-row][data-state=SUSPENDED] th a").first.click()
    officer.tid("why").wait_for()
    officer.look()
    officer.visit("/workbench/executors/")
    officer.page.locator("[data-testid=executor-row][data-state=ACTIVE] th a").last.click()
    officer.tid("people").wait_for()
    officer.look(shoot="executor")
    here = officer.page.url
    for step in ("grant-mandate", "suspend", "record-terms", "extend-contract", "give-instruction"):
        officer.page.goto(here)
        officer.tid(step).click()
        officer.settle()
        officer.look()


def look_at_orders(officer: Walk) -> None:
    """What executors were told to do, by what became of it, and one instruction."""
    for tab in ("withdrawn", "done", "open"):
        officer.visit(f"/workbench/executors/instructions/?tab={tab}", shoot="executor-instructions" * (tab == "open"))
    officer.page.locator("[data-testid=instruction-row] a").first.click()
    officer.tid("words").wait_for()
    officer.look()
    officer.tid("withdraw").first.wait_for()


def find(officer: Walk, ref: str, said: dict[str, str]) -> None:
    """A person reads the act and the statement, and says whose fault it was."""
    officer.visit("/workbench/executors/incidents/?tab=find")
    assert officer.page.locator(f"a[href*='{ref}']").count() == 1
    officer.visit(f"/workbench/executors/incidents/{ref}/")
    assert officer.tid("explanation").inner_text().startswith(said["statement"][:10])
    officer.page.locator("label:has([name=outcome][value=IMPROPER])").click()
    officer.page.locator("[name=error_class]").select_option("WRONG_FACT")
    officer.page.locator("[name=reasons]").fill(said["reasons"])
    officer.page.locator("[name=corrective_step]").fill(said["step"])
    officer.look(shoot="executor-finding")
    officer.tid("find").click()
    officer.tid("finding").wait_for()
    officer.look()


def make_good(officer: Walk, ref: str, said: dict[str, str]) -> None:
    """The platform pays first, in its own name, and claims it back; no payment is entered while that can fall."""
    page = officer.page
    page.locator("[data-testid=compensate-form] [name=amount_minor]").fill("128.00")
    page.locator("[data-testid=compensate-form] [name=reference]").fill(f"ZF-{ref[-4:]}")
    page.locator("[data-testid=compensate-form] [name=words]").fill(said["money"])
    officer.tid("compensate").click()
    officer.tid("compensation").wait_for()
    page.locator("[data-testid=claim-form] [name=amount_minor]").fill("128.00")
    page.locator("[data-testid=claim-form] [name=words]").fill(said["claim"])
    officer.tid("claim").click()
    link = page.locator("a[href*='/workbench/executors/recourses/rec_']")
    link.wait_for()
    officer.look()
    link.click()
    officer.tid("ledger").wait_for()
    officer.tid("waits").wait_for()
    assert officer.tid("part-payment").count() == 0
    officer.look()


def take_what_comes_back(officer: Walk, ref: str) -> None:
    """A payment is entered for the sample's oldest open claim, whose finding can no longer be contested."""
    page = officer.page
    officer.visit("/workbench/executors/recourses/")
    page.locator("[data-testid=recourse-row][data-state=CLAIMED] th a").last.click()
    officer.tid("ledger").wait_for()
    entries = page.locator("[data-testid=ledger] tbody tr")
    before = entries.count()
    page.locator("[data-testid=part-payment-form] [name=amount_minor]").fill("5")
    page.locator("[data-testid=part-payment-form] [name=reference]").fill(f"HK-{ref[-4:]}")
    officer.tid("part-payment").click()
    entries.nth(before).wait_for()
    officer.look(shoot="executor-recourse")


def look_at_the_rest(officer: Walk) -> None:
    officer.visit("/workbench/executors/recourses/")
    officer.visit("/workbench/executors/register/")
    officer.visit("/workbench/siblings/", shoot="executor-siblings")
    waiting = officer.page.locator("[data-testid=sibling-row][data-state=OPEN] th a")
    if waiting.count():
        waiting.first.click()
        officer.tid("decide-form").wait_for()
        officer.look()


@pytest.mark.parametrize(
    ("language", "script"),
    [
        ("zh-hans", True),
        ("en", False),
        pytest.param("zh-hans", False, marks=pytest.mark.nightly),
        pytest.param("en", True, marks=pytest.mark.nightly),
    ],
)
def test_a_test_is_sat_with_its_answers_kept_and_explained(program, browser, language, script):
    rule = SAID[language]["rule"]
    with Walk(browser, program, size=PHONE, language=language, script=script, also_at=DESK) as lead:
        lead.sign_in("executor_lead")
        page = lead.page
        ref = next(
            each["ref"]
            for each in program.call("executor_lead", "GET", "curricula")["items"]
            if each["rule_version"]["code"] == rule
        )
        at = f"/executor/training/{ref}/"
        lead.visit(at)
        lead.tid("start").click()
        questions = lead.tid("question")
        questions.first.wait_for()
        first = questions.first.locator("label").first
        first.click()
        if script:
            page.locator("[data-draft-status]", has_text=":").wait_for()  # kept by itself
        else:
            lead.tid("save").click()
        page.goto(at)
        assert questions.first.locator("input").first.is_checked()
        lead.look(shoot="executor-test" if script else "")
        lead.tid("finish").click()
        lead.tid("error-summary").wait_for()
        for question in questions.all():
            question.locator("label").first.click()
        n = questions.count()
        lead.tid("finish").click()
        lead.tid("result").wait_for()
        assert lead.tid("answered").count() == n
        lead.look(shoot="executor-test-result" if script else "")
