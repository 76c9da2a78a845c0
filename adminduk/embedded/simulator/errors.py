"""How the provider says no."""

from __future__ import annotations

import json
import secrets


class ApiError(Exception):
    """One refusal, with Meta's code; ``html`` is what a gateway in front would show instead."""

    def __init__(self, status: int, code: int, message: str, details: str = "", *, html: bool = False) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.details, self.html = status, code, message, details, html

    def body(self) -> tuple[bytes, str]:
        """Return the answer's bytes and content type."""
        if self.html:
            return b"<!doctype html><title>Service Unavailable</title><h1>Sorry</h1>", "text/html"
        error = {
            "message": f"(#{self.code}) {self.message}",
            "type": "OAuthException",
            "code": self.code,
            "error_data": {"messaging_product": "whatsapp", "details": self.details or self.message},
            "fbtrace_id": "A" + secrets.token_urlsafe(16),
        }
        return json.dumps({"error": error}).encode(), "application/json"
