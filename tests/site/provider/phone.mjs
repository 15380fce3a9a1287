// The phone of the e-CPS: what it shows, and what its owner does. CIBA in poll mode; the pocket is the control port.
import { errors } from 'oidc-provider';
import { people } from './people.mjs';

const CIBA = 'urn:openid:params:grant-type:ciba';
const rings = new Map(); // auth_req_id -> what the phone shows, and every question the provider was asked about it

// The provider's own settings for it.
export const ciba = {
  enabled: true,
  deliveryModes: ['poll'],
  processLoginHint: async (_ctx, hint) => (people[hint] ? hint : undefined),
  validateBindingMessage: async (_ctx, message) => {
    if (!/^\d\d$/.test(message ?? '')) throw new errors.InvalidBindingMessage('two digits');
  },
  validateRequestContext: async () => {},
  verifyUserCode: async () => {},
  triggerAuthenticationDevice: async (ctx, request, account, client) => {
    const { scope, acr_values, channel, binding_message } = ctx.oidc.params;
    rings.set(request.jti, { id: request.jti, who: account.accountId, client: client.clientId, binding: binding_message,
      channel, scope, acr_values, state: 'pending', polls: [] });
  },
};

// As Pro Santé Connect: a channel must be named.
export const channel = async (ctx, value) => {
  if (ctx.oidc.route === 'backchannel_authentication' && !['CARD', 'MOBILE'].includes(value)) throw new errors.InvalidRequest('channel');
};

// Around every request of the provider: notes the questions, and spoils answers as told.
export async function around(ctx, next, fault) {
  const at = performance.now();
  await next();
  const { route, params } = ctx.oidc ?? {};
  if (route === 'backchannel_authentication' && ctx.body?.auth_req_id) {
    for (const [name, value] of Object.entries(fault.ack ?? {})) {
      if (value === null) delete ctx.body[name];
      else ctx.body[name] = value;
    }
  }
  if (route === 'backchannel_authentication' && fault.ask) { ctx.status = 400; ctx.body = { error: fault.ask }; }
  if (route !== 'token' || params?.grant_type !== CIBA) return;
  if (ctx.body?.error === 'authorization_pending' && fault.slow_down > 0) {
    fault.slow_down -= 1;
    ctx.body = { error: 'slow_down' };
  }
  if (fault.poll) { ctx.status = 400; ctx.body = { error: fault.poll }; }
  rings.get(params.auth_req_id)?.polls.push({ at, answer: ctx.body?.error ?? 'tokens' });
  if (fault.swallow && ctx.body?.access_token) ctx.req.socket.destroy();
}

// `now` is on the clock of the questions.
export const seen = () => ({ now: performance.now(), rings: [...rings.values()] });

// The owner's answer to the request that rang last, or to `id`. `as`: somebody else has the phone.
export async function answer(provider, { id, how, as }, acr, grants) {
  const ring = id ? rings.get(id) : [...rings.values()].filter((one) => one.state === 'pending').at(-1);
  if (!ring) throw new Error('no phone rings');
  const request = await provider.BackchannelAuthenticationRequest.find(ring.id, { ignoreExpiration: true });
  ring.state = how;
  if (how === 'refuse') return provider.backchannelResult(request, new errors.AccessDenied('refusé'));
  request.accountId = as ?? request.accountId;
  const grant = new provider.Grant({ accountId: request.accountId, clientId: request.clientId });
  grant.addOIDCScope(request.scope);
  grants.push(await grant.save());
  return provider.backchannelResult(request, grant, { acr, amr: ['mfa'], authTime: Math.floor(Date.now() / 1000) });
}
