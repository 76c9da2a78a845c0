"""A stand-in for the WhatsApp Business Cloud API, for the embedded run and the tests.

A process of its own, on loopback only, that speaks the real protocol: it takes messages,
sends signed receipts to the webhook, keeps a ledger, and shows each phone as a chat page.
Beside it a mail server that delivers to nobody and shows each mailbox as a page. Little more
than the standard library, so that it starts at once. It never runs in production.
"""
