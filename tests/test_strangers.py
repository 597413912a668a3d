"""A tool that is missing is told; where every tool is required, its test fails."""

import pytest

from tests.strangers import REMEDIES, library, program


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine on which nobody installed anything."""
    monkeypatch.setattr("tests.strangers.find_spec", lambda _name: None)
    monkeypatch.setattr("tests.strangers.shutil.which", lambda _name: None)
    monkeypatch.setattr("tests.strangers.sys.executable", "/nowhere/python")
    monkeypatch.delenv("JIEFANG_STRANGERS", raising=False)
    return monkeypatch


@pytest.mark.parametrize("name", REMEDIES)
@pytest.mark.parametrize("find", [program, library])
def test_a_missing_tool_is_told_with_what_to_install(
    nowhere: pytest.MonkeyPatch, find: object, name: str
) -> None:
    assert callable(find)
    with pytest.raises(pytest.skip.Exception, match=name) as skipped:
        find(name)
    assert REMEDIES[name] in str(skipped.value)
    nowhere.setenv("JIEFANG_STRANGERS", "required")
    with pytest.raises(pytest.fail.Exception, match=name):
        find(name)
