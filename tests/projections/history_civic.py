"""The turns of everything else: shifts that people come to, promises, resolutions, the time bank.

Together with the other turns they bring about every event that the ledger knows.
"""

from datetime import timedelta

from ledger.domain.attendance import CheckIn, CheckOut
from ledger.domain.certificate_records import CertificateIssued, VoidReason
from ledger.domain.certificates import IssueCertificate, VoidCertificate
from ledger.domain.contribution_records import (
    AnswerReason,
    ContributionKind,
    Gift,
    IdeaAnswer,
    IdeaTopic,
)
from ledger.domain.contributions import (
    PledgeContribution,
    RecordContribution,
    SetAmountVisibility,
    WithdrawContribution,
)
from ledger.domain.councils import Body
from ledger.domain.credit_reversals import ReverseCredit
from ledger.domain.facts import Contact, FactSheet, Kinship, Relation, Residence
from ledger.domain.handovers import HandOverLog, LogHandedOver
from ledger.domain.ideas import AnswerIdea
from ledger.domain.notice_records import NoticePublished, WithdrawalReason
from ledger.domain.notices import PublishNotice, WithdrawNotice
from ledger.domain.payees import RegisterPayee
from ledger.domain.people import RecordContact, RecordFacts, SetLeagueVisibility
from ledger.domain.periods import PeriodClosed
from ledger.domain.policies import WithdrawPolicy
from ledger.domain.resolution_records import PaymentAllowed, RevocationReason, Votes
from ledger.domain.resolutions import RecordResolution, RevokeResolution
from ledger.domain.service import ConfirmService
from ledger.domain.shift_records import CancelReason
from ledger.domain.shifts import CancelShift, ScheduleShift, SignUp, WithdrawSignUp
from ledger.domain.sites import ChangeOperator, DatedException, SetServiceDays, Weekday
from ledger.domain.stars import GrantStar
from ledger.domain.timebank import DonateCredit, RedeemCredit, TransferCredit
from ledger.domain.timebank_records import (
    CreditDonated,
    CreditRedeemed,
    CreditReversalReason,
    CreditTransferred,
)
from ledger.domain.values import (
    SYSTEM,
    CertificateId,
    ContributionId,
    Count,
    Digest,
    Fen,
    HandoverId,
    Minutes,
    NoticeId,
    PersonId,
    Position,
    ResolutionId,
    Sha256,
    ShiftId,
    Slug,
    Title,
    UnitId,
    community_of,
)
from ledger.domain.views import AnchorViews
from ledger.projections.public_months import draft
from tests.builders import CLERK, six_yuan_from_seventy_on
from tests.projections import history_town
from tests.projections.history_town import CANTEENS, COMMUNITIES, PEOPLE
from tests.projections.history_turns import COLLEAGUE, Town, Turn, Turning


def come(town: Town, turn: Turn) -> None:
    """One place for two: who gives hers up lets the other in, who comes is checked in and out."""
    name, where = ShiftId(f"came-{len(town.starts)}"), COMMUNITIES[turn.two % 2]
    first, second = PEOPLE[turn.one], PEOPLE[turn.one - 1]
    start = town.now + timedelta(hours=1)
    end = start + timedelta(hours=1 + turn.back)
    unit = UnitId(f"{where}/aid")
    town.starts[name] = start
    town.do(ScheduleShift(name, where, Title("巡查"), start, end, None, unit, Count(1)))
    town.do(SignUp(name, first), SignUp(name, second))
    if turn.two % 3 == 0:
        town.do(WithdrawSignUp(name, first))
    if turn.two == 7:
        town.do(CancelShift(name, CancelReason.weather))
    town.now = start
    town.do(CheckIn(name, second, start), by=second if turn.one % 2 else CLERK)
    town.now = end
    if turn.back < 8:
        town.do(CheckOut(name, second, end), by=second if turn.two % 2 else CLERK)
    if turn.back < 4:
        town.served.append((name, second))
        town.do(ConfirmService(name, second))


def promise(town: Town, turn: Turn) -> None:
    """Some keep it, some take it back, and some change their mind about what is shown."""
    name = ContributionId(f"promise-{len(town.pledged)}")
    where, giver = COMMUNITIES[turn.two % 2], (*PEOPLE, None)[turn.two % 6]
    gift = Gift(ContributionKind.cash, history_town.FUND_OF[where], Fen(10 + turn.back))
    town.pledged.append(name)
    town.do(PledgeContribution(name, where, gift, giver, amount_public=turn.one % 2 == 0))
    if turn.back % 2:
        town.do(SetAmountVisibility(name, amount_public=turn.one % 2 == 1))
    match turn.one:
        case 0:
            town.do(WithdrawContribution(name, giver), by=giver or COLLEAGUE)
        case 1:
            town.do(RecordContribution(name, where, gift, town.day(turn), giver))
        case _:
            pass


def propose(town: Town, turn: Turn) -> None:
    """An idea, answered now, later or never; an answer may be followed by another."""
    name = ContributionId(f"idea-{len(town.pledged)}")
    where, topic = COMMUNITIES[turn.two % 2], tuple(IdeaTopic)[turn.back % len(IdeaTopic)]
    town.pledged.append(name)
    gift = Gift(ContributionKind.idea, topic=topic)
    town.do(RecordContribution(name, where, gift, town.day(turn), PEOPLE[turn.one]))
    if turn.back == 0:
        town.do(WithdrawContribution(name), by=COLLEAGUE)
    answer(town, turn)


def answer(town: Town, turn: Turn) -> None:
    said = tuple(IdeaAnswer)[turn.two % len(IdeaAnswer)]
    reason = tuple(AnswerReason)[turn.back % len(AnswerReason)]
    for name in town.pledged[turn.one :: 4]:
        town.do(AnswerIdea(name, said, reason))


def keep_promises(town: Town, turn: Turn) -> None:
    for name in town.pledged[turn.one :: 4]:
        shown = turn.two % 2 == 0
        town.do(SetAmountVisibility(name, amount_public=shown))
        town.do(WithdrawContribution(name), by=COLLEAGUE)


def resolve(town: Town, turn: Turn) -> None:
    name, where = ResolutionId(f"decided-{len(town.decided)}"), COMMUNITIES[turn.two % 2]
    votes, document = Votes(Count(21), Count(2), Count(turn.one)), Sha256("5e" * 32)
    allowed = (PaymentAllowed(history_town.FUND_OF[where], Fen(100 + turn.back)),)
    body = (Body.council_hall, Body.residents_assembly)[turn.one % 2]
    town.decided.append(name)
    town.do(RecordResolution(name, where, body, town.day(turn), votes, document, payments=allowed))


def revoke(town: Town, turn: Turn) -> None:
    reason = tuple(RevocationReason)[turn.one % 4]
    for name in town.decided[turn.one :: 4]:
        town.do(RevokeResolution(name, town.day(turn), reason))


def change_policy(town: Town, turn: Turn) -> None:
    """What is withdrawn ends soon; the same begins anew, or something that nobody allowed."""
    site, until = CANTEENS[turn.two % 2], (town.now + timedelta(days=2 + turn.back)).date()
    for version in range(1, 5):
        town.do(WithdrawPolicy(site, Count(version), until))
    begins = until
    policy = (six_yuan_from_seventy_on(), history_town.policy())[turn.two % 2]
    town.do(history_town.valid_from(policy, begins))


def change_site(town: Town, turn: Turn) -> None:
    site, day = CANTEENS[turn.two % 2], town.day(turn)
    closed = (DatedException(day, open=False),)
    kitchen = Slug(f"kitchen-{turn.one}")
    town.do(RegisterPayee(kitchen, COMMUNITIES[turn.two % 2], Title("厨房")))
    town.do(ChangeOperator(site, kitchen, day))
    town.do(SetServiceDays(site, tuple(Weekday), closed, day))


def spend(town: Town, turn: Turn) -> None:
    """Credit goes round between neighbours, and out of the bank."""
    who, other, minutes = PEOPLE[turn.one], PEOPLE[turn.one - 2], Minutes(1 + 5 * turn.back)
    commands = (TransferCredit(who, other, minutes), RedeemCredit(who, minutes))
    town.do((*commands, DonateCredit(who, minutes))[turn.two % 3])


def take_back_credit(town: Town, turn: Turn) -> None:
    """Whichever of her entries it is; now and then what she was given is used by then."""
    reason = tuple(CreditReversalReason)[turn.one % 4]
    for kind in (CreditTransferred, CreditRedeemed, CreditDonated):
        for each in town.some(kind, turn)[:1]:
            entry = Count(1 + turn.back)
            town.do(ReverseCredit(each.person, entry, reason), by=COLLEAGUE)


def tell_facts(town: Town, turn: Turn) -> None:
    """Now and then she declares that she is related to whoever confirms everybody's service."""
    who, home = PEOPLE[turn.one], (Residence(COMMUNITIES[turn.two % 2]),)
    born_on = history_town.born_on(turn.one)
    related = (Relation(CLERK, Kinship.other),) if turn.two == 3 else ()
    facts = FactSheet(born_on, registered=home, habitual=home, relations=related)
    town.do(RecordFacts(who, facts))
    town.do(RecordContact(who, Contact(f"第{turn.one}人")))
    town.do(SetLeagueVisibility(who, visible=turn.back % 2 == 0), by=who)
    town.do(AnchorViews(Count(1 + 2 * turn.back), Digest("5e" * 32)), by=SYSTEM)


def grant(town: Town, turn: Turn) -> None:
    """A star, and on paper what was credited; now and then a paper is void."""
    who, where = PEOPLE[turn.one], COMMUNITIES[turn.two % 2]
    town.do(GrantStar(who, Count(1 + turn.two % 2)))
    certify(town, turn, who, UnitId(f"{where}/aid") if turn.two < 6 else None)
    for paper in town.some(CertificateIssued, turn)[: turn.back % 2]:
        town.do(VoidCertificate(paper.certificate, tuple(VoidReason)[turn.two % 5]))


def certify(town: Town, turn: Turn, who: PersonId, unit: UnitId | None) -> None:
    """All that a unit credited up to a day, or what it did in a month."""
    number, until = len(town.happened[CertificateIssued]), town.now.date()
    where = community_of(unit) if unit else COMMUNITIES[turn.two % 2]
    since = until - timedelta(days=30) if turn.one == 0 else None
    name = CertificateId(f"00000000-0000-4000-8000-{number:012d}")
    town.do(IssueCertificate(name, who, where, until, unit, since))


def hand_over(town: Town, turn: Turn) -> None:
    """To the one who audits the town, as long as she may."""
    number = len(town.happened[LogHandedOver])
    name = HandoverId(f"00000000-0000-4000-8000-{number:012d}")
    town.do(HandOverLog(name, PEOPLE[2], sheets=turn.two % 2 == 0))


def display(town: Town, turn: Turn) -> None:
    """To an auditor the whole log, to all a month with the figures that the ledger has for it."""
    hand_over(town, turn)
    for closed in town.some(PeriodClosed, turn):
        town.projector.catch_up()
        recorder = town.ledger.recorder
        here = Position(recorder.max_notification_id() or 0)
        with recorder.datastore.get_connection() as connection:
            digest = draft(connection, closed.community, closed.month, here).digest
        name = NoticeId(f"notice-{len(town.happened[NoticePublished])}")
        town.do(PublishNotice(name, closed.community, closed.month, here, digest, None))
    for shown in town.some(NoticePublished, turn)[: turn.two % 2]:
        town.do(WithdrawNotice(shown.notice, WithdrawalReason.other))


OF_THE_TOWN: dict[Turning, int] = {
    come: 6,
    promise: 4,
    propose: 3,
    answer: 2,
    keep_promises: 1,
    resolve: 2,
    revoke: 1,
    change_policy: 1,
    change_site: 1,
    spend: 3,
    take_back_credit: 2,
    tell_facts: 1,
    display: 1,
}
