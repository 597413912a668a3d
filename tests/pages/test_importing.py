"""A file is looked at before anything of it is taken in, and again and again does no harm."""

import re
from io import BytesIO

import pytest
import xlsxwriter
from httpx2 import Response

from api import uploads
from api.uploads import HeldUploads, Upload
from tests.pages.shifts_in_town import CASHIER, VOLUNTEER, announced, clock
from tests.pages.site import OURS, words_of
from tests.pages.town import Town

PAGE = "/import"
HEADER = "班次,人员编号,签到,签退,（姓名）\n"


def sheet(shift: str, *people: str) -> str:
    """A sheet of attendance: an hour of each of these people."""
    times = f"{clock(-90).replace('T', ' ')},{clock(-30).replace('T', ' ')}"
    return HEADER + "".join(f"{shift},{who},{times},例\n" for who in people)


def sends(town: Town, content: bytes | str, name: str = "三月签到表.csv") -> Response:
    data = content.encode() if isinstance(content, str) else content
    return town.browser.post(PAGE, files={"file": (name, data)}, headers=OURS)


def taken(town: Town, shown: Response) -> Response:
    """Press the button of a file that was looked at."""
    _, _, after = shown.text.partition('name="held" value="')
    return town.post(f"{PAGE}/take", held=after.partition('"')[0])


@pytest.fixture
def shift(town: Town) -> str:
    """A shift that is over; its leader is signed in."""
    return announced(town, begins=-90, minutes=60).rpartition("/")[2]


def test_first_it_is_only_looked_at(town: Town, shift: str) -> None:
    tail = town.tail()
    shown = sends(town, sheet(shift, VOLUNTEER, CASHIER, "somebody"))
    told = words_of(shown)
    assert "三月签到表.csv 将会怎样" in told
    assert "将登记的行 2" in told
    assert "将不登记的行 1" in told
    assert "somebody" in told
    assert "人员编号" in told
    assert town.tail() == tail


def test_then_what_is_right_is_taken_in_and_a_second_time_changes_nothing(
    town: Town, shift: str
) -> None:
    content = sheet(shift, VOLUNTEER, CASHIER, "somebody")
    tail = town.tail()
    shown = sends(town, content)
    done = taken(town, shown)
    assert "已登记的行 2" in words_of(done)
    assert town.tail() == tail + 2
    taken(town, shown)
    again = words_of(sends(town, content.replace("somebody", VOLUNTEER)))
    assert "此前已登记的行 2" in again
    assert town.tail() == tail + 2


def test_a_workbook_is_a_sheet_too(town: Town, shift: str) -> None:
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        written = workbook.add_worksheet()
        for number, row in enumerate(sheet(shift, VOLUNTEER).splitlines()):
            written.write_row(number, 0, row.split(","))
    assert "将登记的行 1" in words_of(sends(town, file.getvalue(), "表.xlsx"))


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("", "empty.csv", "empty.csv：文件是空的"),
        ("甲,乙\n1,2\n", "other.csv", "甲"),
        (b"\xff\xfe\x00", "bytes.csv", "bytes.csv"),
        ("x", "book.xlsx", "book.xlsx"),
        ("{}", "commands.jsonl", ".xlsx 或 .csv"),
        ("x", "photo.png", ".xlsx 或 .csv"),
    ],
)
def test_what_is_no_sheet_is_refused_with_a_reason(
    town: Town, content: str | bytes, name: str, said: str
) -> None:
    town.becomes("leader")
    answer = sends(town, content, name)
    assert answer.status_code == 422
    assert said in words_of(answer)
    assert "选择" in words_of(answer)


def test_a_row_is_told_what_is_wanted_and_when_in_the_words_of_a_page(
    town: Town, shift: str
) -> None:
    told = words_of(sends(town, sheet(shift, "何例")))
    assert "此处应为人员编号（可向登记员查询），不是姓名" in told
    assert "完整的 36 位，如 6f1c2b7e-2d0c-4c58-9a55-0d0a3d4b1c11" in told
    coming = f"{HEADER}{shift},{VOLUNTEER},2031-03-02 09:00,2031-03-02 10:00,例\n"
    told = words_of(sends(town, coming))
    assert "2031年3月2日 09:00" in told or "2031年3月2日 10:00" in told
    assert "T09:00" not in told
    meals = f"饭堂,日期,餐次,人员\nxilian-canteen,2026-03-02,宵夜,{VOLUNTEER}\n"
    assert "此处应为早餐、午餐或晚餐。" in words_of(sends(town, meals))


@pytest.mark.parametrize(
    ("language", "header", "absent"),
    [
        ("zh", "饭堂,日期,餐次,人员", "饭堂 canteen"),
        ("en", "canteen,day,sitting,person", "饭堂"),
    ],
)
def test_the_titles_that_the_page_shows_are_those_that_a_file_may_have(
    town: Town, language: str, header: str, absent: str
) -> None:
    town.becomes("clerk")
    shown = town.browser.get(f"{PAGE}?lang={language}")
    titles = re.findall(r"<tr><td>([^<]+)</td>", shown.text)
    assert header in ",".join(titles)
    assert absent not in words_of(shown).replace("饭堂窗口", "")
    town.browser.get("/?lang=zh")
    row = f"xilian-canteen,2026-03-02,lunch,{VOLUNTEER}"
    judged = sends(town, f"{header}\n{row}\n", "日报.csv")
    assert judged.status_code == 200


def test_titles_of_no_template_are_refused_with_those_of_each(town: Town) -> None:
    town.becomes("clerk")
    told = words_of(sends(town, "饭堂 canteen,日期 day\na,b\n", "日报.csv"))
    assert "饭堂 canteen 不是模板的列" in told
    assert "出勤表（班次、人员、签到、签退）或饭堂日报表（饭堂、日期、餐次、人员" in told
    mostly = words_of(sends(town, "饭堂,日期,餐次 sitting\na,b,c\n", "日报.csv"))
    assert "模板为饭堂日报表（" in mostly
    assert "出勤表（" not in mostly
    missing = words_of(sends(town, "饭堂,餐次,人员\na,b,c\n", "日报.csv"))
    assert "饭堂日报表缺少列 日期。" in missing


def test_whoever_chose_no_file_is_asked_for_one(town: Town) -> None:
    town.becomes("leader")
    answer = town.browser.post(PAGE, files={"file": ("", b"")}, headers=OURS)
    assert answer.status_code == 422
    assert "请先选择文件" in words_of(answer)


def test_a_file_that_is_too_large_is_not_read(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.becomes("leader")
    monkeypatch.setattr(uploads, "FILE_BYTES_MOST", 1000)
    answer = sends(town, HEADER + "x" * 20_000)
    assert answer.status_code == 413
    assert "超过 2 MB" in words_of(answer)
    assert 'type="file"' in answer.text


def test_whoever_has_no_role_for_it_is_refused_row_by_row(town: Town, shift: str) -> None:
    town.becomes("auditor")
    tail = town.tail()
    told = words_of(sends(town, sheet(shift, VOLUNTEER)))
    assert "将登记的行 0" in told
    assert "没有可登记的行" in told
    assert town.tail() == tail


def test_a_form_of_another_kind_and_a_request_from_elsewhere_do_nothing(town: Town) -> None:
    town.becomes("leader")
    assert town.post(PAGE, file="x").status_code == 415
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    files = {"file": ("a.csv", b"x")}
    assert town.browser.post(PAGE, files=files, headers=elsewhere).status_code == 403
    assert town.post(f"{PAGE}/take", held="no-such").status_code == 409


# -- what is held --------------------------------------------------------------------------------


def test_a_file_is_held_for_her_session_alone_and_for_a_while() -> None:
    held = HeldUploads()
    name = held.hold("hers", Upload("a.csv", b"1"))
    assert held.found("another", name) is None
    assert held.found("hers", name) == Upload("a.csv", b"1")
    held.drop(name)
    assert held.found("hers", name) is None


def test_its_time_ends() -> None:
    now = 0.0
    held = HeldUploads(lambda: now)
    name = held.hold("hers", Upload("a.csv", b"1"))
    now = float(uploads.HELD_SECONDS)
    assert held.found("hers", name) is not None
    now += 1
    assert held.found("hers", name) is None


def test_the_oldest_makes_room() -> None:
    held = HeldUploads()
    names = [held.hold("hers", Upload("a.csv", b"1")) for _ in range(uploads.HELD_MOST + 1)]
    assert held.found("hers", names[0]) is None
    assert held.found("hers", names[-1]) is not None
