"""Obstacles: what can go wrong with a request before, or instead of, a rule of the ledger.

Named as obligations and told in both languages, like the refusals of the rules.
"""

from enum import Enum
from typing import Self


class Obstacle(Enum):
    """What keeps a request from being decided: status, sentence and remedy in both languages."""

    status: int
    en: str
    en_remedy: str
    zh: str
    zh_remedy: str

    def __new__(cls, status: int, en: str, en_remedy: str, zh: str, zh_remedy: str) -> Self:
        member = object.__new__(cls)
        member._value_ = len(cls.__members__)
        member.status = status
        member.en, member.en_remedy, member.zh, member.zh_remedy = en, en_remedy, zh, zh_remedy
        return member

    path_must_exist = (
        404,
        "There is nothing at this path.",
        "See /openapi.json for what there is.",
        "此路径没有内容。",
        "请查看 /openapi.json。",
    )
    method_must_be_offered = (
        405,
        "This path does not offer the method {method}.",
        "Use one of: {methods}.",
        "此路径不支持 {method} 方法。",
        "请使用：{methods}。",
    )
    caller_must_be_known = (
        401,
        "Nobody is signed in, and the request has no valid token.",
        "Sign in, or send the header Authorization: Bearer with a token that is in force.",
        "尚未登录，请求也没有有效的令牌。",
        "请先登录，或在 Authorization: Bearer 标头中提供有效令牌。",
    )
    request_must_come_from_our_own_pages = (
        403,
        "What asks for this change does not come from our own pages.",
        "Open the page here and send it again; do not follow a link or a form from elsewhere.",
        "此操作不是从本站页面发出的。",
        "请在本站打开页面后重新提交，不要使用其他网站上的链接或表单。",
    )
    card_must_only_be_looked_with = (
        403,
        "A card is for looking at one's own hours.",
        "Sign in with the account number and the password for everything else.",
        "查询卡只能用来查看本人的时长。",
        "其他操作请用账号和密码登录。",
    )
    try_must_wait = (
        429,
        "It was tried too often; the next try is possible in {seconds} seconds.",
        "Wait so long, then try again. Whoever has forgotten the password asks for a slip.",
        "尝试次数过多，{seconds} 秒后可以再试。",
        "请稍候再试。忘记密码时请向登记员索取一次性凭条。",
    )
    searches_must_be_fewer = (
        429,
        "You have looked for many people; the next search is possible in {seconds} seconds.",
        "Wait so long. A list of people is read by community, not by searching for each.",
        "您在短时间内查找了很多人，{seconds} 秒后可以再查。",
        "请稍候。需要名单时请按社区查看，不要逐个查找。",
    )
    facts_must_be_priced_less_often = (
        429,
        "People's facts were looked at to price meals many times; again in {seconds} seconds.",
        "Wait so long. A draft that changes only amounts looks at no facts and need not wait.",
        "短时间内多次查用个人资料计价，{seconds} 秒后可以再查。",
        "请稍候。只改金额的试算不查看个人资料，不受此限。",
    )
    checks_must_be_fewer = (
        429,
        "Many certificates were checked from here; the next check is possible in {seconds} s.",
        "Wait so long.",
        "此处短时间内查验了很多证明，{seconds} 秒后可以再查。",
        "请稍候再查。",
    )
    certificate_must_match_its_code = (
        404,
        "There is no certificate with this number and this check code.",
        "Compare both with the paper. If they are right, the paper is not from this ledger.",
        "没有与此编号和校验码相符的证明。",
        "请与纸面逐字核对；核对无误仍查不到的，该证明不是本账本开具的。",
    )
    entrance_must_have_room = (
        503,
        "Many people are signing in at this moment.",
        "Try again after the time in Retry-After.",
        "此刻登录的人较多。",
        "请在 Retry-After 所示时间后再试。",
    )
    identity_provider_must_be_reachable = (
        503,
        "The identity provider cannot be reached.",
        "Try again after the time in Retry-After.",
        "暂时无法连接身份平台。",
        "请在 Retry-After 所示时间后再试。",
    )
    secret_must_be_shown_only_once = (
        409,
        "What is printed there was shown once already, and is shown nobody again.",
        "Withdraw the slip or revoke the card, and issue another one.",
        "其中内容已显示过一次，不再显示。",
        "请收回该凭条或注销该查询卡，再另发一张。",
    )
    content_must_be_of_a_known_type = (
        415,
        "The content type {content_type} is not read here.",
        "Send one of: {content_types}.",
        "此处不接受内容类型 {content_type}。",
        "请使用：{content_types}。",
    )
    body_must_not_be_too_large = (
        413,
        "The body is larger than {bytes_most} bytes.",
        "Send less at once; {items_most} commands go into a batch.",
        "请求内容超过 {bytes_most} 字节。",
        "请减少单次内容；批量最多 {items_most} 条命令。",
    )
    batch_must_not_be_too_long = (
        413,
        "The batch has more than {items_most} commands.",
        "Send it in several batches, or import it as a file.",
        "批量命令超过 {items_most} 条。",
        "请分批发送，或以文件导入。",
    )
    batch_must_hold_a_command = (
        422,
        "The batch is empty.",
        "Send at least one command.",
        "批量中没有命令。",
        "请至少发送一条命令。",
    )
    body_must_be_json = (
        400,
        "The body cannot be read as JSON in UTF-8.",
        "Mend what the errors name; nothing was written.",
        "请求内容不是 UTF-8 编码的 JSON。",
        "请按错误说明更正；未写入任何内容。",
    )
    command_must_be_well_formed = (
        422,
        "The command does not have the form that it must have.",
        "Mend what the errors name; nothing was written.",
        "命令的格式不符合要求。",
        "请按错误说明更正；未写入任何内容。",
    )
    form_must_be_readable = (
        400,
        "What the form sent cannot be read as text in UTF-8.",
        "Open the page again, fill it in and send it.",
        "表单内容不是 UTF-8 文本。",
        "请重新打开页面填写并提交。",
    )
    query_must_be_well_formed = (
        422,
        "A part of the path, query or headers does not have the form that it must have.",
        "Mend what the errors name.",
        "路径、查询参数或标头的格式不符合要求。",
        "请按错误说明更正。",
    )
    notice_must_be_on_display = (
        410,
        "The notice {notice} was {display} on {last_day}.",
        "See GET /v1/notices for what is on display now, or ask the community.",
        "公示 {notice} 已于 {last_day} {display}。",
        "现有公示请见 GET /v1/notices，或向社区查询。",
    )
    figures_must_be_those_published = (
        500,
        "The figures of the notice {notice} are not those that were published.",
        "Do not use them. Whoever keeps the ledger must run jiefang verify.",
        "公示 {notice} 的数据与发布时不一致。",
        "请勿使用。请账本管理人员运行 jiefang verify 核验。",
    )
    cursor_must_belong_to_this_query = (
        400,
        "The cursor was not made by this query.",
        "Follow the link to the next page unchanged, or begin without a cursor.",
        "游标不属于此查询。",
        "请原样使用下一页链接，或不带游标重新开始。",
    )
    idempotency_key_must_be_given = (
        400,
        "The header Idempotency-Key is missing, or is not a key.",
        "Send 1 to 80 visible ASCII characters, for instance a random UUID; no personal data.",
        "缺少 Idempotency-Key 标头，或其内容不是有效的键。",
        "请提供 1 至 80 个可见 ASCII 字符，如随机 UUID；不得含个人信息。",
    )
    position_must_be_in_the_log = (
        422,
        "The log ends at {position}; it has no position {at_least}.",
        "Send the Ledger-Position of an earlier answer of this ledger.",
        "账本到位置 {position} 为止，没有位置 {at_least}。",
        "请使用本账本先前答复中的 Ledger-Position。",
    )
    position_must_be_reached_in_time = (
        504,
        "The read models stand at {position}; {at_least} was not reached within {seconds} seconds.",
        "Ask again in a moment.",
        "查询数据位于 {position}；{seconds} 秒内未达到 {at_least}。",
        "请稍后重试。",
    )
    answer_must_come_in_time = (
        504,
        "The question took longer than {seconds} seconds.",
        "Ask for less: a narrower filter or a smaller page.",
        "查询超过 {seconds} 秒。",
        "请缩小范围或减少每页数量。",
    )
    waiting_line_must_have_room = (
        503,
        "Too many commands are waiting to be decided.",
        "Send it again after the time in Retry-After, with the same key.",
        "等待处理的命令过多。",
        "请在 Retry-After 所示时间后以相同的键重新发送。",
    )
    streams_must_have_room = (
        503,
        "Many are following what happens at this moment.",
        "Try again after the time in Retry-After.",
        "此刻关注动态的人较多。",
        "请在 Retry-After 所示时间后再试。",
    )
    database_must_be_reachable = (
        503,
        "The database cannot be reached.",
        "Send it again after the time in Retry-After, with the same key.",
        "暂时无法连接数据库。",
        "请在 Retry-After 所示时间后以相同的键重新发送。",
    )
    read_models_must_follow_the_log = (
        503,
        "These read models do not follow the log: {models}.",
        "See the log of the process; `jiefang rebuild` folds a read model anew.",
        "以下查询数据未跟上账本：{models}。",
        "请查看进程日志；可用 `jiefang rebuild` 重建。",
    )
    position_must_be_sealed = (
        404,
        "Position {position} is recorded, but no signed checkpoint covers it yet.",
        "Ask again in a second or two.",
        "位置 {position} 已登记，但尚无签名检查点覆盖。",
        "请一两秒后再试。",
    )
    checkpoint_must_be_signed = (
        404,
        "No checkpoint of {size} entries was signed, or they are not reflected here yet.",
        "Give the size of a checkpoint that you keep, or none for the newest.",
        "没有签署过 {size} 条的检查点，或查询数据尚未跟上。",
        "请填写所留存检查点的条数；不填则为最新。",
    )
    sample_must_begin_before_it_ends = (
        422,
        "The days of the sample would begin on {from_day} and end on {to_day}.",
        "Name the earlier day first.",
        "抽样期间自 {from_day} 起、至 {to_day} 止，先后颠倒。",
        "请先填较早的日期。",
    )
    population_must_not_be_empty = (
        422,
        "From {from_day} to {to_day} nothing of this kind stands from which to draw.",
        "Ask for other days, or for what else is to be looked at.",
        "{from_day} 至 {to_day} 没有此类有效记录，无从抽取。",
        "请改变期间或抽样对象。",
    )
    sample_must_fit_its_population = (
        422,
        "{items} items cannot be drawn: the population has {most}, {least} must be drawn at least.",
        "Ask for another number, other days, or another method.",
        "无法抽取 {items} 项：总体有 {most} 项，至少须抽 {least} 项。",
        "请改变样本数、期间或抽样方法。",
    )
    log_must_be_sealed = (
        503,
        "What is new in the log is not being signed: no receipt can be given of it.",
        "The operator looks into the service's log, which says why.",
        "日志的新内容未能签名封存，暂时无法出具收据。",
        "请运维人员查看服务日志中的原因。",
    )
    ledger_must_not_fail = (
        500,
        "The ledger failed on this request; what was accepted before stands.",
        "Look whether it is recorded before you send it again; tell the operator {reference}.",
        "账本处理此请求时出错；此前已受理的操作仍然有效。",
        "再次提交之前，请先查看是否已登记；并将编号 {reference} 告知管理员。",
    )
