"""Why a command may be refused: a closed list of obligations, in their order of precedence.

A name states the obligation that was not met. If several apply, the first in this list is the
answer. Each has an HTTP status, and a sentence and a remedy in English and Chinese whose braces
are filled with the refusal's values. `docs/refusals.md` is made from this list.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Protocol, Self

from ledger.domain.words import in_chinese


class Code(Enum):
    """One refusal a member: status, English sentence, remedy, Chinese sentence, remedy."""

    order: int
    status: int
    en: str
    en_remedy: str
    zh: str
    zh_remedy: str

    def __new__(cls, status: int, en: str, en_remedy: str, zh: str, zh_remedy: str) -> Self:
        member = object.__new__(cls)
        member._value_ = member.order = len(cls.__members__)
        member.status = status
        member.en, member.en_remedy, member.zh, member.zh_remedy = en, en_remedy, zh, zh_remedy
        return member

    # -- the ledger itself ---------------------------------------------------------------------
    ledger_must_be_created_first = (
        409,
        "This ledger has no first event yet.",
        "Create it once with its kind: live, demo or test.",
        "账本尚未建立。",
        "请先建立账本，并选定类型：正式、演示或测试。",
    )
    ledger_must_be_created_only_once = (
        409,
        "This ledger was created already, as {kind}.",
        "Use it as it is, or start another database for another kind.",
        "账本已建立，类型为{kind}。",
        "请直接使用；需要另一种类型时请另建数据库。",
    )
    ledger_must_be_simulated_to_set_the_clock = (
        409,
        "The clock of a {kind} ledger cannot be set.",
        "Leave out the time; only demo and test ledgers simulate it.",
        "{kind}账本不能设定时间。",
        "请去掉时间；只有演示或测试账本可以模拟时间。",
    )
    # -- who asks ------------------------------------------------------------------------------
    actor_must_hold_a_role_for_this = (
        403,
        "None of your roles may give the command {command}.",
        "Ask someone who is {roles}, or ask an administrator for the role.",
        "您的角色不能执行“{command}”。",
        "请由具备以下角色的人办理：{roles}；或请管理员授予角色。",
    )
    reader_must_hold_a_role_for_this = (
        403,
        "None of your roles may read {view}.",
        "Ask someone who is {roles}, or ask an administrator for the role.",
        "您的角色不能查看“{view}”。",
        "请由具备以下角色的人查看：{roles}；或请管理员授予角色。",
    )
    command_must_be_given_at_the_machine = (
        403,
        "The command {command} cannot be given with a token.",
        "Give it on the machine that keeps the ledger.",
        "命令“{command}”不能凭令牌执行。",
        "请在账本所在的机器上执行。",
    )
    record_must_be_within_reach = (
        404,
        "What you name does not exist, or lies outside your communities.",
        "Check the id, or ask someone whose role covers it.",
        "所填内容不存在，或不在您的社区范围内。",
        "请核对编号，或请权限范围包含该内容的人办理。",
    )
    # -- what must exist -----------------------------------------------------------------------
    community_must_be_known = (
        404,
        "There is no community {community} here.",
        "Check the id, or register the community first.",
        "找不到社区 {community}。",
        "请核对编号，或先登记该社区。",
    )
    site_must_be_known = (
        404,
        "There is no site {site} here.",
        "Check the id, or register the site first.",
        "找不到场所 {site}。",
        "请核对编号，或先登记该场所。",
    )
    cooperative_must_be_known = (
        404,
        "There is no cooperative {cooperative} in its community.",
        "Check the id, or register the cooperative first.",
        "找不到经济社 {cooperative}。",
        "请核对编号，或先登记该经济社。",
    )
    unit_must_be_known = (
        404,
        "There is no organising unit {unit} in its community.",
        "Check the id, or register the unit first.",
        "找不到组织单位 {unit}。",
        "请核对编号，或先登记该组织单位。",
    )
    person_must_be_known = (
        404,
        "There is no person {person} here.",
        "Check the id, or register the person first.",
        "找不到人员 {person}。",
        "请核对编号，或先登记该人员。",
    )
    shift_must_be_known = (
        404,
        "There is no shift {shift} here.",
        "Check the id, or schedule the shift first.",
        "找不到班次 {shift}。",
        "请核对编号，或先安排该班次。",
    )
    fund_must_be_known = (
        404,
        "There is no fund {fund} here.",
        "Check the id, or open the fund first. Between communities money is paid and received.",
        "找不到基金 {fund}。",
        "请核对编号，或先设立该基金。不同社区之间分别办理拨出和收入。",
    )
    payee_must_be_known = (
        404,
        "There is no payee {payee} in this community.",
        "Check the id, or let a registrar enter the payee first.",
        "本社区没有收款方 {payee}。",
        "请核对编号，或先请登记员登记该收款方。",
    )
    record_must_be_known = (
        404,
        "There is no record {record} here.",
        "Check the number on the statement.",
        "找不到记录 {record}。",
        "请核对清单上的编号。",
    )
    policy_must_be_known = (
        404,
        "The canteen {site} has no policy version {version}.",
        "Check the number in the policy's timeline.",
        "饭堂 {site} 没有第 {version} 版补助标准。",
        "请核对补助标准的版本号。",
    )
    meeting_must_be_known = (
        404,
        "There is no meeting {meeting} here.",
        "Check the id, or record the meeting first.",
        "找不到会议 {meeting}。",
        "请核对编号，或先登记该会议。",
    )
    resolution_must_be_known = (
        404,
        "There is no resolution {resolution} here.",
        "Check the id, or record the resolution first.",
        "找不到决议 {resolution}。",
        "请核对编号，或先登记该决议。",
    )
    contribution_must_be_known = (
        404,
        "There is no contribution {contribution} here.",
        "Check the id, or enter the contribution first.",
        "找不到贡献 {contribution}。",
        "请核对编号，或先登记该贡献。",
    )
    notice_must_be_known = (
        404,
        "There is no notice {notice} here.",
        "Check the id, or publish the notice first.",
        "找不到公示 {notice}。",
        "请核对编号，或先发布该公示。",
    )
    certificate_must_be_known = (
        404,
        "There is no certificate {certificate} here.",
        "Check the id, or issue the certificate first.",
        "找不到证明 {certificate}。",
        "请核对编号，或先开具该证明。",
    )
    slip_must_be_known = (
        404,
        "There is no slip {slip} of this person.",
        "Check the id and the person, or issue a slip.",
        "该人员没有一次性凭条 {slip}。",
        "请核对编号和人员，或开具凭条。",
    )
    card_must_be_known = (
        404,
        "There is no card {card} of this person.",
        "Check the id and the person, or issue a card.",
        "该人员没有查询卡 {card}。",
        "请核对编号和人员，或发卡。",
    )
    # -- what must not exist yet ---------------------------------------------------------------
    community_must_be_new = (
        409,
        "The community {community} is registered already.",
        "Use the existing one, or choose another id.",
        "{community} 已登记为社区。",
        "请使用已有社区，或换一个编号。",
    )
    site_must_be_new = (
        409,
        "The site {site} is registered already.",
        "Use the existing one, or choose another id.",
        "场所 {site} 已登记。",
        "请使用已有场所，或换一个编号。",
    )
    cooperative_must_be_new = (
        409,
        "The cooperative {cooperative} is registered already.",
        "Use the existing one, or choose another id.",
        "经济社 {cooperative} 已登记。",
        "请使用已有经济社，或换一个编号。",
    )
    unit_must_be_new = (
        409,
        "The organising unit {unit} is registered already.",
        "Use the existing one, or choose another id.",
        "组织单位 {unit} 已登记。",
        "请使用已有组织单位，或换一个编号。",
    )
    person_must_not_be_erased = (
        409,
        "The person {person} was erased.",
        "Nothing can be done about her any more, and her id is never used again.",
        "人员 {person} 已注销。",
        "不能再办理任何事项，其编号也不再使用。",
    )
    person_must_not_be_a_duplicate = (
        409,
        "The person {person} was entered twice, and is kept as {kept_as}.",
        "Name {kept_as} instead; under {person} only what was begun is brought to its end.",
        "人员 {person} 属重复登记，现以 {kept_as} 为准。",
        "请改用 {kept_as}；{person} 名下只办结已开始的事项。",
    )
    person_must_be_new = (
        409,
        "The person {person} is registered already.",
        "Draw a new random id for a new person.",
        "人员 {person} 已登记。",
        "新人员请使用新的随机编号。",
    )
    identity_document_must_be_new = (
        409,
        "Another person on record has this identity document.",
        "Look her up by the document; she may be the same person. If not, check its number.",
        "该证件已登记在其他人员名下。",
        "请按证件查找，可能是同一人；若不是，请核对证件号码。",
    )
    shift_must_be_new = (
        409,
        "The shift {shift} is scheduled already.",
        "Choose another id for another shift.",
        "班次 {shift} 已安排。",
        "其他班次请换一个编号。",
    )
    shift_must_have_a_place = (
        422,
        "Nobody could come to a shift with {places} places.",
        "Say one place or more, or none where as many may come as will.",
        "{places} 个名额的班次无人能参加。",
        "请填写 1 个或以上的名额；不限人数的，名额不填。",
    )
    fund_must_be_new = (
        409,
        "The fund {fund} is open already.",
        "Use the existing one, or choose another id.",
        "基金 {fund} 已设立。",
        "请使用已有基金，或换一个编号。",
    )
    meeting_must_be_new = (
        409,
        "The meeting {meeting} is recorded already.",
        "Use the existing one, or choose another id.",
        "会议 {meeting} 已登记。",
        "请使用已有会议，或换一个编号。",
    )
    resolution_must_be_new = (
        409,
        "The resolution {resolution} is recorded already.",
        "Use the existing one, or choose another id.",
        "决议 {resolution} 已登记。",
        "请使用已有决议，或换一个编号。",
    )
    payee_must_be_new = (
        409,
        "The payee {payee} is registered already.",
        "Use the existing one, or choose another id.",
        "收款方 {payee} 已登记。",
        "请使用已有收款方，或换一个编号。",
    )
    contribution_must_be_new = (
        409,
        "The contribution {contribution} is entered already.",
        "Choose another id for another contribution.",
        "贡献 {contribution} 已登记。",
        "其他贡献请换一个编号。",
    )
    notice_must_be_new = (
        409,
        "The notice {notice} is published already.",
        "Choose another id for another notice.",
        "公示 {notice} 已发布。",
        "其他公示请换一个编号。",
    )
    certificate_must_be_new = (
        409,
        "The certificate {certificate} is issued already.",
        "Take another random id for the new certificate.",
        "证明 {certificate} 已开具。",
        "请为新证明另取随机编号。",
    )
    handover_must_be_new = (
        409,
        "The handover {handover} is recorded already.",
        "Take another random id, or write the bundle of the one that is recorded.",
        "移交 {handover} 已登记。",
        "请另取随机编号，或按已登记的移交导出审计包。",
    )
    slip_must_be_new = (
        409,
        "This person had a slip {slip} already.",
        "Take another random id for the new slip.",
        "该人员已有过编号为 {slip} 的一次性凭条。",
        "请为新凭条另取随机编号。",
    )
    card_must_be_new = (
        409,
        "This person had a card {card} already.",
        "Take another random id for the new card.",
        "该人员已有过编号为 {card} 的查询卡。",
        "请为新卡另取随机编号。",
    )
    # -- values that cannot be -----------------------------------------------------------------
    time_zone_must_exist = (
        422,
        "There is no time zone {time_zone}.",
        "Use a name such as Asia/Shanghai.",
        "时区 {time_zone} 不存在。",
        "请使用如 Asia/Shanghai 的名称。",
    )
    day_must_not_be_in_the_future = (
        422,
        "The day {day} has not come yet; today is {today}.",
        "Check the day. What is still to come is recorded on its day or afterwards.",
        "日期 {day} 尚未到来；今天是 {today}。",
        "请核对日期。确属将来的事项，请在当日或之后登记。",
    )
    time_must_not_be_in_the_future = (
        422,
        "The time {at} has not come yet; it is {now}.",
        "Check the time. Record what is still to come when it has happened.",
        "时间 {at} 尚未到来；现在是 {now}。",
        "请核对时间。尚未发生的，请在发生之后登记。",
    )
    year_must_be_plausible = (
        422,
        "The year {year} is not between {year_first} and {year_last}.",
        "Check the year.",
        "年份 {year} 不在 {year_first} 至 {year_last} 之间。",
        "请核对年份。",
    )
    day_must_not_be_before_birth = (
        422,
        "The day {day} is before the recorded birth.",
        "Check both days.",
        "日期 {day} 早于登记的出生日期。",
        "请核对两个日期。",
    )
    interval_must_have_length = (
        422,
        "From {start} to {end} must be some time, and no more than {hours_most} hours.",
        "Give an end after the start, within that length.",
        "{start} 至 {end} 的时长须大于零，且不超过 {hours_most} 小时。",
        "请填写晚于开始且不超过该时长的结束时间。",
    )
    check_out_must_come_a_minute_after_the_check_in = (
        422,
        "The check-in was at {at}; less than a minute has gone by.",
        "Wait a minute, then check out.",
        "签到时间为 {at}，尚不满一分钟。",
        "请过一分钟再签退。",
    )
    day_must_be_named_once = (
        422,
        "The day {day} is named twice.",
        "Name each weekday and each date once.",
        "{day} 重复填写。",
        "每个星期几和每个日期只填写一次。",
    )
    exceptions_must_fit_one_entry = (
        422,
        "{exceptions} exceptional days are too many for one entry; {exceptions_most} is the most.",
        "Name them in several entries; earlier exceptions stay.",
        "一次填写 {exceptions} 个例外日过多；最多 {exceptions_most} 个。",
        "请分几次填写；先前的例外日仍然有效。",
    )
    amount_must_be_positive = (
        422,
        "The amount {amount_fen} fen is not above zero.",
        "Give an amount above zero.",
        "金额 {amount_fen} 分不大于零。",
        "请填写大于零的金额。",
    )
    minutes_must_be_positive = (
        422,
        "{service_minutes} minutes are not above zero.",
        "Give whole minutes above zero.",
        "{service_minutes} 分钟不大于零。",
        "请填写大于零的整数分钟。",
    )
    spell_must_end_after_it_begins = (
        422,
        "A spell from {since} until {until} holds on no day.",
        "Give an end after the beginning, or leave it open.",
        "从 {since} 到 {until} 的期间不含任何一天。",
        "请填写晚于开始的结束日，或留空。",
    )
    relation_must_be_to_another_person = (
        422,
        "The sheet declares a relation of {person} to the same person.",
        "Name the other person, or leave the relation out.",
        "资料中申报了 {person} 与本人的关系。",
        "请填写另一人的编号，或删去该关系。",
    )
    rules_must_be_consistent = (
        422,
        "The service rules do not fit together: {which} {what}.",
        "Town's limit at least the unit's; star thresholds rising; an answer within 365 days.",
        "服务规则互相矛盾：{which} {what}。",
        "镇级上限不得低于单位上限；星级时长须递增；异议须在 365 天内答复。",
    )
    award_must_be_received_as_one = (
        422,
        "The award {award} cannot be received as {kind}.",
        "Receive it as an award, or leave its name out.",
        "奖励 {award} 不能按“{kind}”入账。",
        "请按奖励入账，或不填奖励编号。",
    )
    funds_must_differ = (
        422,
        "Money cannot move from fund {fund} to itself.",
        "Name two funds.",
        "不能从基金 {fund} 转入同一基金。",
        "请填写两个不同的基金。",
    )
    # -- councils and resolutions --------------------------------------------------------------
    decision_must_be_of_its_meeting = (
        422,
        "The meeting {meeting} was one of {body}, held on {held_on}.",
        "Give the body and the day of the meeting, or leave the meeting out.",
        "会议 {meeting} 由 {body} 于 {held_on} 召开。",
        "请按该会议填写由谁议决和日期，或不填会议。",
    )
    votes_must_carry_the_resolution = (
        422,
        "{in_favour} votes for and {against} against carry no resolution.",
        "Record what was carried, with more votes for it than against.",
        "{in_favour} 票赞成、{against} 票反对，决议未获通过。",
        "请登记赞成票多于反对票的决议。",
    )
    discussion_must_come_before_the_decision = (
        422,
        "It was discussed on {discussed_on}, after the decision of {decided_on}.",
        "Check both days; what matters is discussed first and decided then.",
        "讨论日期 {discussed_on} 晚于决定日期 {decided_on}。",
        "请核对两个日期；重要事项须先讨论、后决定。",
    )
    allowances_must_fit_one_entry = (
        422,
        "{allowances} allowances are too many for one entry; {allowances_most} is the most.",
        "Record them as several resolutions.",
        "一次填写 {allowances} 项许可过多；最多 {allowances_most} 项。",
        "请分为几项决议登记。",
    )
    payer_must_be_one_who_can_agree = (
        422,
        "No resolution can say that {payer} pays.",
        "Choose another payer; the eater decides herself.",
        "任何决议都不能决定由 {payer} 出资。",
        "请选择其他出资方；就餐人由本人决定。",
    )
    payer_must_be_named_as_its_kind_is = (
        422,
        "Of this payer the short name is missing, or is not as it must be: {payer}.",
        (
            "Name a cooperative as community/name, every other payer by one short name, and the "
            "eater's cooperative by none."
        ),
        "出资方缺少代号，或代号写法不对：{payer}。",
        "经济社请写“社区编号/代号”，其他出资方写一个代号；就餐人所在的经济社不写代号。",
    )
    cooperative_must_be_chosen_for_its_members_alone = (
        422,
        "The cooperative {cooperative} is chosen, but {body} is no assembly of its members.",
        "Leave the cooperative empty; it is chosen only where its members alone decided.",
        "选择了经济社 {cooperative}，但{body}不是该社的成员大会。",
        "请不选经济社；仅由一个经济社的成员决定时才选择。",
    )
    members_must_decide_on_their_own_cooperative = (
        422,
        "The members of {cooperative} alone decided; that {payer} pays is not theirs to decide.",
        "Leave the cooperative empty if members of all decided, or name it as the payer.",
        "仅由经济社 {cooperative} 的成员决定，不能决定由 {payer} 出资。",
        "如由各经济社的成员共同决定，请不选经济社；否则请将该社填为出资方。",
    )
    money_must_be_decided_on_by_its_own_body = (
        422,
        "The money of {payer} is not decided on by {body}.",
        "Members decide on their cooperative's money, a body of the community on any other.",
        "{payer} 的资金不能由 {body} 决定。",
        "经济社的资金由其成员大会决定，其他资金由社区的会议决定。",
    )
    person_must_not_attend_a_meeting_twice = (
        409,
        "The person is on the list of meeting {meeting} already.",
        "Nothing is left to do.",
        "该人员已在会议 {meeting} 的到会名单上。",
        "无需再登记。",
    )
    person_must_have_come_to_the_meeting = (
        409,
        "The person is not on the list of meeting {meeting}.",
        "Check the meeting.",
        "该人员不在会议 {meeting} 的到会名单上。",
        "请核对会议。",
    )
    payee_must_be_somebody = (
        422,
        "The payee {payee} has neither a public name nor a person.",
        "Give the public name of an organisation, or say which person it is.",
        "收款方 {payee} 既没有公开名称，也没有对应人员。",
        "请填写单位的公开名称，或指明对应人员。",
    )
    bands_must_be_consistent = (
        422,
        "The approval bands do not fit together: row {row}, {which} {what}.",
        "Let limits rise, the last have none, and ask for one or two approvers in each.",
        "审批分档互相矛盾：第 {row} 行{which} {what}。",
        "各档上限须递增，最后一档不设上限，每档由一至两人审批。",
    )
    rules_must_start_on_a_coming_day = (
        409,
        "Rules from {valid_from} on would judge anew days that have begun; today is {today}.",
        "Start tomorrow or later. Earlier days are ruled on the day of the registration only.",
        "自 {valid_from} 起的规则会改变已经开始的日子的依据；今天是 {today}。",
        "请从明天或以后开始。只有在社区登记当天才能为更早的日期设定规则。",
    )
    # -- contributions -------------------------------------------------------------------------
    gift_must_say_what_its_kind_asks = (
        422,
        "A contribution of the kind {kind} says this, and nothing else: {asked}.",
        "Fill in these fields, and leave the others out.",
        "“{kind}”类贡献只填写：{asked}。",
        "请填写这些内容，其余不填。",
    )
    giver_must_be_one = (
        422,
        "It is given by a person or by an organisation, not by both.",
        "Name one of the two, or neither for a giver who is not to be named.",
        "贡献人为个人或组织，不能同时填写。",
        "请只填写其一；不具名的均不填。",
    )
    idea_must_be_recorded_at_once = (
        422,
        "An idea is not promised.",
        "Record it.",
        "意见建议不作承诺登记。",
        "请直接登记。",
    )
    contribution_must_fit_its_pledge = (
        422,
        (
            "The contribution {contribution} was promised by another giver, as {kind}, "
            "or for another fund."
        ),
        "Give community, giver, kind and fund as they were promised, or choose another id.",
        "贡献 {contribution} 承诺时的贡献人不同、类别为“{kind}”，或指定的是另一基金。",
        "请按承诺填写社区、贡献人、类别和基金，或换一个编号。",
    )
    contribution_must_stand = (
        409,
        "The contribution {contribution} was withdrawn.",
        "Enter it anew under another id.",
        "贡献 {contribution} 已撤回。",
        "请以新的编号重新登记。",
    )
    giver_must_be_the_contributions = (
        403,
        "Only the giver speaks for herself.",
        "Leave the person out if the office acts on the giver's word.",
        "只有贡献人本人可以为自己办理。",
        "由工作人员代办的，请不填人员编号。",
    )
    pledge_must_be_withdrawn_by_its_giver = (
        403,
        "A promise is taken back by whoever made it, or wrote it down for her.",
        "Ask her.",
        "承诺只能由承诺人本人或代为登记的人撤回。",
        "请由其办理。",
    )
    contribution_must_be_an_idea = (
        422,
        "The contribution {contribution} is of the kind {kind}.",
        "Only an idea is answered.",
        "贡献 {contribution} 的类别为“{kind}”。",
        "只有意见建议需要答复。",
    )
    idea_must_not_be_answered_alike_twice = (
        409,
        "The answer is {answer} already.",
        "Nothing is left to do, or give another answer.",
        "答复已是“{answer}”。",
        "无需再办理，或给出不同的答复。",
    )
    # -- policies ------------------------------------------------------------------------------
    site_must_be_a_canteen = (
        422,
        "The site {site} is not a canteen.",
        "Name the canteen that serves the meal.",
        "场所 {site} 不是饭堂。",
        "请填写供餐的饭堂。",
    )
    policy_must_fit_one_entry = (
        422,
        "Tiers, lines, classes and resolutions make {parts} parts; {parts_most} is the most.",
        "Merge tiers, or leave out what no one needs.",
        "档次、分担、类别和决议共 {parts} 项；最多 {parts_most} 项。",
        "请合并档次或删去不需要的内容。",
    )
    policy_must_serve_at_some_time = (
        422,
        "The version for canteen {site} names no weekday or no sitting.",
        "Name at least one of each.",
        "饭堂 {site} 的版本没有填写星期或餐次。",
        "请至少各填写一项。",
    )
    tiers_must_have_distinct_codes_and_orders = (
        422,
        "Two tiers share the code or the order {value}.",
        "Give each tier its own code and its own order.",
        "两个档次的代码或次序相同：{value}。",
        "请为每个档次设定不同的代码和次序。",
    )
    ages_must_be_in_order = (
        422,
        "Tier {rule} asks for an age from {age_least} to {age_most}; nobody has it.",
        "Give the lower age first.",
        "档次 {rule} 要求年龄从 {age_least} 至 {age_most} 岁，无人符合。",
        "请先填写较小的年龄。",
    )
    share_must_be_an_amount_or_a_percentage = (
        422,
        "In tier {rule} the share of {payer} must be either an amount or a percentage.",
        "Give one of the two; only a percentage can be of the rest.",
        "档次 {rule} 中 {payer} 的分担须为金额或比例之一。",
        "请填写其中一项；只有比例可以按余额计算。",
    )
    shares_must_not_exceed_the_price = (
        422,
        "In tier {rule} the shares come to {shares_fen} fen, the price is {price_fen} fen.",
        "Lower the shares, or raise the price.",
        "档次 {rule} 的分担合计 {shares_fen} 分，价格为 {price_fen} 分。",
        "请降低分担金额或提高价格。",
    )
    payer_must_be_known = (
        422,
        "The payer {payer} of tier {rule} is not known in this community.",
        "Open the fund or register the cooperative first.",
        "档次 {rule} 的出资方 {payer} 在本社区未登记。",
        "请先设立基金或登记经济社。",
    )
    payer_must_have_a_resolution = (
        422,
        "The payer {payer} has no resolution that agrees to pay.",
        "Name one resolution for each payer.",
        "出资方 {payer} 没有同意出资的决议。",
        "请为每个出资方填写一项决议。",
    )
    payer_must_have_one_resolution_only = (
        422,
        "The payer {payer} is listed with two resolutions.",
        "Name the one that decides.",
        "出资方 {payer} 填写了两项决议。",
        "请只填写起决定作用的一项。",
    )
    resolution_must_be_of_the_payers_community = (
        422,
        "The resolution {resolution} was decided in the community {community}, for itself.",
        "Name a resolution of the community that pays.",
        "决议 {resolution} 是 {community} 的决议，只适用于该社区。",
        "请填写出资方所在社区作出的决议。",
    )
    resolution_must_not_be_revoked = (
        409,
        "The resolution {resolution} was revoked on {revoked_on}.",
        "Have it decided anew, and name the new resolution.",
        "决议 {resolution} 已于 {revoked_on} 撤销。",
        "请重新作出决议，并填写新的决议。",
    )
    resolution_must_come_first = (
        422,
        "The resolution {resolution} was decided on {decided_on}, after {day}.",
        "Check the day; nothing is done under a resolution before it is decided.",
        "决议 {resolution} 于 {decided_on} 作出，晚于 {day}。",
        "请核对日期；决议作出之前不能据以办理。",
    )
    resolution_must_allow_the_subsidy = (
        422,
        "The resolution {resolution} does not let {payer} pay for meals of canteen {site}.",
        "Name the resolution in which this payer agrees to pay for this canteen.",
        "决议 {resolution} 未同意由 {payer} 补助饭堂 {site} 的用餐。",
        "请填写该出资方同意补助该饭堂的决议。",
    )
    resolution_must_allow_the_amount = (
        422,
        (
            "The resolution {resolution} allows {amount_most_fen} fen for this; {amount_fen} fen "
            "are asked."
        ),
        "Ask for less, or have more decided.",
        "决议 {resolution} 对此项允许 {amount_most_fen} 分；申请 {amount_fen} 分。",
        "请减少金额，或另作决议。",
    )
    start_must_not_be_retroactive = (
        422,
        (
            "The version starts on {valid_from}, before today {today}; resolution {resolution} "
            "does not say so."
        ),
        "Start today or later, or name a resolution that allows the earlier start.",
        "该版本自 {valid_from} 起生效，早于今天 {today}，而决议 {resolution} 未允许追溯。",
        "请从今天或以后生效，或填写允许追溯的决议。",
    )
    start_must_be_agreed_to = (
        422,
        (
            "The version starts on {valid_from}; resolution {resolution} lets {payer} pay from "
            "{starts_from} on."
        ),
        "Start on {starts_from} or later, or name a resolution that allows the earlier start.",
        "该版本自 {valid_from} 起生效，而决议 {resolution} 同意 {payer} 自 {starts_from} 起出资。",
        "请从 {starts_from} 或以后生效，或填写允许更早生效的决议。",
    )
    versions_must_not_overlap = (
        409,
        "On {day} version {version} is valid already.",
        "Start when it ends, or end it earlier first.",
        "{day} 已有第 {version} 版有效。",
        "请从其结束之日开始，或先提前结束该版本。",
    )
    gap_must_be_declared = (
        409,
        "From {gap_from} until {gap_until} no version would be valid.",
        "Start on {gap_from}, or say that the gap is meant.",
        "从 {gap_from} 到 {gap_until} 将没有有效版本。",
        "请从 {gap_from} 开始，或声明该空档是有意的。",
    )
    withdrawal_must_lie_ahead = (
        409,
        "The version cannot end on {valid_until}; meals up to {today} were priced by it.",
        "Let it end tomorrow or later.",
        "该版本不能在 {valid_until} 结束；截至 {today} 的用餐已按其计价。",
        "请从明天或以后结束。",
    )
    withdrawal_must_end_the_version_earlier = (
        409,
        "Version {version} ends on {valid_until} anyway.",
        "Give an earlier day; for a later end publish another version.",
        "第 {version} 版本来就在 {valid_until} 结束。",
        "请填写更早的日期；需要延长时请发布新版本。",
    )
    # -- months --------------------------------------------------------------------------------
    month_must_be_over = (
        409,
        "The month {month} is not over; today is {today}.",
        "Close it on the first day of the next month or later.",
        "{month} 月尚未结束；今天是 {today}。",
        "请在下月一日或之后办理。",
    )
    month_must_not_be_closed_twice = (
        409,
        "The month {month} is closed already.",
        "Nothing is left to do.",
        "{month} 月已结账。",
        "无需再办理。",
    )
    months_must_be_closed_in_order = (
        409,
        "The next month to close is {following}, not {month}.",
        "Close {following}; a month before the first closed one stays open.",
        "应结账的是 {following} 月，不是 {month} 月。",
        "请结 {following} 月；首次结账之前的月份不再结账。",
    )
    month_must_be_closed = (
        409,
        "The month {month} is not closed.",
        "Nothing is left to do; it books already.",
        "{month} 月未结账。",
        "无需办理；该月仍可入账。",
    )
    month_must_be_the_last_closed = (
        409,
        "The last closed month is {last}; {month} lies before it.",
        "Reopen {last}, or enter a correction: an open month takes it.",
        "最后结账的是 {last} 月，{month} 月在其之前。",
        "请重开 {last} 月，或登记更正：由未结账的月份入账。",
    )
    reopening_must_not_be_proposed_twice = (
        409,
        "Reopening the month {month} is proposed already.",
        "Let another person reopen it.",
        "重开 {month} 月已有人提出。",
        "请由另一人办理重开。",
    )
    reopening_must_be_proposed_first = (
        409,
        "Nobody has proposed to reopen the month {month}.",
        "Propose it with the reason; another person then reopens it.",
        "尚无人提出重开 {month} 月。",
        "请先提出并注明原因，再由另一人办理重开。",
    )
    reopener_must_not_be_the_proposer = (
        403,
        "Nobody reopens a month that she herself proposed to reopen.",
        "Let another person do it.",
        "不能办理本人提出的重开。",
        "请由另一人办理。",
    )
    version_must_not_open_a_month_before_closed_claims = (
        409,
        (
            "The version would open {month}, but the claims of {closed} are closed already, and "
            "those of {month} settle before them."
        ),
        "Start on the first day of {closed} or later.",
        "该版本将使 {month} 月可登记用餐，但 {closed} 月的用餐登记已截止，{month} 月须先于其结算。",
        "请自 {closed} 月首日或以后起生效。",
    )
    claims_must_be_closed_in_order = (
        409,
        "Claims of {earlier} may still come in; they settle before those of {month}.",
        "Close the claims of {earlier} first.",
        "{earlier} 月的用餐仍可登记，须先于 {month} 月结算。",
        "请先截止 {earlier} 月的用餐登记。",
    )
    # -- people --------------------------------------------------------------------------------
    role_must_not_have_ended = (
        422,
        "The last day of the role, {until}, is over: today is {today}.",
        "Give a later day, or none at all.",
        "角色的最后一天 {until} 已过：今天是 {today}。",
        "请填较晚的日期，或不填。",
    )
    role_must_be_granted_by_another_person = (
        403,
        "Nobody grants a role to herself.",
        "Ask another administrator to grant it.",
        "不能给自己授予角色。",
        "请由另一位管理员授予。",
    )
    administrator_must_hold_no_other_role = (
        409,
        "Whoever grants roles holds no other one; this person holds {roles}.",
        "Revoke that first, or choose another person.",
        "授予角色的人不能再有其他角色；该人员现有：{roles}。",
        "请先收回，或另选一人。",
    )
    role_must_not_be_held_already = (
        409,
        "This person holds the role {roles} there already, to the same day.",
        "Nothing needs to be done; to change its last day, give another one.",
        "该人员在此范围已有角色“{roles}”，最后一天也相同。",
        "无须再办；需要更改最后一天，请填另一日期。",
    )
    role_must_be_held = (
        409,
        "This person does not hold the role {roles} there.",
        "Check the role, and whether it was granted for the town or for a community.",
        "该人员在此范围没有角色“{roles}”。",
        "请核对角色，以及授予的是全镇还是某个社区。",
    )
    last_administrator_must_stay = (
        409,
        "This is the last administrator of the town, and without one nobody could be let in.",
        "Let another person be granted the role first, without a last day.",
        "这是全镇最后一位管理员；没有管理员，就无人可以授权。",
        "请先由另一人取得该角色，且不设最后一天。",
    )
    first_administrator_must_be_appointed_once = (
        409,
        "The first administrator was appointed already.",
        "Let her grant what is needed; if no administrator can act, break the glass.",
        "首位管理员已经任命。",
        "请由管理员授权；如无管理员可用，请使用应急任命。",
    )
    first_administrator_must_be_appointed_first = (
        409,
        "No administrator was ever appointed here.",
        "Appoint the first one at the machine.",
        "此账本还没有任命过管理员。",
        "请先在账本所在的机器上任命首位管理员。",
    )
    death_must_not_be_recorded_twice = (
        409,
        "A death on {died_on} is recorded already.",
        "If the day is wrong, correct it to another one.",
        "已登记于 {died_on} 去世。",
        "日期有误时，请更正为另一日期。",
    )
    death_must_be_recorded_before_it_is_corrected = (
        409,
        "No death of this person is recorded.",
        "There is nothing to correct.",
        "未登记该人员去世。",
        "无需更正。",
    )
    person_must_be_registered_on_the_day = (
        422,
        "The person was registered on {registered_on}, after {day}.",
        "Record what happened from the registration on.",
        "该人员于 {registered_on} 登记，晚于 {day}。",
        "请登记注册日及以后的事项。",
    )
    person_must_be_alive_on_the_day = (
        422,
        "The person died before {day}.",
        (
            "Stop the card, or name a day up to the death, with which service ends too. If the "
            "death was recorded wrongly, correct it."
        ),
        "该人员在 {day} 之前已去世。",
        "请停用餐卡，或改填去世当日及以前的日期（服务也至多记到去世当日）；若去世登记有误请更正。",
    )
    person_must_be_alive = (
        422,
        "The person died on {died_on}.",
        (
            "No role, account or copy of the log is for her any more. If the death was recorded "
            "wrongly, correct it first."
        ),
        "该人员已于 {died_on} 去世。",
        "不能再授予角色、开具凭条、发放查询卡或移交日志；若去世登记有误，请先更正。",
    )
    person_must_have_facts = (
        422,
        "No facts of this person are on record, so no tier can be told.",
        "Record birth date and residence first.",
        "该人员没有资料，无法判断档次。",
        "请先登记出生日期和居住情况。",
    )
    # -- accounts, slips and cards -------------------------------------------------------------
    account_must_not_be_disabled = (
        409,
        "The account of {person} is disabled.",
        "Nothing needs to be done to keep it so; to let the person in again, enable it first.",
        "人员 {person} 的账号已停用。",
        "保持停用无须再办；需要恢复登录，请先启用账号。",
    )
    account_must_be_disabled = (
        409,
        "The account of {person} is not disabled.",
        "Nothing needs to be done.",
        "人员 {person} 的账号没有停用。",
        "无须再办。",
    )
    account_must_be_enabled_by_another_person = (
        403,
        "Nobody enables her own account.",
        "Ask another registrar or administrator.",
        "不能启用自己的账号。",
        "请由另一位登记员或管理员办理。",
    )
    slip_must_be_issued_by_another_person = (
        403,
        "Nobody issues a slip to herself.",
        "Ask another registrar or administrator to issue it.",
        "不能给自己开具一次性凭条。",
        "请由另一位登记员或管理员开具。",
    )
    slip_must_be_countersigned_by_another_person = (
        403,
        "Whoever issued the slip, or is to get it, does not countersign it.",
        "Ask another registrar or administrator.",
        "开具凭条的人和领取凭条的人都不能复核。",
        "请由另一位登记员或管理员复核。",
    )
    slip_must_be_used_by_the_person_herself = (
        403,
        "A slip is used by the person it was issued to, and by nobody for her.",
        "Let the person come to the sign-in page with it.",
        "凭条只能由本人使用，不能代用。",
        "请本人持凭条到登录页面办理。",
    )
    slip_must_not_be_used_twice = (
        409,
        "This slip was used already.",
        "If it was not the person herself, disable the account; otherwise issue another slip.",
        "这张凭条已经用过。",
        "如非本人使用，请停用账号；否则请另开一张。",
    )
    slip_must_not_be_withdrawn = (
        409,
        "This slip was withdrawn.",
        "Issue another one.",
        "这张凭条已经收回。",
        "请另开一张。",
    )
    slip_must_not_have_expired = (
        409,
        "This slip could be used before {ends_at} only.",
        "Issue another one.",
        "这张凭条须在 {ends_at} 之前使用，现已过期。",
        "请另开一张。",
    )
    slip_must_be_countersigned_only_once = (
        409,
        "The slip {slip} was countersigned already.",
        "Nothing needs to be done.",
        "一次性凭条 {slip} 已经复核。",
        "无须再办。",
    )
    slip_must_be_countersigned_first = (
        409,
        "This person holds an office, so a second person must sign for the slip {slip}.",
        "Let another registrar or administrator countersign it.",
        "该人员担任职务，一次性凭条 {slip} 须经第二人复核。",
        "请由另一位登记员或管理员复核。",
    )
    slip_must_be_used_or_withdrawn_first = (
        409,
        "This person has a slip already, {slip}, good until {ends_at}.",
        "Let the person use it, or withdraw it if it was lost.",
        "该人员已有一张凭条 {slip}，有效期至 {ends_at}。",
        "请本人使用；如已遗失，请先收回。",
    )
    card_must_be_issued_by_another_person = (
        403,
        "Nobody issues a card to herself.",
        "Ask another registrar to issue it.",
        "不能给自己发卡。",
        "请由另一位登记员办理。",
    )
    card_must_be_revoked_first = (
        409,
        "This person has a card already, {card}.",
        "Revoke it before another one is issued.",
        "该人员已有查询卡 {card}。",
        "请先注销旧卡，再发新卡。",
    )
    card_must_not_be_revoked_twice = (
        409,
        "The card {card} was revoked already.",
        "Nothing needs to be done.",
        "查询卡 {card} 已经注销。",
        "无须再办。",
    )
    # -- her rights ----------------------------------------------------------------------------
    person_must_not_be_restricted = (
        409,
        "The data of the person {person} are kept and not used.",
        "Bring to an end what was begun; for anything new the restriction must be lifted first.",
        "人员 {person} 的信息仅保存、停止使用。",
        "已开始的事项可以办结；新事项须先解除限制。",
    )
    person_must_be_restricted = (
        409,
        "The data of the person {person} are not restricted.",
        "There is nothing to lift.",
        "人员 {person} 的信息未受限制。",
        "无需解除。",
    )
    officer_must_not_be_the_person = (
        403,
        "Nobody decides as an officer about her own data.",
        "Let another data officer or auditor do it.",
        "不能以经办人身份处理本人的信息。",
        "请由其他数据专员或审计人办理。",
    )
    officer_must_not_be_related_to_the_person = (
        403,
        "You have a declared relation to this person.",
        "Let another data officer or auditor do it.",
        "您与该人员有申报关系。",
        "请由其他数据专员或审计人办理。",
    )
    registrar_must_not_be_the_person = (
        403,
        "Nobody decides that she herself was entered twice, or not.",
        "Let another registrar do it.",
        "不能由本人认定自己是否重复登记。",
        "请由其他登记员办理。",
    )
    registrar_must_not_be_related_to_the_person = (
        403,
        "You have a declared relation to one of these persons.",
        "Let another registrar do it.",
        "您与其中一人有申报关系。",
        "请由其他登记员办理。",
    )
    duplicate_must_be_another_id = (
        422,
        "A person is no duplicate of herself.",
        "Name the other id under which she was entered.",
        "同一编号不能与自身合并。",
        "请填写重复登记的另一个编号。",
    )
    duplicate_must_not_keep_others = (
        409,
        "The person {duplicate} has duplicates of her own.",
        "Keep that id and merge this one into it; or separate hers first.",
        "人员 {duplicate} 名下已并入其他编号。",
        "请保留该编号，将本编号并入；或先将其拆分。",
    )
    duplicate_must_not_have_held_an_office = (
        409,
        "The person {duplicate} holds an office, or held one.",
        "Keep that id: what was decided under it stays signed by it. Merge the other one into it.",
        "人员 {duplicate} 担任或曾任职务。",
        "请保留该编号，其经办的事项仍由其署名；将另一个编号并入。",
    )
    birth_dates_must_agree = (
        409,
        "The two fact sheets have different birth dates.",
        "If it is one person, correct the wrong sheet first; if not, there is nothing to merge.",
        "两份资料的出生日期不同。",
        "确属同一人的，请先更正有误的资料；否则不能合并。",
    )
    deaths_must_agree = (
        409,
        "A death is recorded of one of the two, or of each another day.",
        "Record or correct it of both first, so that all that follows from it is done.",
        "两个编号的死亡登记不一致。",
        "请先对两个编号分别登记或更正，使相关事项处理完毕。",
    )
    duplicate_must_be_merged = (
        409,
        "The person {duplicate} is no duplicate of this one.",
        "There is nothing to separate; check both ids.",
        "人员 {duplicate} 并非本人的重复登记。",
        "无需拆分；请核对两个编号。",
    )
    guardian_must_be_of_age = (
        422,
        "No sheet says that the guardian {guardian} is of age.",
        "Register the guardian first, or declare one who is eighteen.",
        "没有资料表明监护人 {guardian} 已成年。",
        "请先登记监护人，或申报已满十八周岁的监护人。",
    )
    guardian_must_be_declared = (
        422,
        "The person {guardian} is not a guardian of this person today.",
        "Declare the guardian on the fact sheet; from eighteen on nobody has one.",
        "{guardian} 现在不是该人员的监护人。",
        "请先在资料中申报监护关系；满十八周岁后不再有监护人。",
    )
    consent_must_be_for_a_minor = (
        422,
        "The consent {consent} is for somebody under age only.",
        "Leave it out: from eighteen on she signs up by herself.",
        "“{consent}”的同意只适用于未成年人。",
        "无需办理：满十八周岁后由本人报名。",
    )
    consent_must_be_given_by_a_guardian = (
        409,
        "The consent {consent} is a guardian's to give.",
        "Let a guardian give it, or name the guardian whose word it is.",
        "“{consent}”须由监护人同意。",
        "请由监护人办理，或填写表示同意的监护人。",
    )
    consent_must_not_be_given_twice = (
        409,
        "The consent {consent} stands already.",
        "Nothing needs to be done.",
        "“{consent}”已经同意。",
        "无需再次办理。",
    )
    consent_must_not_be_withdrawn_twice = (
        409,
        "The consent {consent} does not stand.",
        "Nothing needs to be done.",
        "“{consent}”未获同意或已撤回。",
        "无需再次办理。",
    )
    sensitive_facts_must_not_be_objected_to = (
        409,
        "The person has said no to the use of sensitive facts.",
        "Leave the hardship classes out, or let her consent first.",
        "该人员不同意使用敏感信息。",
        "请删去困难类别，或先取得其单独同意。",
    )
    case_must_not_be_held_twice = (
        409,
        "A case is held already: {case}.",
        "Release it before another one is held.",
        "已有留存待查事项：{case}。",
        "请先解除，再登记新的事项。",
    )
    case_must_be_held = (
        409,
        "No case is held about the person {person}.",
        "There is nothing to release.",
        "人员 {person} 没有留存待查事项。",
        "无需解除。",
    )
    erasure_must_wait_for_the_case = (
        409,
        "Nobody is erased while a case is open: {case}.",
        "Answer the objection, or let the auditor release the case; restrict her until then.",
        "有未结事项时不能注销：{case}。",
        "请先答复异议，或由审计人解除；在此之前可限制使用。",
    )
    erasure_must_wait_for_its_term = (
        409,
        "The law keeps these papers until {until}; they are not used meanwhile.",
        "Ask again the day after.",
        "依法须保存至 {until}，在此期间停止使用。",
        "请在次日以后再办理。",
    )
    # -- shifts and service --------------------------------------------------------------------
    shift_must_not_be_cancelled = (
        409,
        "The shift {shift} was cancelled.",
        "Choose another shift.",
        "班次 {shift} 已取消。",
        "请选择其他班次。",
    )
    shift_must_not_be_over = (
        409,
        "The shift {shift} ended at {ended_at}.",
        "Choose a shift that is still to come.",
        "班次 {shift} 已于 {ended_at} 结束。",
        "请选择尚未结束的班次。",
    )
    shift_must_be_over = (
        409,
        "The shift {shift} ends at {ends_at}.",
        "Wait until it is over.",
        "班次 {shift} 于 {ends_at} 结束。",
        "请待班次结束后办理。",
    )
    shift_must_not_have_attendance = (
        409,
        "Somebody has attended the shift {shift}.",
        "Keep the shift; correct the attendance instead.",
        "班次 {shift} 已有人出勤。",
        "请保留班次，改为更正出勤。",
    )
    minor_must_have_a_guardians_consent = (
        409,
        "She is under age on {day}, and no guardian's consent is on record.",
        "Let a guardian on her sheet consent to her service first.",
        "{day}时尚未成年，且没有监护人同意的记录。",
        "请先由资料中申报的监护人同意其参加志愿服务。",
    )
    person_must_not_be_signed_up_twice = (
        409,
        "The person is on the list of shift {shift} already.",
        "Nothing is left to do.",
        "该人员已在班次 {shift} 的名单上。",
        "无需再报名。",
    )
    person_must_be_signed_up = (
        409,
        "The person is not on the list of shift {shift}.",
        "Check the shift.",
        "该人员不在班次 {shift} 的名单上。",
        "请核对班次。",
    )
    person_must_not_have_come = (
        409,
        "The person came to shift {shift} at {at}.",
        "Nothing is left to do; a wrong time is corrected.",
        "该人员已于 {at} 到达班次 {shift}。",
        "无需再办理；时间有误请更正出勤。",
    )
    no_show_must_not_be_marked_twice = (
        409,
        "It is on record already that the person did not come to shift {shift}.",
        "Nothing is left to do; if she came after all, attest her attendance.",
        "已登记该人员未到班次 {shift}。",
        "无需再办理；如其实到场，请证明出勤。",
    )
    check_in_must_be_near_the_shift = (
        422,
        "The time {at} is more than {minutes_most} minutes away from the shift.",
        "Check in and out around the shift's own time.",
        "时间 {at} 距班次超过 {minutes_most} 分钟。",
        "请在班次前后签到、签退。",
    )
    check_in_must_not_be_too_late = (
        422,
        "The time {at} lies more than {hours_most} hours before {now}, when it was recorded.",
        "Let the leader attest the attendance.",
        "时间 {at} 早于登记时间 {now} 超过 {hours_most} 小时。",
        "请由负责人证明出勤。",
    )
    code_must_be_the_one_shown = (
        422,
        "The code {typed} is not what the site of shift {shift} shows now.",
        "Enter the nine digits shown there now, or none: then it is recorded on your word.",
        "签到码 {typed} 不是班次 {shift} 现场此刻显示的号码。",
        "请输入现场屏幕此刻显示的九位数字；也可不填，则按您本人所述登记。",
    )
    check_in_must_come_only_once = (
        409,
        "The person checked in to shift {shift} at {at} already.",
        "Check out, or ask for a correction.",
        "该人员已于 {at} 签到班次 {shift}。",
        "请签退，或申请更正。",
    )
    check_out_must_follow_a_check_in = (
        409,
        "The person has not checked in to shift {shift}, or has checked out already.",
        "Check in first, or ask the leader to attest the attendance.",
        "该人员尚未签到班次 {shift}，或已签退。",
        "请先签到，或请负责人补证出勤。",
    )
    attendance_must_not_be_recorded_twice = (
        409,
        (
            "The person's attendance of shift {shift} is on record already, "
            "from {check_in} to {check_out}."
        ),
        "Leave it as it is, or ask for a correction.",
        "该人员在班次 {shift} 的出勤已登记：{check_in} 至 {check_out}。",
        "请保持原记录，或申请更正。",
    )
    person_must_have_attended = (
        409,
        "No attendance of this person is on record for shift {shift}.",
        "Check the shift, or let the leader attest the attendance.",
        "该人员在班次 {shift} 没有出勤记录。",
        "请核对班次，或由负责人证明出勤。",
    )
    attendance_must_have_an_end = (
        409,
        "The person's attendance of shift {shift} has no check-out.",
        "Check out, or let the leader attest the attendance.",
        "该人员在班次 {shift} 没有签退。",
        "请签退，或由负责人证明出勤。",
    )
    service_must_be_taken_back_first = (
        409,
        "The service in shift {shift} is {status}; it rests on the attendance as it is.",
        "Reverse what is credited, or refuse what is held; then correct the attendance.",
        "班次 {shift} 的服务状态为“{status}”，以现有出勤为依据。",
        "请先冲销已计入的服务，或不予计入暂挂的服务，再更正出勤。",
    )
    confirmer_must_not_be_the_volunteer = (
        403,
        "Nobody decides about her own service.",
        "Let somebody else do it.",
        "不能审核本人的服务。",
        "请由其他人办理。",
    )
    confirmer_must_not_be_related = (
        403,
        "Whoever decides has a declared relation to the volunteer.",
        "Let somebody without such a relation do it.",
        "办理人与志愿者有已申报的亲属关系。",
        "请由没有该关系的人办理。",
    )
    service_must_not_be_decided_twice = (
        409,
        "The service in shift {shift} was {status} already.",
        "Nothing is left to do; a mistake is reversed.",
        "班次 {shift} 的服务已有决定：{status}。",
        "无需再办理；有误请冲销。",
    )
    service_must_be_credited = (
        409,
        "The service in shift {shift} is {status}, not credited.",
        "Only credited service can be reversed.",
        "班次 {shift} 的服务状态为“{status}”，并未计入。",
        "只有已计入的服务才能冲销。",
    )
    service_must_be_held = (
        409,
        "The service in shift {shift} is {status}, not held.",
        "Only what is held waits for another decision.",
        "班次 {shift} 的服务状态为“{status}”，并未暂挂。",
        "只有暂挂的服务才需要再次审核。",
    )
    hold_must_be_ended_its_own_way = (
        409,
        "The service in shift {shift} is held for another reason: {hold}.",
        (
            "A day over the unit's limit is released by a second confirmer, over the town's limit "
            "by the town; a late entry needs evidence and an approval."
        ),
        "班次 {shift} 的服务因其他原因暂挂：{hold}。",
        "超过单位上限由另一位确认人放行，超过镇级上限由镇放行；补录须有证据并经批准。",
    )
    late_entry_must_not_be_recorded_twice = (
        409,
        "The evidence for the service in shift {shift} is on record already.",
        "Let another person approve it, or refuse the service.",
        "班次 {shift} 的补录证据已登记。",
        "请由另一人批准，或不予计入。",
    )
    late_entry_must_be_recorded_first = (
        409,
        "No evidence for the service in shift {shift} is on record.",
        "Record the evidence and the reason first.",
        "班次 {shift} 尚未登记补录证据。",
        "请先登记证据和原因。",
    )
    second_decision_must_be_another_persons = (
        403,
        "You have decided about the service in shift {shift} before.",
        "Let somebody do it who has not.",
        "您此前已对班次 {shift} 的服务作过决定。",
        "请由未参与过的人办理。",
    )
    objection_must_be_answered_first = (
        409,
        "An objection about shift {shift} is open already, for the reason {reason}.",
        "Wait for its answer.",
        "班次 {shift} 已有未答复的异议，理由为“{reason}”。",
        "请等待答复。",
    )
    objection_must_have_a_new_reason = (
        409,
        "The objection about shift {shift} for the reason {reason} was rejected.",
        "Name another reason, or wait until something new is decided about the record.",
        "班次 {shift} 以“{reason}”为由的异议已被驳回。",
        "请另填理由；或待该记录有新的决定后再提出。",
    )
    objection_must_be_open = (
        409,
        "No objection about shift {shift} waits for an answer.",
        "Nothing is left to do.",
        "班次 {shift} 没有待答复的异议。",
        "无需再办理。",
    )
    answer_must_be_another_persons = (
        403,
        "You raised the objection about shift {shift}, or decided about the record before.",
        "Let somebody answer it who has done neither.",
        "班次 {shift} 的异议由您提出，或您曾对该记录作过决定。",
        "请由未参与过的人答复。",
    )
    service_must_have_a_minute = (
        422,
        "Presence and the shift's own time have no whole minute in common.",
        "Check the times of arrival and leaving.",
        "出勤时间与班次时间没有共同的整分钟。",
        "请核对到达和离开的时间。",
    )
    correction_must_change_the_times = (
        422,
        "From {check_in} to {check_out} is what is on record for shift {shift}.",
        "Give the right times.",
        "班次 {shift} 的出勤记录就是 {check_in} 至 {check_out}。",
        "请填写正确的时间。",
    )
    intervals_must_not_overlap = (
        409,
        "From {start} to {end} the person is on record elsewhere.",
        "Correct one of the two records; nobody serves in two places at once.",
        "{start} 至 {end} 该人员另有服务记录。",
        "请更正其中一条；同一时间不能在两处服务。",
    )
    service_must_not_be_in_opening_minutes = (
        409,
        "The service is of {day}; the opening minutes of unit {unit} hold all up to {as_of}.",
        "If they lack it, let another person reverse them; import them anew up to the day before.",
        "该服务发生于 {day}，而组织单位 {unit} 的期初时长已包含截至 {as_of} 的全部服务。",
        "如期初时长漏计该服务，请由另一人冲销，再按前一日为截止日重新导入。",
    )
    star_must_exist = (
        422,
        "There is no star {star}; her community has {stars}.",
        "Name one of them, the first being 1.",
        "没有 {star} 星；所在社区共设 {stars} 个星级。",
        "请填写其中之一，从 1 开始。",
    )
    star_must_not_be_granted_twice = (
        409,
        "Star {star} was granted already.",
        "Nothing is left to do.",
        "{star} 星已授予。",
        "无需再办理。",
    )
    stars_must_be_granted_in_order = (
        409,
        "The next star is {next_star}, not {star}.",
        "Grant star {next_star} first.",
        "应先授予 {next_star} 星，而不是 {star} 星。",
        "请先授予 {next_star} 星。",
    )
    star_must_be_reached = (
        409,
        "Star {star} takes {minutes_least} minutes; {service_minutes} are credited.",
        "Wait until her credited service reaches it.",
        "{star} 星需 {minutes_least} 分钟；现已计入 {service_minutes} 分钟。",
        "请待其服务时长达到后办理。",
    )
    opening_minutes_must_fit_a_life = (
        422,
        "{service_minutes} minutes up to {as_of} are more than one life has.",
        "Check the figure: it is in minutes, not in hours or days.",
        "截至 {as_of} 的 {service_minutes} 分钟超过一生可有的时间。",
        "请核对数字：单位是分钟。",
    )
    opening_minutes_must_be_imported_once = (
        409,
        "Opening minutes of unit {unit} were imported already.",
        "If the figure is wrong, let another person reverse it, and import the right one.",
        "组织单位 {unit} 的期初时长已导入。",
        "如数字有误，请由另一人冲销，再导入正确的数字。",
    )
    opening_minutes_must_precede_the_records = (
        409,
        "Up to {as_of} would count service of unit {unit} twice: records begin on {first_day}.",
        "Import what was served up to the day before {first_day}.",
        "组织单位 {unit} 自 {first_day} 起已有服务记录，截至 {as_of} 的期初时长会重复计入。",
        "请导入截至 {first_day} 前一日的时长。",
    )
    opening_minutes_must_be_imported_first = (
        409,
        "No opening minutes of unit {unit} stand on this person's record.",
        "Check the unit on her statement.",
        "该人员没有有效的组织单位 {unit} 期初时长。",
        "请核对清单上的组织单位。",
    )
    opening_minutes_must_be_reversed_by_another = (
        403,
        "You imported the opening minutes of unit {unit} yourself.",
        "Let somebody else reverse them.",
        "组织单位 {unit} 的期初时长由您导入。",
        "请由其他人冲销。",
    )
    time_bank_must_be_on = (
        409,
        "The community {community} has no time bank on {day}.",
        "Ask the community to turn it on; until then service earns no credit there.",
        "{community} 在 {day} 没有开设时间银行。",
        "请社区先开设；在此之前服务不产生时间币。",
    )
    credit_must_go_to_another_person = (
        422,
        "Credit cannot be given to the person whose it is.",
        "Name another person.",
        "时间币不能转给本人。",
        "请填写另一人。",
    )
    credit_must_be_given_and_not_taken = (
        403,
        "Nobody moves another person's credit to herself or to a relation of hers.",
        "Let the person give it, or a registrar who gains nothing by it.",
        "不能把他人的时间币转给自己或自己的亲属。",
        "请由本人或与此无关的登记员办理。",
    )
    credit_must_cover_the_minutes = (
        409,
        "The person has {balance_minutes} minutes of credit; {credit_minutes} are asked.",
        "Give at most what she has.",
        "该人员有 {balance_minutes} 分钟时间币，申请 {credit_minutes} 分钟。",
        "不得超过现有数额。",
    )
    credit_entry_must_be_reversed_by_another = (
        403,
        "You made the entry {entry} of credit yourself.",
        "Let somebody else reverse it.",
        "第 {entry} 笔时间币由您本人登记。",
        "请由其他人冲销。",
    )
    credit_entry_must_not_be_reversed_twice = (
        409,
        "The entry {entry} of credit was reversed already.",
        "Nothing is left to do; what should stand is entered anew.",
        "第 {entry} 笔时间币已冲销。",
        "无需再办理；正确的内容请重新登记。",
    )
    given_credit_must_still_be_there = (
        409,
        (
            "Who was given the {credit_minutes} minutes of credit has {balance_minutes} left, and "
            "nobody is made to owe any."
        ),
        "Reverse first what she did with it, if that does not stand either.",
        "受赠人获得 {credit_minutes} 分钟时间币，现余 {balance_minutes} 分钟，不能使其欠账。",
        "其后的使用如也有误，请先冲销。",
    )
    # -- certificates --------------------------------------------------------------------------
    certificate_must_not_end_before_it_begins = (
        422,
        "The period would begin on {first_day} and end on {last_day}.",
        "Name the earlier day first, or leave the first day out.",
        "证明期间自 {first_day} 起、至 {last_day} 止，先后颠倒。",
        "请先填较早的日期，或不填起始日。",
    )
    certificate_must_not_cut_opening_minutes = (
        422,
        "The opening minutes of {unit} up to {as_of} lie only partly within the period.",
        "Nobody knows their days: begin later, or leave out the first day and end no earlier.",
        "{unit} 截至 {as_of} 的期初时长只有一部分在此期间内。",
        "期初时长不分日期：请从该日之后起算，或不填起始日并以该日或之后为截止日。",
    )
    certificate_must_not_count_twice = (
        409,
        "The service of {day} is entered twice, under two ids of the person {person}.",
        "Reverse what is there twice, then issue the certificate.",
        "人员 {person} 于 {day} 的服务在两个编号下重复登记。",
        "请先冲销重复的记录，再开具证明。",
    )
    certificate_must_have_minutes = (
        409,
        "Nothing that {unit} organised is credited to this person on these days.",
        "Check unit and days; what is held or not yet confirmed must be decided first.",
        "此期间没有 {unit} 组织并已计入该人员的服务。",
        "请核对组织单位和日期；未确认或暂挂的服务须先作出决定。",
    )
    certificate_must_not_be_voided_twice = (
        409,
        "The certificate {certificate} is void already.",
        "Nothing is left to do; it stays void.",
        "证明 {certificate} 已作废。",
        "无需再办理；作废后不再恢复。",
    )
    # -- handing over the log ------------------------------------------------------------------
    log_must_not_be_handed_to_oneself = (
        403,
        "Nobody hands the log to herself.",
        "Let another data officer hand it over.",
        "不能将日志移交给自己。",
        "请由另一位数据专员移交。",
    )
    log_must_not_be_handed_to_a_relation = (
        403,
        "Whoever hands the log over has a declared relation to the auditor.",
        "Let a data officer without such a relation do it, or choose another auditor.",
        "移交人与审计人有已申报的亲属关系。",
        "请由没有该关系的数据专员移交，或另选审计人。",
    )
    log_must_go_to_an_auditor_of_the_town = (
        409,
        "The person {auditor} does not hold the role of auditor for the whole town today.",
        "Ask an administrator to grant it without a community, or choose another auditor.",
        "人员 {auditor} 今天没有全镇范围的审计人角色。",
        "请管理员授予全镇（不限社区）的审计人角色，或另选审计人。",
    )
    # -- meals ---------------------------------------------------------------------------------
    claim_must_not_be_too_late = (
        422,
        "Meals of {day} could be recorded until {until}.",
        "Give the paper sheet to the settlement checker.",
        "{day} 的用餐最迟应在 {until} 登记。",
        "请将纸质记录交给结算审核人。",
    )
    policy_must_cover_the_day = (
        422,
        "No policy version of canteen {site} is valid on {day}.",
        "Publish a version for that day first.",
        "饭堂 {site} 在 {day} 没有有效的补助标准。",
        "请先发布该日有效的版本。",
    )
    canteen_must_serve_on_the_day = (
        422,
        "The canteen {site} does not serve subsidised meals on {day}.",
        "Check the day, or add it to the canteen's days.",
        "饭堂 {site} 在 {day} 不供应补助餐。",
        "请核对日期，或将其加入供餐日。",
    )
    sitting_must_be_served = (
        422,
        "The canteen {site} does not serve {sitting} with subsidy.",
        "Name one of: {sittings}.",
        "饭堂 {site} 不供应补助的{sitting}。",
        "请选择：{sittings}。",
    )
    charge_must_be_the_price = (
        422,
        "The amount charged is {charged_fen} fen, the policy says {price_fen} fen.",
        "Leave the amount out, or let the policy allow other amounts.",
        "收取 {charged_fen} 分，标准为 {price_fen} 分。",
        "请不填金额，或由补助标准允许不同金额。",
    )
    day_must_not_have_two_subsidised_meals = (
        409,
        "On {day} the person already had {meals} subsidised meal(s); the limit is {meals_most}.",
        "Record it at the full price if she wants it so, or serve it tomorrow.",
        "{day} 该人员已享受 {meals} 次补助餐；每日上限为 {meals_most} 次。",
        "本人愿意的，请按全价记一餐；或改日再来。",
    )
    meal_must_not_be_claimable = (
        409,
        "The meal can be claimed, so nobody else has to pay for it.",
        "Record it as a meal.",
        "该餐可以正常登记，无需另定由谁承担。",
        "请直接登记用餐。",
    )
    unclaimable_meal_must_be_new = (
        409,
        "Her meal of this sitting on {day} was entered already as one that cannot be claimed.",
        "Nothing is left to do; whoever settles it looks at the exceptions.",
        "该人员 {day} 这一餐次已登记为不能核销的用餐。",
        "无需再办理；由处理例外事项的人员跟进。",
    )
    unclaimable_meal_must_not_be_ended_twice = (
        409,
        "How this meal ended was said already.",
        "Nothing is left to do.",
        "该不能核销的用餐已了结。",
        "无需再办理。",
    )
    unclaimable_meal_must_be_ended_by_another = (
        403,
        "You have entered this meal, or eaten it.",
        "Let another settlement checker say how it ended.",
        "该用餐由您本人登记，或由您本人食用。",
        "请由另一位结算审核人了结。",
    )
    reason_must_not_be_left_to_the_ledger = (
        422,
        "The reason {reason} is given by the ledger itself.",
        "Record the death: what came after falls with it. Undecided service has other reasons.",
        "原因“{reason}”只能由账本自动填写。",
        "请登记去世，其后的用餐和服务会随之冲销；尚未审核的请选择其他理由。",
    )
    subsidy_must_be_there_to_be_withdrawn = (
        409,
        "No payer bears a part of this meal.",
        "Take the whole meal back, or let it stand.",
        "这一餐没有出资方分担，没有补助可以冲销。",
        "请冲销整餐，或保持不变。",
    )
    meal_must_not_be_reversed_twice = (
        409,
        "The meal was reversed already.",
        "Nothing is left to do.",
        "该用餐记录已撤销或冲销。",
        "无需再办理。",
    )
    undo_must_be_within_ten_minutes = (
        409,
        "The ten minutes for undoing this ended at {until}.",
        "Let another person reverse or refuse it.",
        "十分钟撤销时间已于 {until} 结束。",
        "请由另一位工作人员冲销或退回。",
    )
    undo_must_be_by_its_author = (
        403,
        "Only whoever entered this may withdraw it.",
        "Ask her, or let an approver refuse it.",
        "只有登记人本人可以撤回。",
        "请由其本人撤回，或由审批人退回。",
    )
    # -- settlements ---------------------------------------------------------------------------
    plates_must_precede_the_settlement = (
        409,
        "The settlement of {month} at {canteen} has been presented with its plates.",
        "Have the settlement returned first, then attest the plates.",
        "饭堂 {canteen} {month} 的结算已按现有份数提交。",
        "请先退回该结算，再登记份数。",
    )
    takings_must_be_reversed_by_another = (
        403,
        "You have counted the cash of {day} yourself.",
        "Let another person take the counting back.",
        "{day} 的现金由您本人清点。",
        "请由另一人冲销该次清点。",
    )
    takings_must_not_be_reversed_twice = (
        409,
        "The counting {counting} of cash at {canteen} on {day} was reversed already.",
        "Nothing is left to do; what is right is counted anew.",
        "饭堂 {canteen} {day} 第 {counting} 次现金清点已冲销。",
        "无需再办理；正确的金额请重新清点登记。",
    )
    settlement_steps_must_be_by_different_persons = (
        403,
        "You have already taken a step of the settlement of {month}.",
        "Let another person take this one.",
        "您已经办理过 {month} 结算的一个环节。",
        "本环节请由另一人办理。",
    )
    claims_must_be_closed_first = (
        409,
        "The claims of {month} at {canteen} are still open.",
        "Close them first; what comes later settles in the next month.",
        "饭堂 {canteen} {month} 的用餐登记尚未截止。",
        "请先截止登记；之后的记录计入下一个月。",
    )
    claims_must_have_been_counted = (
        409,
        "The claims of {month} at {canteen} are still being counted.",
        "Send it again in a moment; nothing was written.",
        "饭堂 {canteen} {month} 的用餐正在汇总。",
        "请稍候再次提交；未写入任何内容。",
    )
    settlement_must_not_be_submitted_twice = (
        409,
        "The settlement of {month} at {canteen} is {stage} already.",
        "Nothing is left to do, unless it is returned.",
        "饭堂 {canteen} {month} 的结算状态为“{stage}”，不能重复提交。",
        "除非被退回，否则无需再提交。",
    )
    settlement_must_follow_the_one_before = (
        409,
        "The settlement of {earlier} at {canteen} is not approved yet; {month} follows it.",
        "Finish {earlier} first: what is carried over depends on it.",
        "饭堂 {canteen} {earlier} 的结算尚未批准，{month} 须在其后。",
        "请先办结 {earlier}，结转金额以其为准。",
    )
    settlement_must_await_its_check = (
        409,
        "The settlement of {month} at {canteen} is {stage}; there is nothing to check.",
        "Check it when it has been submitted.",
        "饭堂 {canteen} {month} 的结算状态为“{stage}”，无需审核。",
        "请在提交之后审核。",
    )
    settlement_must_be_checked_first = (
        409,
        "The settlement of {month} at {canteen} is {stage}, not checked.",
        "Let a settlement checker check it first.",
        "饭堂 {canteen} {month} 的结算状态为“{stage}”，尚未审核。",
        "请先由结算审核人审核。",
    )
    settlement_must_be_under_way = (
        409,
        "The settlement of {month} at {canteen} is {stage}; it cannot be returned.",
        "Only what is submitted or checked can be returned.",
        "饭堂 {canteen} {month} 的结算状态为“{stage}”，不能退回。",
        "只有已提交或已审核的结算可以退回。",
    )
    settlement_must_be_approved_first = (
        409,
        "The settlement of {month} at {canteen} is {stage}, not approved.",
        "Let an approver approve it before anything is paid.",
        "饭堂 {canteen} {month} 的结算状态为“{stage}”，尚未批准。",
        "请先由审批人批准，再付款。",
    )
    submission_must_be_the_latest = (
        409,
        "The submission {submission} is not the latest; that is {latest}.",
        "Look at submission {latest} and decide about that one.",
        "第 {submission} 次提交不是最新的；最新为第 {latest} 次。",
        "请查看第 {latest} 次提交后再办理。",
    )
    payer_must_be_of_the_settlement = (
        422,
        "The payer {payer} bears nothing in the settlement of {month}.",
        "Name one of its payers.",
        "{month} 的结算中没有出资方 {payer}。",
        "请填写该结算中的出资方。",
    )
    amount_must_not_exceed_what_is_owed = (
        422,
        "On {paid_on} {payer} still owes {left_fen} fen, {amount_fen} fen are too much.",
        "Pay at most what is left; what came back is owed again from the day on which it came.",
        "{payer} 在 {paid_on} 尚欠 {left_fen} 分，{amount_fen} 分过多。",
        "请不超过余额付款；退回的款项自退回之日起重新应付。",
    )
    settlement_payment_must_not_be_reversed_twice = (
        409,
        "The payment {payment} of the settlement of {month} at {canteen} was reversed already.",
        "Nothing is left to do; what is owed again is paid by a new payment.",
        "饭堂 {canteen} {month} 结算的第 {payment} 笔付款已冲销。",
        "无需再办理；重新应付的款项请另行付款。",
    )
    recovery_must_be_open = (
        409,
        "The recovery {recovery} is over already: {end}.",
        "Nothing is left to do; one that was carried goes on in the next month's settlement.",
        "追回 {recovery} 已了结：{end}。",
        "无需再办理；已结转的追回请到下月结算中办理。",
    )
    recovery_must_have_ended_first = (
        409,
        "The recovery {recovery} is not ended; there is nothing to take back.",
        "Only what was repaid or written off can be reversed, each once.",
        "追回 {recovery} 尚未了结，没有可冲销的内容。",
        "只有已退还或已豁免的追回可以冲销，每次了结只能冲销一次。",
    )
    write_off_must_not_be_reversed_twice = (
        409,
        "The write-off of recovery {recovery} was taken back when its meals stood again.",
        "Nothing is left to do; if they fall again, what is to come back is a new recovery.",
        "追回 {recovery} 的豁免已随就餐记录恢复而冲销。",
        "无需再办理；就餐记录再次冲销时，会另行登记追回。",
    )
    recovery_must_precede_the_settlement = (
        409,
        "The settlement of {month} has taken the recovery off already.",
        "Nothing is left to do; if the settlement is returned, it can be repaid.",
        "{month} 的结算已将该追回扣除。",
        "无需再办理；结算被退回后可以改为退款。",
    )
    repayment_must_follow_the_recovery = (
        422,
        "A repayment of {repaid_on} was made before the recovery was raised on {raised_on}.",
        "Check the day; for money that came earlier, name the day on which it was raised.",
        "退款日 {repaid_on} 早于追回登记日 {raised_on}。",
        "请核对退款日期；款项更早收到的，填追回登记日。",
    )
    # -- funds ---------------------------------------------------------------------------------
    opening_balance_must_come_first = (
        409,
        "The fund {fund} has receipts already that stand.",
        "Record an opening balance before anything else; reverse one that was wrong first.",
        "基金 {fund} 已有有效收入。",
        "期初余额须在其他记录之前登记；登记有误的，请先冲销再登记。",
    )
    entry_must_not_precede_the_opening_balance = (
        422,
        "The opening balance of fund {fund} as of {as_of} contains what came or went on {day}.",
        "Check the day; if the balance is wrong, reverse it and enter it again.",
        "基金 {fund} 截至 {as_of} 的期初余额已包含 {day} 的收支。",
        "请核对日期；期初余额有误的，请冲销后重新登记。",
    )
    restriction_must_allow_the_move = (
        422,
        "Money restricted to {from_restriction} cannot go to {to_restriction}.",
        "Move within one purpose or from unrestricted money, or have the purpose changed.",
        "限定用于{from_restriction}的资金不能转为{to_restriction}。",
        "只能在同一用途内或从非限定资金转出；否则须变更用途。",
    )
    purpose_must_match_the_restriction = (
        422,
        "Money restricted to {restriction} cannot be spent on {purpose}.",
        "Pay from a fund of that purpose or from unrestricted money.",
        "限定用于{restriction}的资金不能用于{purpose}。",
        "请从相应用途的基金或非限定资金支付。",
    )
    fund_must_cover_the_amount = (
        409,
        (
            "The fund {fund} holds {balance_fen} fen, of which {promised_fen} are promised; "
            "{amount_fen} fen are asked."
        ),
        "Ask for less, or bring money into the fund first.",
        "基金 {fund} 现有 {balance_fen} 分，其中已承诺 {promised_fen} 分；申请 {amount_fen} 分。",
        "请减少金额，或先补充资金。",
    )
    fund_must_stay_below_the_limit = (
        409,
        "The fund {fund} would hold {balance_fen} fen; it must stay below {limit_fen} fen.",
        "Check the amount and its unit.",
        "基金 {fund} 将达到 {balance_fen} 分；须低于 {limit_fen} 分。",
        "请核对金额及其单位。",
    )
    lots_must_fit_one_entry = (
        409,
        "The amount draws on {lots} receipts of fund {fund}; one entry names at most {lots_most}.",
        "Enter it in parts; {amount_most_fen} fen is the most the first part can have.",
        "该金额涉及基金 {fund} 的 {lots} 笔收入；每笔支出最多列明 {lots_most} 笔。",
        "请分笔登记；首笔最多 {amount_most_fen} 分。",
    )
    money_must_have_come_before_it_leaves = (
        422,
        "On {day} fund {fund} had less than that; the last of it came on {came_on}.",
        "Name {came_on} or a later day, or less, or enter first what had come before.",
        "基金 {fund} 在 {day} 不足此数；最后一部分于 {came_on} 才收到。",
        "请填 {came_on} 或之后的日期，或减少金额，或先登记此前收到的款项。",
    )
    change_must_be_approved_by_another = (
        403,
        "You asked for the change of purpose {number} yourself.",
        "Let an approver decide about it.",
        "第 {number} 项用途变更由您本人提出。",
        "请由审批人决定。",
    )
    change_must_not_be_decided_twice = (
        409,
        "The change of purpose {number} was {stage} already.",
        "Nothing is left to do; ask for another change if one is needed.",
        "第 {number} 项用途变更{stage}。",
        "无需再办理；如有需要请另行提出。",
    )
    receipt_must_not_be_reversed_twice = (
        409,
        "The receipt {receipt} of fund {fund} was reversed already.",
        "Nothing is left to do.",
        "基金 {fund} 的第 {receipt} 笔收入已冲销。",
        "无需再办理。",
    )
    receipt_must_be_unspent = (
        409,
        (
            "Money of the receipt {receipt} of fund {fund} was spent or moved, or came from "
            "another fund."
        ),
        "Reverse what was done with it first; of what came from another fund, reverse the move.",
        "基金 {fund} 的第 {receipt} 笔收入已使用、转出，或来自其他基金。",
        "请先冲销其后的支出；来自其他基金的，请冲销该笔转入。",
    )
    voucher_must_be_reversed_by_another = (
        403,
        "You entered the voucher {voucher} of fund {fund} yourself.",
        "Let somebody else reverse it.",
        "基金 {fund} 的第 {voucher} 号凭证由您本人登记。",
        "请由其他人冲销。",
    )
    move_must_not_carry_out_a_change = (
        409,
        "The voucher {voucher} carries out the change of purpose {number}, which was approved.",
        "Two persons decided it under a resolution; ask for a change of purpose the other way.",
        "第 {voucher} 号凭证是执行已批准的第 {number} 项用途变更。",
        "该变更依决议由两人决定；如需转回，请另行提出用途变更。",
    )
    voucher_must_not_be_reversed_twice = (
        409,
        "The voucher {voucher} of fund {fund} was reversed already.",
        "Nothing is left to do; what should stand is entered anew.",
        "基金 {fund} 的第 {voucher} 号凭证已冲销。",
        "无需再办理；正确的内容请重新登记。",
    )
    moved_money_must_be_untouched = (
        409,
        (
            "Money that the voucher {voucher} moved from fund {fund} was spent or moved on by fund "
            "{to_fund}."
        ),
        "Reverse what was done with it first.",
        "基金 {fund} 第 {voucher} 号凭证转出的资金已由基金 {to_fund} 使用或再转出。",
        "请先冲销其后的支出。",
    )
    # -- disbursements -------------------------------------------------------------------------
    decider_must_not_be_the_payee = (
        403,
        "Nobody decides about a payment to herself.",
        "Let somebody else take this step.",
        "不能办理付给本人的款项。",
        "请由其他人办理。",
    )
    decider_must_not_be_related_to_the_payee = (
        403,
        "You have a declared relation to the person behind the payee.",
        "Let somebody without such a relation take this step.",
        "您与收款方对应人员有已申报的亲属关系。",
        "请由没有该关系的人办理。",
    )
    disbursement_steps_must_be_by_different_persons = (
        403,
        "You have already taken a step of the disbursement {number}.",
        "Let another person take this one.",
        "您已经办理过第 {number} 号申请的一个环节。",
        "本环节请由另一人办理。",
    )
    disbursement_must_be_at_the_step_before = (
        409,
        "The disbursement {number} is {stage}; this step needs: {stages}.",
        "Look at the disbursement; each step is taken once and in order.",
        "第 {number} 号申请的状态为“{stage}”；本环节要求：{stages}。",
        "请查看该申请；各环节按次序各办一次。",
    )
    payment_must_cite_a_resolution = (
        422,
        (
            "Within 30 days {sum_fen} fen are asked for {payee} and {purpose}; "
            "above {limit_fen} fen a resolution of the council is needed."
        ),
        "Request it with the resolution that allows it.",
        "30 天内就 {purpose} 向 {payee} 共申请 {sum_fen} 分；超过 {limit_fen} 分须有议事决议。",
        "请填写允许该支出的决议后申请。",
    )
    amount_must_be_that_of_the_first_approval = (
        409,
        "The first approval was for {approved_fen} fen, not for {amount_fen}.",
        "Approve the same amount, or refuse it.",
        "首次批准的金额为 {approved_fen} 分，而不是 {amount_fen} 分。",
        "请批准相同金额，或予以退回。",
    )
    amount_must_not_exceed_what_was_decided = (
        422,
        "{amount_fen} fen are more than the {decided_fen} fen that were decided before.",
        "Give at most that amount.",
        "{amount_fen} 分超过此前确定的 {decided_fen} 分。",
        "请不超过该金额。",
    )
    day_must_be_that_of_a_refund = (
        422,
        "The day {day} was named, but only money that was returned has a day of its own.",
        "Leave the day out, or name as the reason that the money was returned.",
        "填写了日期 {day}，但只有退回的款项才有自己的日期。",
        "请不填日期；款项确已退回的，请以退回为由。",
    )
    refund_must_follow_what_it_returns = (
        422,
        "A refund of {returned_on} was made before the payment of {paid_on} that it returns.",
        "Check the day of the refund.",
        "退款日 {returned_on} 早于原款项的日期 {paid_on}。",
        "请核对退款日期。",
    )
    payment_must_follow_its_approval = (
        422,
        "A payment of {paid_on} was made before it was approved on {approved_on}.",
        "Check the day of the payment; money that left unapproved has to come back first.",
        "付款日 {paid_on} 早于批准日 {approved_on}。",
        "请核对付款日期；未经批准付出的款项须先退回。",
    )
    # -- public notices ------------------------------------------------------------------------
    notice_must_end_within_its_bounds = (
        422,
        "The notice would be on display until {until}; it must be from {first_day} to {last_day}.",
        "Name a last day between these two.",
        "公示截止日 {until} 不在 {first_day} 至 {last_day} 之间。",
        "请在两者之间选定截止日。",
    )
    notice_must_be_of_a_closed_month = (
        409,
        "The books of {month} are open; only a closed month is published.",
        "Close the month first, then look at its draft again.",
        "{month} 月尚未结账，只能公示已结账的月份。",
        "请先结账，再重新查看公示稿。",
    )
    figures_must_have_been_counted = (
        409,
        "The figures of {month} are not counted up to the position {position}.",
        "Take the position of a draft, and send it again in a moment; nothing was written.",
        "{month} 月的数据尚未汇总至位置 {position}。",
        "请使用公示稿所示的位置，稍候再次提交；未写入任何内容。",
    )
    position_must_follow_the_closing = (
        409,
        "The position {position} lies before the last closing of {month}.",
        "Look at the draft of the month as it was closed, and publish that.",
        "位置 {position} 早于 {month} 月最后一次结账。",
        "请查看结账后的公示稿，按其内容发布。",
    )
    digest_must_be_the_ledgers = (
        422,
        "The digest is not that of what the ledger says of {month} at the position {position}.",
        "Publish the digest of the draft of this month and position, unchanged.",
        "摘要与账本 {month} 月在位置 {position} 的内容不符。",
        "请原样使用该月、该位置公示稿的摘要。",
    )
    notice_must_not_be_withdrawn_twice = (
        409,
        "The notice {notice} is withdrawn already.",
        "Nothing is left to do.",
        "公示 {notice} 已撤回。",
        "无需再办理。",
    )
    notice_must_be_within_its_term = (
        409,
        "The notice {notice} ended with its last day, {until}.",
        "Nothing is left to do; it is not on display any more.",
        "公示 {notice} 已于 {until} 期满。",
        "无需办理；已不再公示。",
    )
    # -- the log of views ----------------------------------------------------------------------
    views_must_have_grown_since_the_last_anchor = (
        409,
        "The log commits to view {anchored} already, and view {number} is not after it.",
        "Anchor again when something more was viewed.",
        "日志已锚定至第 {anchored} 次查看，第 {number} 次不在其后。",
        "有新的查看后再锚定。",
    )
    # -- the name of the log -------------------------------------------------------------------
    origin_must_be_new = (
        409,
        "The log was signed as {origin} before.",
        "Choose a name that it never had, such as the host and another number.",
        "日志曾以 {origin} 之名签名。",
        "请另取从未用过的名称，例如主机名加新的编号。",
    )
    origin_must_be_proposed_first = (
        409,
        "Nobody has proposed to sign the log as {origin}.",
        "Propose it with the reason; the town approver then approves it.",
        "尚无人提出以 {origin} 之名签署日志。",
        "请先提出并注明原因，再由镇级审批人同意。",
    )
    origin_must_be_approved_by_another_person = (
        403,
        "Nobody approves a name of the log that she herself proposed.",
        "Let another person do it.",
        "不能同意本人提出的日志名称。",
        "请由另一人办理。",
    )
    # -- the race ------------------------------------------------------------------------------
    key_must_not_be_used_for_another_request = (
        422,
        "The idempotency key {key} was used for another request.",
        "Use a new key for a new request.",
        "幂等键 {key} 已用于另一请求。",
        "新请求请使用新的键。",
    )
    write_must_win_its_race = (
        409,
        "Others changed the same records {attempts} times while this was decided.",
        "Send it again; nothing was written.",
        "办理期间他人 {attempts} 次更改了相同记录。",
        "请重新提交；未写入任何内容。",
    )


class Worded(Protocol):
    """What has a sentence and a remedy in both languages, as every code has."""

    en: str
    en_remedy: str
    zh: str
    zh_remedy: str


def sentence(code: Worded, values: Mapping[str, object], language: str) -> tuple[str, str]:
    """The sentence and the remedy in `en` or `zh`, filled with the refusal's values."""
    if language.startswith("zh"):
        values = in_chinese(values)
        return code.zh.format_map(values), code.zh_remedy.format_map(values)
    return code.en.format_map(values), code.en_remedy.format_map(values)
