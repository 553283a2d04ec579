"""Authlib, a client library that knows nothing of this service, goes through every grant that is offered.

    oauth.py keys       prints a fresh key pair of each sort
    oauth.py < world    goes through the grants, and prints what it has been through

The world is JSON: where the service is, its accounts and its keys. Anything that is not as the standards have
it ends the program with an error.
"""

import json
import os
import sys

# The service stands on the loopback, without TLS.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from joserfc.jwk import ECKey, RSAKey
import requests


def keys():
    made = {"ES256": ECKey.generate_key("P-256"), "RS256": RSAKey.generate_key(2048)}
    return {alg: {"private": key.as_dict(private=True), "public": key.as_dict(private=False)} for alg, key in made.items()}


def refused(act, error):
    try:
        token = act()
    except OAuthError as met:
        assert met.error == error, f"{met.error} instead of {error}"
        return
    raise AssertionError(f"{token} instead of {error}")


def walk(world):
    base, issuer, through = world["base"], world["issuer"], []

    found = requests.get(f"{base}/.well-known/oauth-authorization-server", timeout=10).json()
    # The loopback has no TLS, which the standard asks of a real address, and there is no page for people, so no
    # response type, which Authlib takes for a list forgotten. All else is held against the standard.
    secure = {name: value.replace("http://", "https://") if isinstance(value, str) else value for name, value in found.items()}
    assert secure.pop("response_types_supported") == []
    AuthorizationServerMetadata({**secure, "response_types_supported": ["none"]}).validate()
    assert found["issuer"] == issuer
    here = lambda name: base + found[f"{name}_endpoint"].removeprefix(issuer)
    token_url, introspect_url, revoke_url = here("token"), here("introspection"), here("revocation")
    through.append("metadata")

    def units(token):
        return requests.get(f"{base}/api/v1/units", headers={"Authorization": f"Bearer {token}"}, timeout=10).status_code

    basic = world["basic"]
    session = OAuth2Session(basic["id"], basic["secret"], token_endpoint_auth_method="client_secret_basic")
    token = session.fetch_token(token_url, grant_type="client_credentials")
    assert token["token_type"] == "Bearer" and token["scope"] == "units:read people:read" and 0 < token["expires_in"] <= 600
    assert session.get(f"{base}/api/v1/units", timeout=10).status_code == 200
    through.append("client_credentials by client_secret_basic")

    narrow = OAuth2Session(basic["id"], basic["secret"], scope="people:read", token_endpoint_auth_method="client_secret_basic")
    assert narrow.fetch_token(token_url, grant_type="client_credentials")["scope"] == "people:read"
    assert units(narrow.token["access_token"]) == 403
    wide = OAuth2Session(basic["id"], basic["secret"], scope="people:write", token_endpoint_auth_method="client_secret_basic")
    refused(lambda: wide.fetch_token(token_url, grant_type="client_credentials"), "invalid_scope")
    wrong = OAuth2Session(basic["id"], "wrong", token_endpoint_auth_method="client_secret_basic")
    refused(lambda: wrong.fetch_token(token_url, grant_type="client_credentials"), "invalid_client")
    refused(lambda: session.fetch_token(token_url, grant_type="password", username="a", password="b"), "unsupported_grant_type")
    through.append("scopes and errors")

    assert session.introspect_token(introspect_url, token=token["access_token"]).json()["scope"] == "units:read people:read"
    assert session.revoke_token(revoke_url, token=token["access_token"]).status_code == 200
    assert session.introspect_token(introspect_url, token=token["access_token"]).json() == {"active": False}
    assert units(token["access_token"]) == 401
    through.append("introspection and revocation")

    signed = world["signed"]
    for alg, kind in [("ES256", ECKey), ("RS256", RSAKey)]:
        key = kind.import_key(signed["keys"][alg])
        by_key = OAuth2Session(signed["id"], key, token_endpoint_auth_method="private_key_jwt")
        by_key.register_client_auth_method(PrivateKeyJWT(found["token_endpoint"], alg=alg))
        by_key.fetch_token(token_url, grant_type="client_credentials")
        assert units(by_key.token["access_token"]) == 200
        through.append(f"client_credentials by private_key_jwt with {alg}")

    person = OAuth2Session(token_endpoint_auth_method="none")
    first = world["refresh_token"]
    second = person.refresh_token(token_url, refresh_token=first)
    assert second["refresh_token"] != first and units(second["access_token"]) == 200
    person.revoke_token(revoke_url, token=second["refresh_token"], token_type_hint="refresh_token")
    assert units(second["access_token"]) == 401
    refused(lambda: person.refresh_token(token_url, refresh_token=second["refresh_token"]), "invalid_grant")
    through.append("refresh_token without a client")
    return through


if __name__ == "__main__":
    print(json.dumps(keys() if sys.argv[1:] == ["keys"] else walk(json.load(sys.stdin))))
