"""Slack's numbers, each with its source. Ours stay on the safe side of each."""

BLOCKS_PER_MESSAGE = 50
"""Blocks in one message. docs.slack.dev, reference/block-kit/blocks."""

BLOCKS_JSON = 12_000
"""Characters of one message's blocks as JSON. Slack documents 12,000 for Markdown blocks and refuses others with
`msg_blocks_too_long` from about 13,200 on (bolt-js issue 2509)."""

MARKDOWN = 12_000
"""Characters of one markdown_text chunk of a stream. docs.slack.dev, methods/chat.appendStream."""

TASK_TITLE = 256
"""Characters of a plan's or task card's title. docs.slack.dev, reference/block-kit/blocks/task-card-block."""

PLAN_TASKS = 50
"""Task cards in one plan. docs.slack.dev, reference/block-kit/blocks/plan-block."""

CONTEXT_TEXT = 2_000
"""Characters of a text in a context block. docs.slack.dev, reference/block-kit/composition-objects/text-object."""

SECTION_TEXT = 3_000
"""Characters of a section's text. docs.slack.dev, reference/block-kit/blocks/section-block."""

HEADER_TEXT = 150
"""Characters of a header's text. docs.slack.dev, reference/block-kit/blocks/header-block."""

BUTTON_TEXT = 75
"""Characters on a button. docs.slack.dev, reference/block-kit/block-elements/button-element."""

BUTTONS_PER_ROW = 25
"""Elements of an actions block. docs.slack.dev, reference/block-kit/blocks/actions-block."""

CHARTS_PER_MESSAGE = 2
"""Charts in one message. docs.slack.dev, reference/block-kit/blocks/data-visualization-block."""

CHART_TEXT = 50
"""Characters of a chart's title, the longest of its texts. docs.slack.dev, as above."""

URL = 3_000
"""Characters of a link's address. docs.slack.dev, reference/block-kit/block-elements/button-element, field url."""

SOURCE_TITLE = 80
"""Characters of a source's title: it is one of several in a line."""

SOURCES_JSON = 1_800
"""Characters of layout that sources may take of a message; the rest is for its words (agents/deliveries/parts.py)."""

STATUS_LINE = 100
"""Characters of the passing line under a thread. Slack states none; a line of it holds about so many."""

FILE_TITLE = 200
"""Characters of a file's title and name. Slack states none; file systems take 255 bytes."""

ALT_TEXT = 1_000
"""Characters that describe a file. docs.slack.dev, methods/files.getUploadURLExternal."""

LIST_INDENT = 8
"""Deepest indent of a rich_text_list. docs.slack.dev, reference/block-kit/blocks/rich-text-block."""

TEXT = 40_000
"""Characters of `text`; Slack cuts what is longer. docs.slack.dev, methods/chat.postMessage."""

REPLIES_PAGE = 200
"""Messages asked of conversations.replies or .history at a time. docs.slack.dev recommends at most 200, of 1,000."""

REQUEST_BYTES = 1_048_576
"""Bytes of one request that Slack may send us: events are a few kB, and a message's blocks stay under 100 kB."""

SIGNATURE_AGE = 300
"""Seconds that a signed request stays good. docs.slack.dev, authentication/verifying-requests-from-slack."""

RETRIES = 3
"""How often Slack delivers an event again. docs.slack.dev, apis/events-api, section on retries."""

RETRY_AFTER = 30.0
"""Seconds to wait after a 429 that names none; slack_sdk waits the same for apps.connections.open."""

PEOPLE_CACHED = 300.0
"""Seconds that a display name may be old. Rights are never cached, names are only shown."""
