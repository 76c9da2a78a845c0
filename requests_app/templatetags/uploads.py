"""What the upload script needs on a page: figures, words, and the line for a file that is being sent."""

from typing import Any

from django import template

from requests_app.uploads import script

register = template.Library()


@register.inclusion_tag("partials/upload_script.html", takes_context=True)
def upload_script(context: dict[str, Any]) -> dict[str, Any]:
    """Once per form with uploads, inside the form; invisible until a file is chosen."""
    return {"request": context["request"], **script.setup()}
