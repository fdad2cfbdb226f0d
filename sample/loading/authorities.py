"""An authority that reads by a seat, and two matters: one to be answered, one that was answered and followed up."""

from datetime import timedelta

from appeals.queries import appeals_for
from authorities import commands
from authorities.models import Seat
from rules.commands import sign_change
from sample.loading.base import Loaded

DAY = timedelta(days=1)
OFFICE = "禾城市市场监督管理局"
ENTERS, SIGNS, READS = "yaoning", "weiqing", "zhouming"


def load_authorities(made: Loaded) -> None:
    """The seat reads one appeal for the matter that is open."""
    enters, signs = made.person(ENTERS), made.person(SIGNS)
    ordered = commands.register_matter(
        actor=enters,
        kind="RECTIFY",
        office=OFFICE,
        document_no="禾市监网改〔2026〕3号",
        received_at=made.now - 20 * DAY,
        due_at=made.now - 6 * DAY,
        asked="平台部分处置通知未写明所依据条款的版本，请于规定期限内整改，并书面报告整改情况。",
        now=made.now - 19 * DAY,
    )
    said = "已逐一核对处置通知模板，条款及其版本现为必填内容，缺少的通知不能发出。整改情况随函报告。"
    commands.draft_answer(actor=enters, ref=ordered.ref, answer=said, now=made.now - 9 * DAY)
    commands.send_answer(actor=signs, ref=ordered.ref, now=made.now - 8 * DAY)
    noted = "监管部门来电确认收到，将于下月抽查整改效果。"
    commands.follow_up_matter(actor=enters, ref=ordered.ref, text=noted, now=made.now - 5 * DAY)
    asked = commands.register_matter(
        actor=enters,
        kind="DATA",
        office=OFFICE,
        document_no="禾市监网函〔2026〕41号",
        received_at=made.now - 3 * DAY,
        due_at=made.now + 7 * DAY,
        asked="请提供上一季度申诉的受理、处理和撤销情况，并就所列申诉开放查阅。",
        now=made.now - 3 * DAY,
    )
    change = commands.propose_seat(
        actor=enters,
        username=READS,
        name="周明",
        office=OFFICE,
        basis="禾市监网函〔2026〕41号；《网络交易平台规则监督管理办法》第三十三条第二款。",
        purpose="抽查平台处理申诉的情况。",
        until=made.now + 60 * DAY,
        now=made.now - 2 * DAY,
    )
    sign_change(actor=signs, ref=change.ref, now=made.now - 2 * DAY)
    appeal = appeals_for(enters).filter(state="DECIDED").order_by("pk").first()
    if appeal is not None:
        commands.open_case_to_seat(
            actor=enters,
            ref=Seat.objects.get(change=change).ref,
            matter=asked.ref,
            about=appeal.number,
            now=made.now - DAY,
        )
