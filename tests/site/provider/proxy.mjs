// A «proxy e-Santé» in front of the provider, with the contract of the ANS sample in both its forms, and with the
// fields that Guichet asks for beyond it unless `extended` is false. Holds the client's secret. As the sample, it goes on
// asking the provider when its own caller has hung up.
import crypto from 'node:crypto';
import https from 'node:https';

const CIBA = 'urn:openid:params:grant-type:ciba';
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export function proxy({ ca, host, port, paths, secrets, extended }) {
  const sessions = new Map(); // proxy_session_id -> {clientId, nationalId, tokens}

  // The provider, over TLS, as any client of it.
  const call = (path, fields, clientId) => new Promise((resolve, reject) => {
    const body = new URLSearchParams(fields).toString();
    const request = https.request({ host: '127.0.0.1', port, servername: host, path, method: 'POST', ca, agent: false,
      auth: `${clientId}:${secrets[clientId]}`,
      headers: { host: `${host}:${port}`, 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length } },
    async (answer) => {
      let text = '';
      for await (const part of answer) text += part;
      resolve({ status: answer.statusCode, body: text ? JSON.parse(text) : {} });
    });
    request.on('error', reject).end(body);
  });

  const tell = (res, status, body, headers = {}) => {
    res.writeHead(status, { 'content-type': 'application/json', ...headers });
    res.end(body ? JSON.stringify(body) : '');
  };
  const refuse = (res, status, message, { nationalId, clientId } = {}) => tell(res, status,
    { code: String(status), message, metadata: { nationalId, clientId } });

  const object = (id, tokens) => ({ proxy_session_id: id, session_state: tokens.session_state,
    ...(extended ? { access_token: tokens.access_token, id_token: tokens.id_token, expires_in: tokens.expires_in } : {}) });

  async function connect(res, wanted) {
    const { nationalId, bindingMessage, clientId, channel } = wanted;
    if (!['CARD', 'MOBILE'].includes(channel) || !bindingMessage) return refuse(res, 400, 'Bad Request', wanted);
    if (!secrets[clientId]) return refuse(res, 404, 'User National ID or Software Client ID Not Found', wanted);
    if ([...sessions.values()].some((one) => one.clientId === clientId && one.nationalId === nationalId)) {
      return refuse(res, 409, `Conflit : il existe déjà une session pour clientId=${clientId},nationalId=${nationalId}`, wanted);
    }
    const failed = ({ status, body }) => refuse(res, body.error === 'unknown_user_id' ? 404 : 401,
      `${status} - ${body.error} : ${body.error_description}`, wanted);
    const asked = await call(paths.ciba, { scope: 'openid scope_all', acr_values: 'eidas1', login_hint: nationalId,
      binding_message: bindingMessage, channel }, clientId);
    if (asked.status !== 200) return failed(asked);
    for (;;) {
      await sleep(200);
      const got = await call(paths.token, { grant_type: CIBA, auth_req_id: asked.body.auth_req_id }, clientId);
      if (got.body.error === 'authorization_pending') continue;
      if (got.status !== 200) return failed(got);
      const id = crypto.randomUUID();
      sessions.set(id, { clientId, nationalId, tokens: { session_state: crypto.randomUUID(), ...got.body } });
      return tell(res, 200, object(id, sessions.get(id).tokens), { 'set-cookie': `proxy_session_id=${id}; Path=/; HttpOnly; Secure` });
    }
  }

  async function disconnect(res, id) {
    const session = sessions.get(id);
    sessions.delete(id);
    for (const token of [session.tokens.access_token, session.tokens.refresh_token]) {
      await call(paths.revoke, { token }, session.clientId);
    }
    tell(res, 200);
  }

  async function refresh(res, id) {
    const session = sessions.get(id);
    const { refresh_token } = session.tokens;
    const got = await call(paths.token, { grant_type: 'refresh_token', refresh_token }, session.clientId);
    if (got.status !== 200) return refuse(res, 401, `${got.status} - ${got.body.error}`, session);
    Object.assign(session.tokens, got.body);
    return tell(res, 200, object(id, session.tokens));
  }

  async function handle(req, res) {
    const url = new URL(req.url, 'https://x');
    const id = /(?:^|; )proxy_session_id=([^;]+)/.exec(req.headers.cookie ?? '')?.[1];
    const way = `${req.method} ${url.pathname}`;
    if (way === 'GET /connect') return connect(res, Object.fromEntries(url.searchParams));
    if (way === 'POST /connect') {
      let text = '';
      for await (const part of req) text += part;
      return connect(res, JSON.parse(text));
    }
    if (!['DELETE /disconnect', 'POST /disconnect', 'POST /refresh'].includes(way)) return refuse(res, 404, 'Not Found');
    if (!sessions.has(id)) return refuse(res, 401, 'Pas de session');
    return url.pathname === '/refresh' ? refresh(res, id) : disconnect(res, id);
  }

  return { handle, open: () => sessions.size };
}
