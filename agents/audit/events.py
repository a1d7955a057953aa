"""Every kind of line that an audit trail can have. Names are `subject:what` and are never reused for another meaning.

docs/reference/audit-events.md is printed from this file.
"""

from enum import StrEnum


class Event(StrEnum):
    """What happened."""

    # each line: the name, and what it says of its data
    WORKSPACE_ADDED = "workspace:added"  #: the first payload of a team arrived; data: app_id, team_id
    INPUT_RECEIVED = "input:received"  #: someone's words were admitted; data: input, kind, content
    INPUT_UNJUDGED = "input:unjudged"  #: stored, but who wrote it must be asked first; data: input, content
    INPUT_REFUSED = "input:refused"  #: someone who may not ask here; data: input, why
    INPUT_COMPLETED = "input:completed"  #: a second event of the same post brought its files; data: input, content
    INPUT_REDACTED = "input:redacted"  #: known secrets were cut out before anything was stored; data: kinds
    INPUT_EDITED = "input:edited"  #: someone changed what they wrote; data: input, content, and note if it was read
    INPUT_DELETED = "input:deleted"  #: someone deleted what they wrote, and it is erased; data: input, content
    POST_REFUSED = "post:refused"  #: a post that became no Input; data: why, channel, ts
    POST_REJECTED = "post:rejected"  #: a payload that could not be read twice over; data: content, fault
    HELP_ASKED = "help:asked"  #: an empty mention; data: channel, ts
    COMMAND_GIVEN = "command:given"  #: something was ordered without a model; data: verb, channel
    COMMAND_REFUSED = "command:refused"  #: by someone who may not ask here; data: why, channel
    CLICK_REFUSED = "click:refused"  #: a button that is not ours, or not there; data: press, channel, ts, and why
    STOP_REFUSED = "stop:refused"  #: someone who may not stop this Run tried to; data: how
    WHY_ASKED = "why:asked"  #: someone read why a Run did what it did; data: events, first, last (its lines)
    FEEDBACK_GIVEN = "feedback:given"  #: someone judged an answer; data: verdict, or noted where they said why

    RUN_QUEUED = "run:queued"  #: a request became a Run; data: number, channel, thread, requester
    RUN_WORKING = "run:working"  #: a worker took it up; data: worker
    RUN_WAITING = "run:waiting"  #: only a clock or a person can move it; data: why
    RUN_DONE = "run:done"  #: answered; data: turns, cost_micro_usd
    RUN_FAILED = "run:failed"  #: given up; data: cause
    RUN_STOPPED = "run:stopped"  #: someone stopped it; data: by, how
    RUN_SILENT = "run:silent"  #: nobody had addressed it, and it said nothing; data: cause, `model` where that chose so
    RUN_LEASE_LOST = "run:lease_lost"  #: its worker vanished; data: worker, fence
    RUN_RECOVERED = "run:recovered"  #: what a lost worker held was taken over; data: lost, worker, of, silent_us
    RUN_RETRIED = "run:retried"  #: an operator began it anew from its Inputs; data: of
    RUN_LOOKED_AFTER = "run:looked_after"  #: the thread was looked at again after the end; data: removed, seconds

    TURN_STARTED = "turn:started"  #: the model was asked; data: turn, number, model, inputs, request
    TURN_COMPLETE = "turn:complete"  #: its reply is stored; data: turn, stop, tokens, cost_micro_usd, content
    TURN_BROKEN = "turn:broken"  #: no usable reply; data: turn, cause, model, tokens, cost_micro_usd
    TURN_USAGE_CAME = "turn:usage_came"  #: of a broken one, late; data: as of turn:complete, and charged_micro_usd

    CALL_ALLOWED = "tool_call:allowed"  #: data: call, tool, arguments, rule
    CALL_ASKED = "tool_call:asked"  #: data: call, tool, arguments, rule
    CALL_DENIED = "tool_call:denied"  #: data: call, tool, arguments, rule, reason
    CALL_RUNNING = "tool_call:running"  #: written before any effect; data: call, tool, arguments, worker, attempt
    CALL_WAITING = "tool_call:waiting"  #: data: call, why
    CALL_SUCCEEDED = "tool_call:succeeded"  #: data: call, worker, content, sources
    CALL_FAILED = "tool_call:failed"  #: data: call, worker, reason
    CALL_UNKNOWN = "tool_call:unknown"  #: the worker was lost inside it; data: call, worker
    CALL_STOPPED = "tool_call:stopped"  #: data: call
    CALL_LEASE_LOST = "tool_call:lease_lost"  #: its worker vanished; data: call, worker, fence

    PLAN_LAID_OUT = "plan:laid_out"  #: the model laid out its Steps, or changed them; data: call, steps, content
    STEP_PLANNED = "step:planned"  #: a new line of the plan; data: step, number
    STEP_WORKING = "step:working"  #: a call of it began; data: step, number
    STEP_DONE = "step:done"  #: data: step, number
    STEP_FAILED = "step:failed"  #: none of its calls succeeded; data: step, number
    STEP_DROPPED = "step:dropped"  #: the plan changed, or the Run ended without it; data: step, number

    QUESTION_OPEN = "question:open"  #: people are asked; data: question, call
    QUESTION_ANSWERED = "question:answered"  #: data: question, input
    QUESTION_WITHDRAWN = "question:withdrawn"  #: its Run ended first; data: question

    APPROVAL_PENDING = "approval:pending"  #: people are asked; data: approval, call, binding, rule, expires_at
    APPROVAL_GRANTED = "approval:granted"  #: data: approval, call, binding, cause, waited_us, for_run
    APPROVAL_REFUSED = "approval:refused"  #: data: approval, call, binding, cause, waited_us
    APPROVAL_EXPIRED = "approval:expired"  #: nobody answered in time; data: approval, call, binding, waited_us
    APPROVAL_SUPERSEDED = "approval:superseded"  #: withdrawn, asked anew or stopped; data: approval, call, cause
    APPROVAL_USED = "approval:used"  #: a yes for the Run allowed a later call; data: approval, call
    APPROVAL_TAKEN_BACK = "approval:taken_back"  #: a yes for the Run ends with the call it was for; data: approval
    APPROVAL_REMINDED = "approval:reminded"  #: those who may say yes were reminded; data: approval, people
    APPROVAL_ASKED_DIRECTLY = "approval:asked_directly"  #: in people's direct messages; data: card, people
    APPROVAL_REPORTED = "approval:reported"  #: an operator read how each person approves; data: days, people (how many)
    APPROVAL_SUGGESTED = "approval:suggested"  #: an operator read what is always answered with yes; data: days, easings
    VOTE_CAST = "vote:cast"  #: someone pressed, and it is stored; data: vote, approval, choice
    VOTE_COUNTED = "vote:counted"  #: it counts; data: vote, approval, choice
    VOTE_REFUSED = "vote:refused"  #: it does not; data: vote, approval, choice, why

    DELIVERY_PLANNED = "delivery:planned"  #: data: delivery, kind, terminal, content; when it did not arrive: fence
    DELIVERY_SENDING = "delivery:sending"  #: written before the call; data: delivery, worker, attempt
    DELIVERY_SENT = "delivery:sent"  #: data: delivery, ts, found, fence
    DELIVERY_GIVEN_UP = "delivery:given_up"  #: data: delivery, cause
    DELIVERY_LEASE_LOST = "delivery:lease_lost"  #: its worker vanished; data: delivery, worker, fence
    DELIVERY_DOOMED = "delivery:doomed"  #: a late writer posted twice; its message is to be deleted; data: delivery, ts

    POLICY_CHANGED = "policy:changed"  #: data: owner, version, before, after (digests), changes, reason
    POLICY_REFUSED = "policy:refused"  #: someone who may not, or from an older version; data: why, owner, place
    FREEZE_SET = "freeze:set"  #: an admin stopped something at once; data: kind, what, reason
    FREEZE_LIFTED = "freeze:lifted"  #: data: kind, what

    BUDGET_USED_UP = "budget:used_up"  #: a Run waits for money; data: scope, whose, period, limit, spent, needs
    BUDGET_WENT_ON = "budget:went_on"  #: a Run that was held back goes on; data: waited_us
    BUDGET_SLOWED = "budget:slowed"  #: a Run waits for its turn, by a rate; data: scope, whose, runs, until
    BUDGET_ALERTED = "budget:alerted"  #: a limit nears its end; data: scope, whose, of, period, percent, people

    GRANT_ADDED = "grant:added"  #: a credential was lent; data: grant, name, origin, paths, methods, reason
    GRANT_ROTATED = "grant:rotated"  #: another credential took its place; data: grant, name, reason
    GRANT_REVOKED = "grant:revoked"  #: it is good for nothing any more, and erased; data: grant, name, reason
    GRANT_USED = "grant:used"  #: written before a request goes out with it; data: grant, name, method, origin, call

    CONTENT_EXPIRED = "content:expired"  #: text and bytes whose days are over are gone; data: erased (all of them)
    AUDIT_EXPIRED = "audit:expired"  #: the trail's oldest lines are gone; data: up_to, hash (of the last one of them)
    CONTENT_ERASED = "content:erased"  #: text or bytes are gone for good; data: content
    AUDIT_EXPORTED = "audit:exported"  #: data: events, first, last (numbers of those that were written out)
    AUDIT_READ = "audit:read"  #: by an operator; data: how, events, first, last, and the filter: number, newest
