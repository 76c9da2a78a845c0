"""Words that can be tapped for their meaning."""

from django import template
from django.utils.safestring import SafeString

from requests_app import words

register = template.Library()


@register.simple_tag
def word(name: str) -> SafeString:
    """`{% word "KK" %}`: see requests_app/words.py. Not inside a `<p>`."""
    return words.word(name)
