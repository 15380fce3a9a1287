// A certified OpenID provider (panva/node-oidc-provider) set up like Pro Santé Connect. Loopback only.
// Usage: node server.mjs '{"pki": "DIR", …}'   one JSON line on stdout when ready: issuer, discovery, ports.
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { Provider } from 'oidc-provider';
import { authorizeAnswer, none, sign, spoiled } from './faults.mjs';
import { claims, people } from './people.mjs';
import * as phone from './phone.mjs';
import { proxy } from './proxy.mjs';

const options = {
  format: 'opaque', // or jwt: access tokens as Keycloak makes them
  access_ttl: 120,
  refresh_ttl: 1800,
  mailboxes: {}, // national identifier -> value of the claim mssante_mailboxes
  signed_userinfo: false,
  pages: 'card', // or built-in: the provider's own, with login, password and consent
  logout: 'form', // or ask: a page that waits for a person
  strict_card: false, // hang up on a bad card instead of a page
  card_versions: 'both', // or tls1.3, tls1.2
  certificate: 'provider', // or stranger, expired, wrong-name
  card_certificate: 'provider',
  redirect: 'http://127.0.0.1:17999/retour',
  ciba: true, // logins by phone
  ciba_ttl: 120, // seconds the person has
  proxy: 'extended', // what the proxy's session object holds; or sample: no tokens
  ports: [0, 0, 0, 0, 0], // main, card, client certificate, control, proxy; 0: any free one
  ...JSON.parse(process.argv[2] ?? '{}'),
};
const REALM = '/auth/realms/esante-wallet';
const OIDC = '/protocol/openid-connect';
// Like the real one, the description is not at the standard address.
const WELL_KNOWN = '/.well-known/wallet-openid-configuration';
const STANDARD = '/.well-known/openid-configuration';
const file = (name) => fs.readFileSync(path.join(options.pki, name));
const context = (name) => ({ cert: file(`${name}.pem`), key: file(`${name}.key`), minVersion: 'TLSv1.2' });
const versions = { both: {}, 'tls1.3': { minVersion: 'TLSv1.3' }, 'tls1.2': { maxVersion: 'TLSv1.2' } }[options.card_versions];

// Node reads one list of each text it is given.
const lists = file('card-ca.crl.pem').toString().match(/-----BEGIN X509 CRL-----[^-]+-----END X509 CRL-----/g);
const cardTrust = { ca: file('card-ca.pem'), crl: lists, ...versions };

let fault = none();
let requests = [];
let events = [];
let issued = [];
const grants = [];
const opaque = new Map(); // JWT access token -> the provider's own

// -- listeners first: the issuer contains a port
const main = https.createServer({ ...context(options.certificate) });
const card = https.createServer({ ...context(options.card_certificate), ...cardTrust, requestCert: true, rejectUnauthorized: options.strict_card });
const mutual = https.createServer({ ...context(options.certificate), ca: file('org-ca.pem'), requestCert: true,
  rejectUnauthorized: false });
const front = https.createServer({ ...context(options.certificate) });
const control = http.createServer();
const listen = (server, port) => new Promise((resolve, reject) => server.once('error', reject)
  .listen(port, '127.0.0.1', () => resolve(server.address().port)));
const servers = [main, card, mutual, control, front];
const [mainPort, cardPort, mutualPort, controlPort, frontPort] = await Promise.all(servers.map((s, i) => listen(s, options.ports[i] ?? 0)));
const AUTH = `https://auth.psc.test:${mainPort}`;
const WALLET = `https://wallet.psc.test:${mainPort}`;
const CARD = `https://wallet.psc.test:${cardPort}`;
const MUTUAL = `https://auth.psc.test:${mutualPort}`;
const ISSUER = AUTH + REALM;

// -- the provider
const key = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const client = (client_id, method, more = {}) => ({ client_id, token_endpoint_auth_method: method,
  application_type: 'native', redirect_uris: [options.redirect], post_logout_redirect_uris: [`${options.redirect}/fin`],
  grant_types: ['authorization_code', 'refresh_token', ...(options.ciba ? ['urn:openid:params:grant-type:ciba'] : [])],
  response_types: ['code'], ...(options.ciba ? { backchannel_token_delivery_mode: 'poll' } : {}),
  ...(options.signed_userinfo ? { userinfo_signed_response_alg: 'RS256' } : {}), ...more });
const clients = [
  client('borne', 'client_secret_basic', { client_secret: 'borne-secret' }),
  client('borne-publique', 'none'),
  client('borne-certificat', 'tls_client_auth', { tls_client_auth_san_dns: 'guichet.psc.test' }),
  { client_id: 'dovecot', client_secret: 'dovecot-secret', redirect_uris: [], response_types: [], grant_types: [],
    token_endpoint_auth_method: 'client_secret_basic' },
];
const provider = new Provider(ISSUER, {
  clients,
  scopes: ['openid', 'offline_access', 'scope_all', 'mail'],
  claims: { openid: ['sub', 'acr'], scope_all: [...claims, 'mssante_mailboxes'] },
  acrValues: ['eidas1', 'eidas2'],
  clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none', 'tls_client_auth'],
  async findAccount(_ctx, id, token) {
    if (!people[id]) return undefined;
    const mailboxes = options.mailboxes[id];
    return { accountId: id, claims: async () => ({ ...people[id],
      ...(token?.gty?.startsWith('ciba') ? { authMode: 'MOBILE' } : {}), ...(mailboxes ? { mssante_mailboxes: mailboxes } : {}) }) };
  },
  extraTokenClaims: async (_ctx, token) => ({ SubjectNameID: token.accountId, azp: token.clientId }),
  ...(options.pages === 'card' ? { interactions: { url: (_ctx, interaction) => `${CARD}/carte/${interaction.uid}` } } : {}),
  pkce: { required: () => true },
  enableHttpPostMethods: true,
  cookies: { keys: [crypto.randomUUID()], long: { domain: 'psc.test', secure: true, signed: true, httpOnly: true, sameSite: 'none' },
    short: { domain: 'psc.test', secure: true, signed: true, httpOnly: true, sameSite: 'none' } },
  ttl: { AccessToken: options.access_ttl, RefreshToken: options.refresh_ttl, Session: 14400, Interaction: 600, Grant: 14400, IdToken: 120,
    BackchannelAuthenticationRequest: options.ciba_ttl },
  extraParams: { channel: phone.channel },
  issueRefreshToken: async () => true,
  routes: { authorization: '/auth', token: `${OIDC}/token`, userinfo: `${OIDC}/userinfo`, jwks: `${OIDC}/certs`,
    introspection: `${OIDC}/token/introspect`, revocation: `${OIDC}/revoke`, end_session: `${OIDC}/logout`,
    backchannel_authentication: `${OIDC}/ext/ciba/auth` },
  features: {
    devInteractions: { enabled: options.pages === 'built-in' },
    introspection: { enabled: true, allowedPolicy: (_ctx, by) => by.clientId === 'dovecot' },
    revocation: { enabled: true },
    ciba: options.ciba ? phone.ciba : { enabled: false },
    jwtUserinfo: { enabled: options.signed_userinfo },
    rpInitiatedLogout: { enabled: true,
      logoutSource: async (ctx, form) => {
        const choice = '<button form="op.logoutForm" name="logout" value="yes">Oui</button><button form="op.logoutForm">Non</button>';
        const yes = form.replace('</form>', '<input type="hidden" name="logout" value="yes"></form>');
        ctx.body = options.logout === 'ask' ? `<body>${form}${choice}</body>` : `<body onload="document.forms[0].submit()">${yes}</body>`;
      },
      postLogoutSuccessSource: async (ctx) => { ctx.body = '<p>Vous êtes déconnecté.</p>'; } },
    mTLS: { enabled: true, tlsClientAuth: true, certificateBoundAccessTokens: false, selfSignedTlsClientAuth: false,
      getCertificate: (ctx) => ctx.req.socket.getPeerX509Certificate?.()?.toString(),
      certificateAuthorized: (ctx) => ctx.req.socket.authorized === true,
      certificateSubjectMatches: (ctx, property, expected) => property === 'tls_client_auth_san_dns'
        && ctx.req.socket.getPeerX509Certificate().subjectAltName?.split(', ').includes(`DNS:${expected}`) },
  },
  jwks: { keys: [{ ...key.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'bac-a-sable' }] },
  renderError: async (ctx, out, error) => { ctx.type = 'json'; ctx.body = { ...out, detail: error.error_detail ?? error.message }; },
});
for (const name of ['access_token.destroyed', 'refresh_token.destroyed', 'grant.revoked', 'session.destroyed', 'end_session.success', 'refresh_token.consumed']) {
  provider.on(name, () => events.push(name));
}
// An opaque token is its own identifier: who looks for what a kiosk left behind needs the words themselves.
for (const name of ['access_token.saved', 'refresh_token.saved']) provider.on(name, (token) => issued.push(token.jti));
provider.on('server_error', (_ctx, error) => console.error(error));

provider.use(async (ctx, next) => {
  await phone.around(ctx, next, fault);
  if (ctx.path === STANDARD && ctx.body) {
    Object.assign(ctx.body, { authorization_endpoint: `${WALLET}/auth`, tls_client_certificate_bound_access_tokens: true,
      frontchannel_logout_supported: 'non' });
    const endpoints = Object.entries(ctx.body).filter(([name]) => /^(token|userinfo|revocation|backchannel_authentication)_endpoint$/.test(name));
    ctx.body.mtls_endpoint_aliases = Object.fromEntries(endpoints.map(([name, at]) => [name, at.replace(AUTH, MUTUAL)]));
  }
  if (ctx.oidc?.route === 'userinfo' && ctx.body?.sub) Object.assign(ctx.body, fault.userinfo);
  if (ctx.oidc?.route === 'token' && ctx.body?.access_token) {
    if (options.format === 'jwt') ctx.body.access_token = await structured(ctx.body.access_token);
    if (ctx.body.id_token) ctx.body.id_token = spoiled(ctx.body.id_token, fault, key);
  }
});

// A JWT in front of the provider's own opaque token: Keycloak's tokens are good for UserInfo and local validation both.
async function structured(own) {
  const token = await provider.AccessToken.find(own);
  const jwt = sign({ alg: 'RS256', typ: 'JWT', kid: 'bac-a-sable' }, { iss: ISSUER, sub: token.accountId, aud: 'account',
    azp: token.clientId, SubjectNameID: token.accountId, scope: token.scope, acr: 'eidas2', jti: crypto.randomUUID(),
    iat: token.iat, exp: token.exp }, key);
  opaque.set(jwt, own);
  return jwt;
}

// -- every request of every listener
const callback = provider.callback();
const read = async (req) => { const parts = []; for await (const part of req) parts.push(part); return Buffer.concat(parts).toString(); };
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let connections = 0;
let cardConnections = 0;
const sockets = new Set();

function serve(name, server, handle) {
  server.on('connection', (socket) => {
    socket.setNoDelay(true);
    sockets.add(socket.on('close', () => sockets.delete(socket)));
    if (name === 'card') cardConnections += 1;
  });
  server.on('secureConnection', (socket) => { socket.number = ++connections; });
  server.on('request', async (req, res) => {
    const url = new URL(req.url, 'https://x');
    requests.push({ listener: name, host: req.headers.host, method: req.method, path: url.pathname, connection: req.socket.number,
      certificate: !!req.socket.getPeerX509Certificate?.(), referer: req.headers.referer ?? null,
      language: req.headers['accept-language'] ?? null });
    const here = !fault.at || url.pathname.includes(fault.at);
    if (fault.delay && here) await sleep(fault.delay);
    if (fault.date) { res.sendDate = false; res.setHeader('date', new Date(Date.now() + 1000 * fault.date).toUTCString()); }
    if (fault.cut && here) {
      if (fault.cut !== true) fault.cut -= 1;
      return req.socket.destroy();
    }
    if (fault.retry_after !== null) res.setHeader('retry-after', fault.retry_after);
    if (fault.status && here) { res.statusCode = fault.status; return res.end('en panne'); }
    try { await handle(req, res); } catch (error) { console.error(error); res.statusCode = 500; res.end(); }
  });
}

async function openid(req, res, listener = 'main') {
  if (listener === 'main' && authorizeAnswer(fault.authorize, req, res, { wallet: WALLET, card: CARD, redirect: options.redirect, issuer: ISSUER, to: fault.to })) return;
  if (req.url === '/token/introspection') req.url = `${REALM}${OIDC}/token/introspect`;
  if (req.url.endsWith(STANDARD)) { res.statusCode = 404; return res.end(); }
  req.url = req.url.replace(WELL_KNOWN, STANDARD);
  if (req.url.startsWith(`${REALM}/`)) { req.originalUrl = req.url; req.url = req.url.slice(REALM.length); }
  if (options.format === 'jwt') await unwrap(req);
  callback(req, res);
}

// Wherever our JWT comes back, the provider gets its own token.
async function unwrap(req) {
  const bearer = req.headers.authorization?.replace(/^Bearer /, '');
  if (opaque.has(bearer)) req.headers.authorization = `Bearer ${opaque.get(bearer)}`;
  if (req.method === 'POST' && /introspect|revoke/.test(req.url)) {
    const form = new URLSearchParams(await read(req));
    if (opaque.has(form.get('token'))) form.set('token', opaque.get(form.get('token')));
    req.body = Object.fromEntries(form);
  }
}

const page = (res, status, text) => {
  res.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
  res.end(`<!doctype html><html lang=fr><title>Carte CPS</title><body><p>${text}</p><form method=post><input name=rpps><button>e-CPS</button></form></body></html>`);
};

async function cardPages(req, res) {
  if (!req.url.startsWith('/carte/')) return openid(req, res, 'card');
  const { socket } = req;
  const certificate = socket.getPeerCertificate();
  if (!certificate.subject) return page(res, 401, 'Insérez votre carte.');
  const id = certificate.subject.CN;
  if (!socket.authorized || !people[id]) return page(res, 403, `Carte refusée (${socket.authorizationError ?? 'inconnue'}).`);
  const interaction = await provider.interactionDetails(req, res);
  const grant = new provider.Grant({ accountId: id, clientId: interaction.params.client_id });
  grant.addOIDCScope(interaction.params.scope);
  const login = { accountId: id, acr: fault.acr ?? 'eidas2', amr: ['sc'], remember: false };
  const grantId = await grant.save();
  grants.push(grantId);
  await provider.interactionFinished(req, res, { login, consent: { grantId } }, { mergeWithLastSubmission: false });
}

// -- the test's own way in: faults, what was asked, whether a token is alive
async function controlled(req, res) {
  const body = req.method === 'POST' ? JSON.parse((await read(req)) || '{}') : {};
  const answers = {
    '/fault': () => { fault = { ...none(), ...body }; return {}; },
    '/seen': () => ({ requests, events, card: cardConnections, open: sockets.size }),
    '/hang-up': () => { for (const socket of sockets) socket.destroy(); return {}; },
    '/end-sessions': async () => { for (const id of grants.splice(0)) await (await provider.Grant.find(id))?.destroy(); return {}; },
    '/phone': () => phone.seen(),
    '/phone/answer': async () => { await phone.answer(provider, body, fault.acr ?? 'eidas2', grants); return {}; },
    '/proxy': () => ({ open: between.open() }),
    '/issued': () => ({ issued }),
    '/forget': () => { requests = []; events = []; issued = []; return {}; },
    '/certificate': () => { for (const s of [main, mutual]) s.setSecureContext(context(body.name)); card.setSecureContext({ ...context(body.name), ...cardTrust }); return {}; },
    '/introspect': () => introspect(body.token),
    '/public-key': () => ({ kid: 'bac-a-sable', pem: crypto.createPublicKey(key).export({ type: 'spki', format: 'pem' }) }),
  };
  const answer = answers[req.url];
  res.writeHead(answer ? 200 : 404, { 'content-type': 'application/json', connection: 'close' });
  res.end(JSON.stringify(answer ? await answer() : {}));
}

// As Dovecot asks: over TLS, with its own credentials, by the name localhost.
function introspect(token) {
  return new Promise((resolve, reject) => {
    const body = new URLSearchParams({ token }).toString();
    const request = https.request({ host: '127.0.0.1', port: mainPort, servername: 'localhost', path: '/token/introspection', method: 'POST',
      auth: 'dovecot:dovecot-secret', ca: file('provider-ca.pem'), agent: false,
      headers: { host: `localhost:${mainPort}`, 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length } },
    async (answer) => { const text = await read(answer); try { resolve(JSON.parse(text)); } catch { reject(new Error(text)); } });
    request.on('error', reject).end(body);
  });
}

const endpoint = (name) => `${REALM}${OIDC}/${name}`;
const between = proxy({ ca: file('provider-ca.pem'), host: 'auth.psc.test', port: mainPort, secrets: { borne: 'borne-secret' },
  paths: { ciba: endpoint('ext/ciba/auth'), token: endpoint('token'), revoke: endpoint('revoke') }, extended: options.proxy === 'extended' });

serve('main', main, openid);
serve('card', card, cardPages);
serve('mutual', mutual, openid);
serve('proxy', front, between.handle);
control.on('request', (req, res) => controlled(req, res).catch((error) => { res.statusCode = 500; res.end(String(error)); }));

// Gone with whoever started it: the other end of standard input closes.
process.stdin.on('end', () => process.exit(0)).resume();
console.log(JSON.stringify({ issuer: ISSUER, discovery: ISSUER + WELL_KNOWN,
  main: mainPort, card: cardPort, mutual: mutualPort, control: controlPort, proxy: frontPort, redirect: options.redirect }));
