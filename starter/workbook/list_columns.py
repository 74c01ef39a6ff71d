"""The columns of a demand list in the words that people use for them."""

from __future__ import annotations

from starter.workbook.headers import ColumnSpec

ORDER = "order"
ENTERPRISE = "enterprise"
USCC = "uscc"
CHAIN = "chain"
CATEGORY = "category"
URGENCY = "urgency"
TEXT = "text"
RAISED_ON = "raised_on"
CONTACT = "contact"
PHONE = "phone"
REMARK = "remark"

REQUIRED = (frozenset({ENTERPRISE, USCC}), frozenset({TEXT}))
OUR_COLUMNS = ("工作表", "原行号", "问题", "如何修改")  # what a rejects workbook adds

_ABOUT_HANDLING = ("责任", "牵头", "承办", "办理", "协办", "交办", "主管", "配合", "帮办", "部门")
_NOT_THE_TEXT = (
    *_ABOUT_HANDLING,
    *("类别", "类型", "分类", "编号", "时间", "日期", "单位", "答复", "解决情况", "回复", "结果"),
    *("进展", "措施", "附件", "来源", "状态", "建议"),
)

LIST_COLUMNS = {
    ENTERPRISE: ColumnSpec(
        names=(
            *("企业名称", "单位名称", "企业", "公司名称", "企业全称", "公司", "企业名"),
            *("申报企业", "需求企业", "诉求企业", "提出企业", "反映企业", "企业/单位"),
            *("项目单位", "项目业主", "市场主体", "经营主体", "enterprise", "company"),
        ),
        stems=("企业名称", "单位名称", "公司名称", "企业全称"),
        foreign=(*_ABOUT_HANDLING, "链主"),
    ),
    USCC: ColumnSpec(
        names=("统一社会信用代码", "信用代码", "社会信用代码", "企业代码", "uscc"),
        stems=("信用代码",),
    ),
    CHAIN: ColumnSpec(
        names=(
            *("产业链", "所属产业链", "链条", "所属链条", "产业链条", "产业链名称", "所在产业链"),
            *("重点产业链", "所属链", "chain"),
        ),
        stems=("产业链", "链条"),
        foreign=("链长", "链主", "党委"),
    ),
    CATEGORY: ColumnSpec(
        names=(
            *(
                "需求类别",
                "类别",
                "事项类别",
                "分类",
                "需求类型",
                "诉求类别",
                "问题类别",
                "诉求类型",
            ),
            *("问题类型", "事项类型", "类型", "需求分类", "诉求分类", "问题分类", "事项分类"),
            "category",
        ),
        stems=("类别", "需求类型", "诉求类型", "问题类型", "事项类型"),
        foreign=("企业", "行业", "单位", "产业"),
    ),
    URGENCY: ColumnSpec(
        names=(
            *("紧急程度", "是否紧急", "缓急", "缓急程度", "轻重缓急", "紧急", "紧急与否"),
            *("紧急情况", "紧急度", "是否加急", "urgency"),
        ),
        stems=("紧急程度", "是否紧急", "缓急"),
    ),
    TEXT: ColumnSpec(
        names=(
            *("需求内容", "诉求内容", "问题描述", "具体诉求", "具体需求", "需求事项", "诉求事项"),
            *("需求描述", "诉求描述", "问题内容", "事项内容", "事项描述", "需求详情", "需求说明"),
            *("需求概述", "需求名称", "需求标题", "情况描述", "反映问题", "存在问题", "主要问题"),
            *("困难问题", "存在困难", "困难和问题", "困难与问题", "具体问题", "具体事项", "需求"),
            *("诉求", "企业需求", "企业诉求", "需求及问题", "问题诉求", "诉求问题", "问题及诉求"),
            *("问题和诉求", "需求/诉求", "诉求/需求", "内容", "事项", "demand", "text"),
        ),
        stems=(
            *("需求内容", "诉求内容", "问题描述", "具体诉求", "具体需求", "需求事项", "诉求事项"),
            *("需求描述", "诉求描述", "事项内容", "协调解决的问题", "协调解决的事项"),
        ),
        foreign=_NOT_THE_TEXT,
    ),
    RAISED_ON: ColumnSpec(
        names=(
            *("提出日期", "日期", "上报时间", "登记日期", "提出时间", "上报日期", "登记时间"),
            *("提报时间", "提报日期", "收集时间", "收集日期", "反映时间", "反映日期", "填报日期"),
            *("填报时间", "走访日期", "走访时间", "时间", "date"),
        ),
        stems=("提出日期", "提出时间", "上报时间", "上报日期", "登记日期", "登记时间"),
        foreign=_ABOUT_HANDLING,
    ),
    CONTACT: ColumnSpec(
        names=("联系人", "联系人姓名", "企业联系人", "姓名", "对接人", "企业负责人", "contact"),
        stems=("联系人", "联系人姓名"),
        foreign=_ABOUT_HANDLING,
    ),
    PHONE: ColumnSpec(
        names=(
            *("联系电话", "电话", "手机", "联系方式", "手机号", "手机号码", "联系人电话"),
            *("联系人及电话", "联系人及联系电话", "联系人及联系方式", "电话号码", "企业电话"),
            "phone",
        ),
        stems=("联系电话", "联系方式", "电话", "手机号", "手机号码"),
        foreign=_ABOUT_HANDLING,
    ),
    REMARK: ColumnSpec(
        names=("备注", "说明", "备注说明", "其他说明", "补充说明", "remark"), stems=("备注",)
    ),
    ORDER: ColumnSpec(names=("序号", "编号", "序", "#", "no", "需求编号")),
}
