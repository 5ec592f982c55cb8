"""The prompts that come with Quorum: nine of a log analyst's, ready to be changed."""

from dataclasses import dataclass
from pathlib import Path

from dashboard.prompts.models import PromptKind

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Packaged:
    """A prompt as it is packaged; its text lies beside this file."""

    name: str
    agent: str
    """Whom it was written for."""
    purpose: str

    @property
    def kind(self) -> PromptKind:
        is_system = self.name.endswith("_system")
        return PromptKind.SYSTEM if is_system else PromptKind.USER

    @property
    def description(self) -> str:
        return f"{self.purpose} For {self.agent}."

    @property
    def content(self) -> str:
        return (FOLDER / f"{self.name}.txt").read_text(encoding="utf-8")


ABOUT = {
    "additional_params": "What else was given with the question.",
    "allowed_domains": "Areas that may be searched.",
    "allowed_query_keys": "Words that may be searched for.",
    "dispute_text": "The complaint, as the customer wrote it.",
    "domain": "The area the question is about.",
    "entry_count": "How many log entries the request left.",
    "excluded_domains": "Areas that are never searched.",
    "excluded_query_keys": "Words that are never searched for.",
    "log_samples": "Some lines of the log.",
    "operations": "What the request did, step by step.",
    "original_context": "What was asked, word for word.",
    "original_text": "What was asked, word for word.",
    "query_keys": "What is searched for.",
    "rag_context": "What is known of such questions.",
    "sample_messages": "Some messages of the log.",
    "service_names": "The services that took part.",
    "source_files_count": "How many files the entries came from.",
    "time_frame": "The day that is searched.",
    "timeline_count": "How many steps there were.",
    "timeline_steps": "The steps, with their times.",
    "timeline_summary": "The steps in a few words.",
    "timestamp": "When the request began.",
    "total_entries": "How many entries the request has.",
    "total_files": "How many files were searched.",
    "total_matches": "How many lines matched.",
    "trace_count": "How many requests were put together.",
    "trace_id": "The request's own id.",
}
"""What each variable is; the same in every prompt that has it."""

EXAMPLES = {
    "additional_params": "none",
    "allowed_domains": "transactions, customers, payments, merchants, accounts",
    "allowed_query_keys": "merchant, amount, transaction_id, npsb, beftn, fee, status",
    "dispute_text": "500 left my account on Sunday, and the shop says it got nothing.",
    "domain": "payments",
    "entry_count": "14",
    "excluded_domains": "system, security, internal, authentication",
    "excluded_query_keys": "password, token, secret, api_key",
    "log_samples": "10:14:02 WARN NPSB switch: no answer within 30000 ms",
    "operations": "debit, switch, reverse",
    "original_context": "Why did the NPSB payment of 500 on 3 March fail?",
    "original_text": "Why did the NPSB payment of 500 on 3 March fail?",
    "query_keys": "npsb, amount",
    "rag_context": "A switch that does not answer is reversed within a day.",
    "sample_messages": "10:14:02 WARN NPSB switch: no answer within 30000 ms",
    "service_names": "mobile-gateway, npsb-switch",
    "source_files_count": "2",
    "time_frame": "2025-03-03",
    "timeline_count": "5",
    "timeline_steps": "10:13:31 debit booked\n10:14:02 no answer\n10:14:03 reversed",
    "timeline_summary": "Booked, no answer from the switch, reversed.",
    "timestamp": "2025-03-03 10:13:31",
    "total_entries": "14",
    "total_files": "6",
    "total_matches": "31",
    "trace_count": "3",
    "trace_id": "8f2c91",
}

ANALYST = "analyze_agent"
VERIFIER = "verify_agent"
PACKAGED = (
    Packaged(
        "parameter_extraction_system",
        "parameter_agent",
        "Turns a question about a log into what to search for.",
    ),
    Packaged(
        "trace_analysis_system", ANALYST, "Says what happened to one request, and why."
    ),
    Packaged("trace_analysis_user", ANALYST, "Hands over the entries of one request."),
    Packaged(
        "entries_analysis_system", ANALYST, "Holds a complaint against the log entries."
    ),
    Packaged("entries_analysis_user", ANALYST, "Hands over a complaint and entries."),
    Packaged(
        "quality_assessment_system", ANALYST, "Checks a finished analysis for gaps."
    ),
    Packaged("quality_assessment_user", ANALYST, "Hands over the figures of a search."),
    Packaged(
        "relevance_analysis_system",
        VERIFIER,
        "Decides whether a request has to do with the question.",
    ),
    Packaged(
        "relevance_analysis_user", VERIFIER, "Hands over a question and a request."
    ),
)
