"""Answer a clause with whichever offered tool fits it, and say plainly what cannot be done."""

from app.rehearsal.claude.offline_model.arguments import fill
from app.rehearsal.claude.offline_model.attempts import Failed, Wanted, attempt
from app.rehearsal.claude.offline_model.conversation import Conversation, OfferedTool
from app.rehearsal.claude.offline_model.lines import of_clause
from app.rehearsal.claude.offline_model.outcomes import Outcome, Said, quoted
from app.rehearsal.claude.offline_model.sentences import first_sentences, sentences_of
from app.rehearsal.claude.offline_model.tool_matching import matching_tool
from app.rehearsal.claude.offline_model.tool_roles import about, chart_drawer, people_asker, plan_maker
from app.rehearsal.claude.offline_model.words import stems


def tool_for(clause: str, talk: Conversation) -> OfferedTool | None:
    """Return the tool that a clause is about, or None. Plans, charts and questions are not what a clause is about."""
    asker = people_asker(talk.tools)
    own = [plan_maker(talk.tools), chart_drawer(talk.tools), asker[0] if asker else None]
    return matching_tool(clause, [tool for tool in talk.tools if tool not in own])


def begins_with_tool(clause: str, tool: OfferedTool) -> bool:
    """Whether the clause's first word is one of the tool's name: "post …" and `post_message`."""
    return bool(set(stems(clause)[:1]) & about(tool))


def pursue_tool(clause: str, tool: OfferedTool, talk: Conversation) -> Outcome:
    """Return the call of a tool with what the clause gives, or what it answered, or what is missing."""
    arguments, missing = fill(tool, clause)
    if missing:
        return Said(f"To use {tool.spoken_name} I need: {', '.join(missing)}. Please tell me.")
    stands = attempt(talk, tool, arguments, of_clause(clause))
    if isinstance(stands, Wanted):
        return stands
    if isinstance(stands, Failed):
        return Said(stands.said)
    return Said(f"{tool.spoken_name} answered: “{first_sentences(stands.result, 5)}”")


def cannot(clause: str, talk: Conversation) -> Said:
    """Return the sentence that says what is not possible and what is."""
    about_it = f" {quoted(clause)}" if quoted(clause) else " that"
    return Said(f"I can't do{about_it} with the tools I have here. {capabilities(talk)}")


def capabilities(talk: Conversation) -> str:
    """Return what the offered tools are for, by their own descriptions."""
    if not talk.tools:
        return "No tools are offered to me here, so I can only reply to what stands in this thread."
    return "\n".join(["What I can do:", *(f"• {tool.spoken_name}: {_purpose(tool)}" for tool in talk.tools)])


def _purpose(tool: OfferedTool) -> str:
    described = next(iter(sentences_of(tool.description)), "")
    if not described or any(letter.isdigit() for letter in described):
        return " ".join(stems(tool.name)) + "."
    return described
