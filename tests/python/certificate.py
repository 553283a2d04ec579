"""Writes an authority that nobody knows, and a certificate of it for the loopback, into a folder.

    certificate.py FOLDER       authority.pem, certificate.pem, key.pem
"""

import datetime
import ipaddress
import json
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

folder = pathlib.Path(sys.argv[1])
now = datetime.datetime.now(datetime.timezone.utc)


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certificate(subject, public, authority):
    begun = x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name("An authority of tests (giả định)"))
    begun = begun.public_key(public).serial_number(x509.random_serial_number())
    begun = begun.not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + datetime.timedelta(days=1))
    return begun.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)


own, served = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
authority = certificate("An authority of tests (giả định)", own.public_key(), True).sign(own, hashes.SHA256())
leaf = certificate("127.0.0.1", served.public_key(), False)
leaf = leaf.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
leaf = leaf.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False).sign(own, hashes.SHA256())
pem = serialization.Encoding.PEM
(folder / "authority.pem").write_bytes(authority.public_bytes(pem))
(folder / "certificate.pem").write_bytes(leaf.public_bytes(pem))
(folder / "key.pem").write_bytes(served.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
print(json.dumps({"written": 3}))
