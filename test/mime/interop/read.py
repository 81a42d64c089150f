"""What Python's email package reads in messages.

Standard input has the path of one message a line; standard output gets one JSON value a line.
"""

import email
import email.policy
import hashlib
import json
import sys

policy = email.policy.default
as_received = policy.clone(linesep="\r\n", refold_source="none")


def mailboxes(message, name):
    field = message[name]
    return [] if field is None else [[each.display_name, each.addr_spec] for each in field.addresses]


def text(value):
    return None if value is None else str(value)


def leaves(part):
    if part.get_content_maintype() != "multipart":
        yield part
    else:
        for inner in part.iter_parts():
            yield from leaves(inner)


def content(part):
    if part.get_content_type() == "message/rfc822":
        return part.get_payload(0).as_bytes(policy=as_received)
    return part.get_payload(decode=True)


def attachment(part):
    return {
        "type": part.get_content_type(),
        "contentId": text(part["Content-ID"]),
        "sha256": hashlib.sha256(content(part)).hexdigest(),
    }


def defects(message):
    found = []
    for part in message.walk():
        found += part.defects
        for field in part.values():
            found += getattr(field, "defects", ())
    return [repr(each) for each in found]


def reading(message):
    plain = message.get_body(("plain",))
    html = message.get_body(("html",))
    attached = [part for part in leaves(message) if part is not plain and part is not html]
    return {
        "subject": text(message["Subject"]),
        "date": int(message["Date"].datetime.timestamp() * 1000),
        "messageId": text(message["Message-ID"]),
        "inReplyTo": text(message["In-Reply-To"]),
        "references": text(message["References"]),
        "from": mailboxes(message, "From"),
        "sender": mailboxes(message, "Sender"),
        "replyTo": mailboxes(message, "Reply-To"),
        "to": mailboxes(message, "To"),
        "cc": mailboxes(message, "Cc"),
        "bcc": mailboxes(message, "Bcc"),
        "fields": {name.lower(): str(value) for name, value in message.items() if name.lower().startswith("x-")},
        "text": plain and plain.get_content(),
        "html": html and html.get_content(),
        "filenames": [part.get_filename() for part in attached],
        "attachments": [attachment(part) for part in attached],
        "complaints": defects(message),
    }


for line in sys.stdin:
    with open(line.rstrip("\n"), "rb") as file:
        print(json.dumps(reading(email.message_from_binary_file(file, policy=policy))))
