// An OpenID provider that knows nothing of this service, for its tests: it signs one made-up person in without
// asking, and holds the service to PKCE and to what was registered.
//
//   issuer.mjs REDIRECT_URI SUBJECT [FOLDER]    prints {"issuer": …} when it is ready, and serves until it is ended;
//                                               over TLS with certificate.pem and key.pem of a folder

import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { Provider } from 'oidc-provider';

const [redirectUri, subject, folder] = process.argv.slice(2);
// The standard output is for the one line; what the provider has to say goes beside it.
console.info = console.log = console.warn = (...said) => console.error(...said);

const key = (type, options, more) => ({ ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }), use: 'sig', ...more });
const client = (id, alg) => ({
  client_id: id,
  client_secret: `secret of ${id}`,
  redirect_uris: [redirectUri],
  grant_types: ['authorization_code'],
  response_types: ['code'],
  token_endpoint_auth_method: 'client_secret_basic',
  id_token_signed_response_alg: alg,
});

let handle;
const serve = (request, response) => handle(request, response);
const pem = (name) => readFileSync(`${folder}/${name}.pem`);
const server = folder ? https.createServer({ cert: pem('certificate'), key: pem('key') }, serve) : http.createServer(serve);
server.listen(0, '127.0.0.1', () => {
  const issuer = `${folder ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [client('thidua-es', 'ES256'), client('thidua-rs', 'RS256')],
    jwks: { keys: [key('ec', { namedCurve: 'P-256' }, { alg: 'ES256', kid: 'es' }), key('rsa', { modulusLength: 2048 }, { alg: 'RS256', kid: 'rs' })] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    cookies: { keys: ['a key of this test alone'] },
  });
  const callback = provider.callback();
  const interaction = async (request, response) => {
    const { prompt, params } = await provider.interactionDetails(request, response);
    if (prompt.name === 'login') {
      return provider.interactionFinished(request, response, { login: { accountId: subject } });
    }
    const grant = new provider.Grant({ accountId: subject, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    const grantId = await grant.save();
    return provider.interactionFinished(request, response, { consent: { grantId } }, { mergeWithLastSubmission: true });
  };
  handle = (request, response) => {
    if (request.url.startsWith('/interaction/')) {
      interaction(request, response).catch((error) => { console.error(error); response.writeHead(500).end(); });
    } else {
      callback(request, response);
    }
  };
  process.stdout.write(`${JSON.stringify({ issuer })}\n`);
});
