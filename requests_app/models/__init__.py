"""What is stored, one file per subject."""

from requests_app.models.application import HOLDS_KEY, Application
from requests_app.models.blanks import (
    BlankBox,
    BlankDay,
    BlankHold,
    BlankHolding,
    BlankMovement,
    BlankReceipt,
    BlankStock,
    BlankTransfer,
    BlankWait,
    CountLine,
    PlannedDelivery,
    StockAlert,
    StockCount,
    StockPhoto,
    TransferLine,
)
from requests_app.models.cards import (
    BatchBox,
    Card,
    CardPickup,
    CardPolicy,
    CardShipment,
    Handover,
    PrintBatch,
    Suket,
)
from requests_app.models.clock import ClockOffset, SweepState
from requests_app.models.decision import Decision
from requests_app.models.document import Document
from requests_app.models.draft import Draft
from requests_app.models.history import APPEND_ONLY, AccessLog, Event, StaffNote
from requests_app.models.notice import Notice, NoticeAttempt, WebhookEvent
from requests_app.models.places import Kecamatan, Kelurahan, NikRegion
from requests_app.models.promise import Promise, Rung
from requests_app.models.proof import DraftCode, LimitCounter, ProofCode
from requests_app.models.reference import DecisionReason, Holiday, MessageText, PromisePolicy, Requirement
from requests_app.models.report import CallAttempt, CallTask, Report
from requests_app.models.service_notice import ServiceNotice
from requests_app.models.staff import Officer, Shift
from requests_app.models.survey import Survey
from requests_app.models.visit import Slot, Visit, VisitApplication, VisitPerson
from requests_app.models.zones import Closure, ProtocolItem, Zone, ZoneCoverage

__all__ = [
    "APPEND_ONLY",
    "HOLDS_KEY",
    "AccessLog",
    "Application",
    "BatchBox",
    "BlankBox",
    "BlankDay",
    "BlankHold",
    "BlankHolding",
    "BlankMovement",
    "BlankReceipt",
    "BlankStock",
    "BlankTransfer",
    "BlankWait",
    "CallAttempt",
    "CallTask",
    "Card",
    "CardPickup",
    "CardPolicy",
    "CardShipment",
    "ClockOffset",
    "Closure",
    "CountLine",
    "Decision",
    "DecisionReason",
    "Document",
    "Draft",
    "DraftCode",
    "Event",
    "Handover",
    "Holiday",
    "Kecamatan",
    "Kelurahan",
    "LimitCounter",
    "MessageText",
    "NikRegion",
    "Notice",
    "NoticeAttempt",
    "Officer",
    "PlannedDelivery",
    "PrintBatch",
    "Promise",
    "PromisePolicy",
    "ProofCode",
    "ProtocolItem",
    "Report",
    "Requirement",
    "Rung",
    "ServiceNotice",
    "Shift",
    "Slot",
    "StaffNote",
    "StockAlert",
    "StockCount",
    "StockPhoto",
    "Suket",
    "Survey",
    "SweepState",
    "TransferLine",
    "Visit",
    "VisitApplication",
    "VisitPerson",
    "WebhookEvent",
    "Zone",
    "ZoneCoverage",
]
