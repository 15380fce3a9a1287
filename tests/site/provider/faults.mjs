// What can be made to go wrong, changed at run time through the control port.
import crypto from 'node:crypto';

export const none = () => ({
  delay: 0, // ms before every answer…
  status: 0, // HTTP status instead of an answer…
  at: null, // …only where the path contains this
  date: 0, // seconds added to the Date header
  authorize: null, // loop | elsewhere | plain | page | choice | form | huge | chunks | refuse | later | state | issuer | to
  to: null, // where `authorize: to` leads
  id_token: null, // claims to replace in the ID token (numbers under iat/exp are added)
  signature: false, // ID token signed by a key nobody published
  userinfo: null, // claims to replace in UserInfo
  acr: null, // level given by the card interaction, and by the phone
  retry_after: null, // header Retry-After beside `status`
  cut: false, // the connection is cut instead of an answer (with `at`); a number: so many times
  ask: null, // OAuth error instead of the phone's acknowledgement…
  ack: null, // …or fields to replace in it (null removes one): interval, expires_in
  slow_down: 0, // so many answers «authorization_pending» say «slow_down» instead
  poll: null, // OAuth error instead of any answer about the phone
  swallow: false, // the answer that brings the phone's tokens is cut off after they were given
});

const b64 = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export function sign(header, payload, key) {
  const message = `${b64(header)}.${b64(payload)}`;
  return `${message}.${crypto.sign('sha256', Buffer.from(message), key).toString('base64url')}`;
}

export function payload(jwt) {
  return JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'));
}

// The ID token, signed again after a fault has passed over it.
export function spoiled(jwt, fault, key) {
  if (!fault.id_token && !fault.signature) return jwt;
  const header = JSON.parse(Buffer.from(jwt.split('.')[0], 'base64url'));
  const claims = payload(jwt);
  for (const [name, value] of Object.entries(fault.id_token ?? {})) {
    if (value === null) delete claims[name];
    else claims[name] = (name === 'iat' || name === 'exp') ? claims[name] + value : value;
  }
  const forger = () => crypto.generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  return sign(header, claims, fault.signature ? forger() : key);
}

// An answer of the authorize endpoint that a user agent must not simply follow. True if one was given.
export function authorizeAnswer(kind, req, res, { wallet, card, redirect, issuer, to }) {
  const url = new URL(req.url, wallet);
  const go = (where) => { res.writeHead(302, { location: where }); res.end(); };
  const page = (body) => {
    res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    res.end(`<!doctype html><html lang=fr><title>Connexion</title><body>${body}</body></html>`);
  };
  const back = (fields) => go(`${redirect}?${new URLSearchParams({ state: url.searchParams.get('state'), ...fields })}`);
  const hidden = () => [...url.searchParams].map(([n, v]) => `<input type=hidden name="${n}" value="${v}">`).join('');
  const kinds = {
    to: () => go(to),
    loop: () => { url.searchParams.set('n', 1 + +(url.searchParams.get('n') ?? 0)); go(url.href); },
    elsewhere: () => go('https://ailleurs.example.test/auth?code=volé'),
    plain: () => go(url.href.replace('https:', 'http:')),
    page: () => page('<form method=post><label>Identifiant <input name=id></label><button>Suivant</button></form>'),
    choice: () => page(`<form method=post action=/ecps><input name=rpps><button>e-CPS</button></form>
      <a href="${card}/auth${url.search.replaceAll('&', '&amp;')}">Se connecter avec la carte CPS</a> <a href="/aide">Aide</a>`),
    form: () => page(`<form method=post action=/auth>${hidden()}<noscript><button>Continuer</button></noscript></form>`),
    huge: () => { res.writeHead(200, { 'content-type': 'text/html', 'content-length': 64 << 20 }); res.write('<p>'); },
    chunks: () => {
      res.writeHead(200, { 'content-type': 'text/html' });
      const pour = () => { while (!res.destroyed && res.write('<p>'.repeat(10_000))); };
      res.on('drain', pour); pour();
    },
    refuse: () => back({ error: 'access_denied', error_description: 'Vous avez refusé.\n', iss: issuer }),
    later: () => back({ error: 'temporarily_unavailable', error_description: 'CRL', iss: issuer }),
    state: () => back({ code: 'abc', state: 'another', iss: issuer }),
    issuer: () => back({ code: 'abc', iss: 'https://someone.else.test' }),
  };
  if (!kinds[kind] || req.method !== 'GET' || url.pathname !== '/auth') return false;
  kinds[kind]();
  return true;
}
