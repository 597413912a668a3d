"""One person in one shift: the times, the decision about them, and who may not take it."""

import re

from ledger.demo.personas import BY_WORD
from tests.pages.shifts_in_town import (
    APPROVER,
    BOARD,
    CASHIER,
    VOLUNTEER,
    announced,
    attended,
    clock,
    does,
    followed,
    steps_on,
    twice,
)
from tests.pages.site import words_of
from tests.pages.town import Town, key_of

STRANGER = "0b9b1f3e-7f51-4c53-8b7c-0b9d3d7c8a11"


def test_the_leader_enters_the_times_and_another_confirms_them(town: Town) -> None:
    page = attended(town, VOLUNTEER)
    her = f"{page}/people/{VOLUNTEER}"
    assert steps_on(town.browser.get(her)) == {"correct", "object"}
    town.becomes("approver")
    shown = town.browser.get(her)
    assert steps_on(shown) == {"confirm", "not-service"}
    done = twice(town, f"{her}/confirm", key=key_of(shown))
    assert "20\N{NO-BREAK SPACE}分钟" in done.text
    assert "已确认，现已计入。" in words_of(done)
    assert steps_on(done) == {"take-back"}


def test_whoever_confirms_is_told_whether_it_counts_or_waits(town: Town) -> None:
    her = f"{attended(town, VOLUNTEER, ago=9000, minutes=1000)}/people/{VOLUNTEER}"
    town.becomes("approver")
    told = words_of(does(town, f"{her}/confirm"))
    assert "已确认，现为暂挂：须由第二人决定。" in told
    assert "已确认，现已计入。" not in told


def test_what_a_second_person_decides_is_not_offered_to_the_first(town: Town) -> None:
    her = f"{attended(town, VOLUNTEER, ago=11000, minutes=1000)}/people/{VOLUNTEER}"
    town.becomes("approver")
    held = does(town, f"{her}/confirm")
    assert steps_on(held) == {"not-service"}
    assert "由其他人决定：确认人" in words_of(held)
    town.becomes("leader")
    objected = does(town, f"{her}/object", reason="minutes_wrong", note="多算了。")
    assert "object" not in steps_on(objected)
    town.becomes("approver")
    assert steps_on(town.browser.get(her)) == {"not-service"}


def test_nobody_decides_about_her_own_service(town: Town) -> None:
    page = attended(town, APPROVER)
    her = f"{page}/people/{APPROVER}"
    town.becomes("approver")
    shown = town.browser.get(her)
    assert "这是您本人的服务，由其他人决定。" in words_of(shown)
    assert steps_on(shown) == set()
    before = town.tail()
    answer = town.post(f"{her}/confirm", key="own")
    assert answer.status_code == 403
    assert 'role="alert"' in answer.text
    assert town.tail() == before


def test_a_leader_does_not_confirm_and_a_confirmer_enters_no_times(town: Town) -> None:
    her = f"{attended(town, VOLUNTEER)}/people/{VOLUNTEER}"
    assert town.post(f"{her}/confirm", key="leads").status_code == 403
    town.becomes("approver")
    times = {"check_in": clock(-180), "check_out": clock(-61)}
    answer = town.post(f"{her}/correct", key="confirms", reason="wrong_time", **times)
    assert answer.status_code == 403
    assert 'action="' in answer.text


def test_times_that_cannot_be_are_told_beside_what_was_typed(town: Town) -> None:
    her = f"{announced(town, begins=-180)}/people/{CASHIER}"
    wrong = town.post(f"{her}/attest", key="odd", check_in="九点", check_out=clock(-60))
    assert wrong.status_code == 422
    assert "：应为时间" in words_of(wrong)
    assert 'value="九点"' in wrong.text
    early = town.post(f"{her}/attest", key="early", check_in=clock(-180), check_out=clock(60))
    assert early.status_code in {409, 422}
    assert "尚未到来" in words_of(early)


def test_the_time_of_leaving_is_proposed_as_now_while_the_shift_goes_on(town: Town) -> None:
    her = f"{announced(town, begins=-30, minutes=90)}/people/{CASHIER}/attest"
    before = clock(0)
    proposed = re.search(r'name="check_out"[^>]* value="([^"]+)"', town.browser.get(her).text)
    assert proposed
    assert before <= proposed[1] <= clock(0)


def test_whoever_had_a_place_and_did_not_come_is_marked_until_she_did(town: Town) -> None:
    page = announced(town, begins=-30, minutes=31)
    her = f"{page}/people/{CASHIER}"
    does(town, f"{page}/sign-up", person=CASHIER)
    assert {"attest", "withdraw"} <= steps_on(town.browser.get(her))
    early = town.post(f"{her}/no-show", key="early")
    assert early.status_code == 409
    assert "请待班次结束后办理" in words_of(early)


def test_minutes_are_taken_back_before_the_times_are_corrected(town: Town) -> None:
    her = f"{attended(town, VOLUNTEER, ago=3000, minutes=120)}/people/{VOLUNTEER}"
    town.becomes("approver")
    does(town, f"{her}/confirm")
    town.becomes("leader")
    times = {"check_in": clock(-3000), "check_out": clock(-2910)}
    refused = town.post(f"{her}/correct", key="one", reason="wrong_time", **times)
    assert refused.status_code == 409
    assert "请先冲销" in words_of(refused)
    town.becomes("approver")
    back = town.post(f"{her}/take-back", key=town.key(f"{her}/take-back"), reason="found_false")
    reversed_now = words_of(followed(town, back))
    assert "时长已冲销。" in reversed_now
    assert "最后决定" in reversed_now, "by her who had confirmed it, and when"
    town.becomes("leader")
    done = followed(town, town.post(f"{her}/correct", key="two", reason="wrong_time", **times))
    assert "待重新确认" in words_of(done)
    assert "已到场，待确认" in words_of(done)
    assert "原确认人（已冲销）" in words_of(done)
    assert " 确认人" not in words_of(done)


def test_what_lies_across_another_record_is_told_which_one(town: Town) -> None:
    sweep = attended(town, VOLUNTEER, ago=5000, minutes=60)
    town.becomes("approver")
    does(town, f"{sweep}/people/{VOLUNTEER}/confirm")
    fair = attended(town, VOLUNTEER, ago=4980, minutes=60)
    her = f"{fair}/people/{VOLUNTEER}"
    town.becomes("approver")
    answer = town.post(f"{her}/confirm", key="across")
    assert answer.status_code == 409
    assert "该时段已有此人的另一条记录：" in words_of(answer)
    assert f'<a href="{sweep}">' in answer.text
    shift = fair.rpartition("/")[2]
    several = town.post(f"{BOARD}/waiting", **{"key": "several", "pick-0": f"{shift} {VOLUNTEER}"})
    assert "该时段已有此人的另一条记录：" in words_of(several)
    assert f'<a href="{sweep}">' in several.text


def test_a_late_entry_takes_evidence_and_two_more_eyes(town: Town) -> None:
    town.becomes("leader")
    her = f"{BOARD}/shifts/s7/people/{VOLUNTEER}"
    assert "late" in steps_on(town.browser.get(her))
    note = "纸质签到表第 3 页，\n有她的签名。"
    empty = town.post(f"{her}/late", key="empty", reason="kept_on_paper", note="")
    assert empty.status_code == 422
    done = town.post(f"{her}/late", key=town.key(f"{her}/late"), reason="kept_on_paper", note=note)
    assert "证据已登记" in words_of(followed(town, done))
    assert "签名" not in words_of(town.browser.get(her))
    town.becomes("approver")
    shown = town.browser.get(her)
    assert "纸质签到表第 3 页， 有她的签名。" in words_of(shown)
    assert "approve-late" in steps_on(shown)
    approved = followed(town, town.post(f"{her}/approve-late", key=key_of(shown)))
    assert "take-back" in steps_on(approved)
    assert "已复核，现已计入。" in words_of(approved)
    for word in ("approver", "leader", "auditor", "registrar"):
        town.becomes(word)
        told = words_of(town.browser.get(her))
        assert "补录证据" in told
        assert "先记在纸上" in told
        assert ("纸质签到表第 3 页" in told) is (word == "approver"), "it is under lock"
        assert ("登记人：梁队长(例)" in told) is (word != "auditor"), "she is shown no names"
        assert ("最后决定人 黎审批(例)" in told) is (word != "auditor")
    town.becomes("volunteer")
    looks = town.browser.get(f"/v1/persons/{VOLUNTEER}/views").json()["items"]
    assert "note" in {each["purpose"] for each in looks if each["viewer"] == APPROVER}


def test_what_was_refused_can_be_objected_to_and_somebody_else_answers(town: Town) -> None:
    her = f"{attended(town, VOLUNTEER)}/people/{VOLUNTEER}"
    town.becomes("approver")
    does(town, f"{her}/not-service", reason="not_present")
    town.becomes("leader")
    raised = town.post(f"{her}/object", key="o", reason="wrongly_refused", note="她在现场。")
    assert "必须答复" in words_of(followed(town, raised))
    town.becomes("approver")
    shown = town.browser.get(her)
    assert "她在现场。" in words_of(shown)
    answer = town.post(f"{her}/answer", key="a", answer="upheld")
    assert answer.status_code in {403, 409}
    assert "曾对该记录作过决定" in words_of(answer)


def test_nobody_learns_who_exists_by_asking_for_her_in_a_shift(town: Town) -> None:
    page = announced(town)
    assert town.browser.get(f"{page}/people/{STRANGER}").status_code == 404
    assert town.browser.get(f"{page}/people/nobody").status_code in {404, 422}
    person = BY_WORD["auditor"].person
    assert "不在此班次" in words_of(town.browser.get(f"{page}/people/{person}"))
    assert town.browser.get(f"{page}/people/{person}/dance").status_code == 404
    assert town.post(f"{page}/people/{person}/dance").status_code == 404
