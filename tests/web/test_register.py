"""Registering one demand: what is refused beside its field, what is told, and twice is once."""

from __future__ import annotations

from tests.support.house import ENTERPRISE, House
from tests.support.web import Site, text_of

GIVEN = {
    "enterprise": ENTERPRISE.name,
    "category": "用电",
    "urgency": "urgent",
    "text": "新增变压器 900KVA，请协调供电部门加快接入。",
    "contact": "行政部",
    "phone": "0871-60000000",
    "raised_on": "2026-11-20",
    "list": "t-register",
    "remark": "电话反映",
}


async def test_a_demand_is_registered_once_however_often_the_form_is_sent(
    site: Site, home: House
) -> None:
    async with site.as_account("bureau1") as bureau:
        page = (await bureau.get("/register")).text
        assert f'<option value="{ENTERPRISE.name}">{ENTERPRISE.uscc}</option>' in page
        answer = await bureau.post("/register", data=GIVEN)
        assert answer.status_code == 303
        where = answer.headers["location"]
        demand = where.rpartition("/")[2]
        assert demand == "T-REGISTER-001"
        shown = text_of((await bureau.get(where)).text)
        assert demand in shown
        assert "已登记。下一步：交办。" in shown
        events = await site.count_events()
        again = await bureau.post("/register", data=GIVEN)
        assert again.headers["location"] == where
        assert "没有重复登记" in (await bureau.get(where)).text
        assert await site.count_events() == events
    state = await home.state(demand)
    assert (state.contact.name, state.contact.phone) == ("行政部", "0871-60000000")
    assert (state.urgency, str(state.raised_on)) == ("urgent", "2026-11-20")
    assert state.remark == "电话反映"


async def test_an_enterprise_by_its_code_and_what_looks_the_same_is_told(
    site: Site, home: House
) -> None:
    before = await home.demand("新增变压器 900KVA，请协调供电部门加快接入")
    async with site.as_account("bureau1") as bureau:
        given = GIVEN | {"enterprise": ENTERPRISE.uscc, "list": home.prefix + "X"}
        where = (await bureau.post("/register", data=given)).headers["location"]
        page = (await bureau.get(where)).text
    assert "与这些需求相近" in page
    assert f'href="/demands/{before}"' in page


async def test_everything_wrong_is_said_beside_its_field_and_what_was_typed_stays(
    site: Site,
) -> None:
    wrong = {
        "enterprise": "云南裕能",
        "category": "不存在的类别",
        "text": "",
        "phone": "12",
        "raised_on": "1999-02-30",
    }
    async with site.as_account("bureau1") as bureau:
        events = await site.count_events()
        answer = await bureau.post("/register", data=GIVEN | wrong)
        assert await site.count_events() == events
        bad_list = await bureau.post("/register", data=GIVEN | {"list": "清单一"})
    assert answer.status_code == 422
    shown = text_of(answer.text)
    assert "有 5 处需要改正，尚未登记" in shown
    assert "企业名录里没有「云南裕能」" in shown
    assert ENTERPRISE.name in shown
    assert 'value="云南裕能"' in answer.text
    assert "电话反映" in answer.text
    for name in ("enterprise", "text", "phone", "raised_on"):
        assert f'id="p-{name}"' in answer.text, name
    assert bad_list.status_code == 422
    assert "清单一" in bad_list.text


async def test_only_the_bureau_registers(site: Site) -> None:
    events = await site.count_events()
    for account in ("u20", "s04", "leader-ne", "auditor1", "admin"):
        async with site.as_account(account) as other:
            assert (await other.get("/register")).status_code == 404
            answer = await other.post("/register", data=GIVEN)
            assert answer.status_code in (403, 404), account
    assert await site.count_events() == events
