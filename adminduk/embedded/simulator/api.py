"""The reading half of the API: is the sending number well, which templates are there?"""

from __future__ import annotations

from adminduk.embedded.simulator.errors import ApiError
from adminduk.embedded.simulator.http import Request, Response, as_json
from adminduk.embedded.simulator.sending import authorise
from adminduk.embedded.simulator.state import Simulator


def phone_number(simulator: Simulator, request: Request, phone_number_id: str) -> Response:
    """Answer ``GET /v{N}/{phone_number_id}``, the health probe of one number."""
    try:
        authorise(simulator, request, phone_number_id)
        sender = simulator.registry.sender(phone_number_id)
    except ApiError as refusal:
        return Response(refusal.status, *refusal.body())
    return as_json(
        {
            "id": phone_number_id,
            "display_phone_number": sender["display_phone_number"],
            "verified_name": sender["name"],
            "quality_rating": "GREEN",
        }
    )


def templates(simulator: Simulator, request: Request, account_id: str) -> Response:
    """Answer ``GET /v{N}/{account}/message_templates``."""
    try:
        authorise(simulator, request)
    except ApiError as refusal:
        return Response(refusal.status, *refusal.body())
    known = simulator.registry.templates.read()
    return as_json(
        {
            "data": [
                {
                    "name": name,
                    "language": template.get("language", "id"),
                    "category": template.get("category", "UTILITY"),
                    "status": template.get("status", "APPROVED"),
                }
                for name, template in sorted(known.items())
            ]
        }
    )
