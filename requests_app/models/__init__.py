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
    CardLoss,
    CardPickup,
    CardPolicy,
    CardShipment,
    Handover,
    PrintBatch,
    Suket,
)
from requests_app.models.clock import ClockOffset, KeptFigures, SweepState
from requests_app.models.conversation import Conversation, InboundMessage, InboxNote, SentProof
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
from requests_app.models.sending import Circuit, NoticeRoute, ReachedPhone, SendingPolicy
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
    "CardLoss",
    "CardPickup",
    "CardPolicy",
    "CardShipment",
    "Circuit",
    "ClockOffset",
    "Closure",
    "Conversation",
    "CountLine",
    "Decision",
    "DecisionReason",
    "Document",
    "Draft",
    "DraftCode",
    "Event",
    "Handover",
    "Holiday",
    "InboundMessage",
    "InboxNote",
    "Kecamatan",
    "Kelurahan",
    "KeptFigures",
    "LimitCounter",
    "MessageText",
    "NikRegion",
    "Notice",
    "NoticeAttempt",
    "NoticeRoute",
    "Officer",
    "PlannedDelivery",
    "PrintBatch",
    "Promise",
    "PromisePolicy",
    "ProofCode",
    "ProtocolItem",
    "ReachedPhone",
    "Report",
    "Requirement",
    "Rung",
    "SendingPolicy",
    "SentProof",
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
