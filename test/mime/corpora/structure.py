"""What Python's email package reads in messages: their structure, their fields, and every body decoded.

Standard input has the path of one message a line; standard output gets one JSON value a line. Octets are characters of
Latin-1 in it.
"""

import email
import email.policy
import json
import sys


def octets(text):
    return text.encode("ascii", "surrogateescape").decode("latin-1")


def node(part):
    found = {"type": part.get_content_type(), "fields": [[name, octets(value)] for name, value in part.raw_items()]}
    if part.get_content_type() == "message/delivery-status" and part.is_multipart():
        # It is a list of headers there, and a body here.
        return found
    if part.get_content_maintype() == "message" and part.is_multipart():
        found["message"] = node(part.get_payload(0))
    elif part.is_multipart():
        found["preamble"] = octets(part.preamble or "")
        found["parts"] = [node(inner) for inner in part.get_payload()]
        found["epilogue"] = octets(part.epilogue or "")
    else:
        found["body"] = part.get_payload(decode=True).decode("latin-1")
    return found


for line in sys.stdin:
    with open(line.rstrip("\n"), "rb") as file:
        print(json.dumps(node(email.message_from_binary_file(file, policy=email.policy.compat32))))
