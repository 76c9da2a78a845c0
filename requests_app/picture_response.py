"""Pages of documents, and sheets about a person, on their way out: to staff and to whoever they belong to."""

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


def sheet_response(pdf: bytes, name: str) -> HttpResponse:
    """A sheet about a person, made this moment: to keep or to print, and in no cache."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store, private"}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
