"""Canaille 0.3.6 as the organisational provider of the test site. One process, loopback only.

python op_app.py '{"dir": …, "port": …, "cert": …, "key": …, "smtp": …, "smpp": …, "factors": […], …}'

Three things are mended or added, all through names of 0.3.6 (hence the frozen requirements):
a choice of second factor, which it does not have; SMS sent to the telephone, not to the e-mail address;
opaque access tokens, since two of its own in one second are equal and break a constraint.
"""
import asyncio
import datetime
import json
import secrets
import sys

options = json.loads(sys.argv[1])

from flask import Blueprint, g, redirect, request  # noqa: E402
from canaille import create_app  # noqa: E402
from canaille.app import models  # noqa: E402
from canaille.app.forms import Form  # noqa: E402
from canaille.app.templating import render_template  # noqa: E402
from canaille.backends import Backend  # noqa: E402
from canaille.core import auth as core_auth  # noqa: E402
from canaille.core.endpoints import auth as endpoints  # noqa: E402
from canaille.core.endpoints.auth import otp as otp_pages, sms as sms_pages  # noqa: E402
from canaille.oidc import provider  # noqa: E402
from hypercorn.asyncio import serve  # noqa: E402
from hypercorn.config import Config  # noqa: E402
from joserfc.jwk import RSAKey  # noqa: E402

send = sms_pages.send_one_time_password_sms
sms_pages.send_one_time_password_sms = lambda _mail, code: send(g.auth.user.phone_numbers[0], code)
provider.generate_access_token = lambda client, grant_type, user, scope: secrets.token_urlsafe(48)

CHOICES = (
    ("email", "Recevoir un code par e-mail"),
    ("sms", "Recevoir un code par SMS"),
    ("otp", "Utiliser une application d'authentification"),
)
bp = Blueprint("second", __name__, template_folder="templates")


@bp.context_processor
def context():
    return {"menu": False}


class ChoiceForm(Form):
    pass


@bp.route("/auth/second", methods=["GET", "POST"])
@core_auth.auth_step("second")
def second():
    form = ChoiceForm(request.form or None)
    user = g.auth.user
    has = {
        "email": bool(user and user.emails),
        "sms": bool(user and user.phone_numbers),
        "otp": bool(user and user.secret_token),
    }
    choices = [choice for choice in CHOICES if has[choice[0]]]
    if request.form and form.validate() and request.form.get("factor") in dict(choices):
        g.auth.remaining = [request.form["factor"]] + g.auth.remaining[1:]
        return core_auth.redirect_to_next_auth_step()
    return render_template("second.html", form=form, choices=choices)


# 0.3.6 shows the enrolment of an application before the password, and takes it for the password.
@otp_pages.bp.before_request
def guard_setup():
    if request.path.endswith("/auth/otp-setup") and not (
        g.auth and "password" in g.auth.achieved and g.auth.current_step == "otp"
    ):
        return redirect("/login")


endpoints.bp.register_blueprint(bp)

app = create_app(
    config={
        "SECRET_KEY": secrets.token_hex(),
        "SERVER_NAME": f"localhost:{options['port']}",
        "PREFERRED_URL_SCHEME": "https",
        "CANAILLE": {
            "NAME": "Messagerie de test",
            "DATABASE": "sql",
            "JAVASCRIPT": options.get("javascript", False),
            "HTMX": options.get("javascript", False),
            "HIDE_INVALID_LOGINS": True,
            "CAPTCHA_ENABLED": False,
            "ENABLE_INTRUDER_LOCKOUT": options.get("lockout", False),
            "OTP_METHOD": "TOTP",
            "OTP_LIFETIME": datetime.timedelta(seconds=options.get("code_lifetime", 600)),
            "LOGIN_ATTRIBUTES": ["user_name", "emails"],
            "AUTHENTICATION_FACTORS": options["factors"],
            "SMTP": {"HOST": "127.0.0.1", "PORT": options["smtp"], "FROM_ADDR": "ne-pas-repondre@mss.test"},
            "SMPP": {"HOST": "127.0.0.1", "PORT": options["smpp"], "LOGIN": "sms", "PASSWORD": "sms"},
        },
        "CANAILLE_SQL": {"DATABASE_URI": f"sqlite:///{options['dir']}/canaille.sqlite"},
        "CANAILLE_OIDC": {
            "TRUSTED_DOMAINS": [],
            "REQUIRE_NONCE": True,
            "ACTIVE_JWKS": [
                RSAKey.generate_key(2048, {"use": "sig", "kid": "bac-a-sable"}, private=True).as_dict(private=True)
            ],
        },
    }
)


def seed():
    from canaille.app.installation import install

    install(app)
    now = datetime.datetime.now(datetime.timezone.utc)
    for person in options["people"]:
        user = models.User(
            formatted_name=person["name"],
            given_name=person["name"].split()[0],
            family_name=person["name"].split()[-1],
            user_name=person["login"],
            emails=[person["email"]],
            password=person["password"],
        )
        if person.get("phone"):
            user.phone_numbers = [person["phone"]]
        if person.get("totp"):
            # The key of the application is the text itself. A login by it in the past: it is enrolled.
            user.secret_token = person["totp"]
            user.last_otp_login = now
        Backend.instance.save(user)
    for client in options["clients"]:
        public = "secret" not in client
        made = models.Client(
            client_id=client["id"],
            client_name=client["id"].title(),
            client_id_issued_at=now,
            client_secret=client.get("secret"),
            token_endpoint_auth_method="none" if public else "client_secret_basic",
            redirect_uris=[options["redirect"]],
            post_logout_redirect_uris=[options["redirect"] + "/fin"],
            grant_types=["authorization_code", "refresh_token"],
            response_types=["code"],
            scope=["openid", "profile", "email", "phone"],
            id_token_signed_response_alg="RS256",
            client_uri="https://guichet.mss.test",
        )
        Backend.instance.save(made)
        made.audience = [made]
        Backend.instance.save(made)


with app.app_context(), Backend.instance.session():
    seed()

config = Config()
config.bind = [f"127.0.0.1:{options['port']}"]
config.certfile, config.keyfile = options["cert"], options["key"]
asyncio.run(serve(app, config, mode="wsgi"))
