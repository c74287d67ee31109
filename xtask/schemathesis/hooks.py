"""What schemathesis has to know of this server: its scalars, and which answers are a fault of the server.

The tool's own check, `not_a_server_error`, takes every error of a resolver for one of the server, also "sign in first".
"""

import schemathesis
from hypothesis import strategies as st
from schemathesis.graphql import nodes

# The codes that the server gives to its own faults. An error without a code is one too.
FAULTS = {"INTERNAL", "UNAVAILABLE", None}


@schemathesis.check
def no_server_error(ctx, response, case):
    assert response.status_code < 500, f"the status is {response.status_code}"
    for error in response.json().get("errors") or []:
        assert error.get("extensions", {}).get("code") not in FAULTS, error


# Something near to what is right, and something far from it. A file can be a variable alone: no text is one.
SCALARS = {
    "DateTime": ["2026-01-01T00:00:00.000Z", "2026-02-30T00:00:00Z", "-1"],
    "LanguageTag": ["en", "de-CH", "x" * 200],
    "Sha256": ["0" * 64, "g" * 64],
    "URL": ["https://example.org/", "javascript:0", "/"],
    "Upload": ["#__graphql_file__:0", "#__graphql_file__:7", "picture.png"],
}

for name, texts in SCALARS.items():
    schemathesis.graphql.scalar(name, (st.sampled_from(texts) | st.text(max_size=50)).map(nodes.String))

schemathesis.graphql.scalar("SafeInt", st.integers(-(2**63), 2**63 - 1).map(nodes.Int))
