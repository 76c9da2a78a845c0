"""A browser without JavaScript: cookies, links, and forms sent as they stand on the page."""

from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx
from lxml import html

File = tuple[str, bytes, str]


class Browser:
    """One person's phone or desk; `page` is what it shows, every answer has to be a page (2xx)."""

    def __init__(self, home: str) -> None:
        self._client = httpx.Client(base_url=home, follow_redirects=True, timeout=60, trust_env=False)
        self.page: Any = None
        self.address = ""
        self.status = 0

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def open(self, address: str, expect: int = 200) -> "Browser":
        """Go to an address."""
        return self._show(self._client.get(address), expect)

    def fetch(self, address: str) -> httpx.Response:
        """Something that is not a page."""
        return self._client.get(urljoin(self.address, address))

    @property
    def text(self) -> str:
        """What a person reads, blanks joined."""
        return " ".join(self.page.text_content().split())

    def link(self, words: str) -> "Browser":
        """Follow the link with these words."""
        found = [a for a in self.page.iter("a") if words in " ".join(a.text_content().split())]
        assert found, f"no link {words!r} on {self.address}: {self.text[:600]}"
        return self.open(urljoin(self.address, found[0].get("href")))

    def links(self, part: str) -> list[str]:
        """The addresses of links and pictures that contain `part`."""
        targets = [*self.page.xpath("//a/@href"), *self.page.xpath("//img/@src")]
        return [target for target in targets if part in target]

    def press(
        self,
        button: str,
        fields: dict[str, Any] | None = None,
        files: dict[str, list[File]] | None = None,
        expect: int = 200,
    ) -> "Browser":
        """Fill in `fields` (they have to be there) and press the button with these words."""
        node = self._button(button)
        form = self._form_of(node)
        data = _as_it_stands(form)
        for name, value in (fields or {}).items():
            assert form.xpath(".//*[@name=$name]", name=name), f"no field {name} on {self.address}: {_names(form)}"
            data[name] = value
        if node.get("name"):
            data[node.get("name")] = node.get("value", "")
        action = node.get("formaction") or form.get("action") or self.address
        address = urljoin(self.address, action)
        if form.get("method", "get").lower() != "post":
            return self._show(self._client.get(address, params=data), expect)
        sent = [(name, file) for name, listed in (files or {}).items() for file in listed]
        if form.get("enctype") == "multipart/form-data" and not sent:
            sent = [("", ("", b"", "application/octet-stream"))]
        headers = {"Referer": self.address, "Origin": "{0.scheme}://{0.netloc}".format(urlsplit(self.address))}
        return self._show(self._client.post(address, data=data, files=sent or None, headers=headers), expect)

    def _button(self, words: str) -> Any:
        for node in self.page.xpath("//button | //input[@type='submit']"):
            shown = node.get("value", "") if node.tag == "input" else " ".join(node.text_content().split())
            if words in shown and node.get("type", "submit") == "submit":
                return node
        raise AssertionError(f"no button {words!r} on {self.address}: {self.text[:600]}")

    def _form_of(self, node: Any) -> Any:
        if node.get("form"):
            return self.page.get_element_by_id(node.get("form"))
        return next(node.iterancestors("form"))

    def _show(self, response: httpx.Response, expect: int) -> "Browser":
        self.address = urldefrag(str(response.url)).url
        self.status = response.status_code
        self.page = html.fromstring(response.text or "<html></html>")
        assert response.status_code == expect, f"{response.status_code} on {self.address}: {self.text[:1500]}"
        return self


def _as_it_stands(form: Any) -> dict[str, Any]:
    """The values that a browser would send without anybody touching the form; buttons and files left out."""
    data: dict[str, Any] = {}
    for node in form.xpath(".//input[@name] | .//textarea[@name] | .//select[@name]"):
        kind, name = node.get("type", "text"), node.get("name")
        if kind in {"submit", "button", "file", "image"} or node.get("disabled") is not None:
            continue
        if kind in {"radio", "checkbox"}:
            if node.get("checked") is not None:
                data.setdefault(name, []).append(node.get("value", "on"))
        elif node.tag == "select":
            chosen = node.xpath(".//option[@selected]/@value") or node.xpath("(.//option)[1]/@value")
            data[name] = chosen[0] if chosen else ""
        else:
            data[name] = node.text or "" if node.tag == "textarea" else node.get("value", "")
    return data


def _names(form: Any) -> list[str]:
    return sorted(set(form.xpath(".//*/@name")))
