"""The catalogue: six kinds of work that repeat, ready to be made a workflow type."""

from dataclasses import dataclass
from typing import Any

from dashboard.savings.calculator import Per, Unit
from dashboard.savings.schemas import Calculator

WHOLE = {"type": "integer", "minimum": 0, "maximum": 1_000_000}
AMOUNT = {"type": "number", "minimum": 0, "maximum": 1_000_000}
SHARE = {"type": "number", "minimum": 0, "maximum": 100}


@dataclass(frozen=True)
class Offer:
    """A type as the catalogue has it; council and bots are chosen when it is made."""

    id: str
    name: str
    description: str
    category: str
    domain: str
    volume: tuple[str, str, Per]
    """The input that says how much there is, its label, and in what time."""
    time: tuple[str, str, Unit]
    usual: tuple[float, float, float]
    """Error rate, cost of an error and value of a task done sooner, unless given."""

    @property
    def calculator(self) -> Calculator:
        return Calculator(
            volume=self.volume[0],
            per=self.volume[2],
            time=self.time[0],
            unit=self.time[2],
            wage="hourly_wage",
            automation="automation_percent",
            error_rate="error_rate",
            cost_per_error="cost_per_error",
            value="value_per_accelerated_task",
        )

    @property
    def input_schema(self) -> dict[str, Any]:
        error_rate, cost_per_error, value = self.usual
        asked = {
            self.volume[0]: WHOLE | {"title": self.volume[1]},
            self.time[0]: AMOUNT | {"title": self.time[1]},
            "hourly_wage": AMOUNT | {"title": "Hourly wage in dollars"},
            "automation_percent": SHARE
            | {
                "title": "Part that is taken over",
                "description": "From 0 to 1; more than 1 is read as per cent.",
            },
            "error_rate": SHARE
            | {
                "title": "Part that goes wrong today",
                "description": "From 0 to 1; more than 1 is read as per cent.",
                "default": error_rate,
            },
            "cost_per_error": AMOUNT
            | {"title": "Cost of an error in dollars", "default": cost_per_error},
            "value_per_accelerated_task": AMOUNT
            | {"title": "Value of a task done sooner, in dollars", "default": value},
        }
        needed = [name for name, each in asked.items() if "default" not in each]
        return {"type": "object", "properties": asked, "required": needed}


OFFERS = (
    Offer(
        "customer_followup",
        "Customer follow-up",
        "Writes to customers again after a purchase or a question.",
        "crm",
        "commerce",
        ("tasks_per_week", "Follow-ups a week", Per.WEEK),
        ("time_per_task_minutes", "Minutes for each", Unit.MINUTES),
        (0.05, 20, 0),
    ),
    Offer(
        "invoice_reminders",
        "Invoice reminders",
        "Reminds of what is due, and says who has paid since.",
        "finance",
        "commerce",
        ("invoices_per_month", "Invoices a month", Per.MONTH),
        ("time_per_invoice_minutes", "Minutes for each", Unit.MINUTES),
        (0.05, 25, 15),
    ),
    Offer(
        "content_scheduler",
        "Content scheduler",
        "Puts posts out at the times agreed on.",
        "marketing",
        "media",
        ("posts_per_week", "Posts a week", Per.WEEK),
        ("time_per_post_minutes", "Minutes for each", Unit.MINUTES),
        (0.02, 10, 20),
    ),
    Offer(
        "data_entry_automation",
        "Data entry",
        "Carries what comes on paper or in mails into the tables.",
        "operations",
        "automation",
        ("entries_per_week", "Entries a week", Per.WEEK),
        ("time_per_entry_minutes", "Minutes for each", Unit.MINUTES),
        (0.15, 30, 0),
    ),
    Offer(
        "report_generation",
        "Report generation",
        "Gathers the figures of a report and writes it.",
        "analytics",
        "analytics",
        ("reports_per_month", "Reports a month", Per.MONTH),
        ("time_per_report_hours", "Hours for each", Unit.HOURS),
        (0.03, 50, 100),
    ),
    Offer(
        "email_triage",
        "Email triage",
        "Sorts what comes in, and says what needs a person.",
        "communication",
        "automation",
        ("emails_per_day", "Mails a working day", Per.DAY),
        ("time_per_email_minutes", "Minutes for each", Unit.MINUTES),
        (0.08, 15, 5),
    ),
)
BY_ID = {offer.id: offer for offer in OFFERS}
