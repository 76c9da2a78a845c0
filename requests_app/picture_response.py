"""Pages of documents on their way out of the building's disk, to staff and to whoever uploaded them."""

from django.http import HttpResponse


def picture_response(picture: bytes, name: str) -> HttpResponse:
    """Whatever the bytes are, the browser may only draw them: fixed type, no sniffing, no scripts, no copies kept."""
    response = HttpResponse(picture, content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
