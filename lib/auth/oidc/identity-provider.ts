import * as client from 'openid-client';
import { isLoopback } from '#lib/config/auth.ts';
import type { OidcConfig } from '#lib/config/config.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { spelling } from '../person.ts';

/** What a browser keeps between going to the provider and coming back: only with it does what comes back count. */
export type KeptSignIn = { state: string; nonce: string; verifier: string; next: string };
/** Whom the provider has signed in. */
export type SignedIn = { provider: string; subject: string; name: string; groups: readonly string[] };

export type IdentityProvider = {
  /** Where the browser goes to sign in, and what it keeps until it is back. @throws SluiceError `identity_provider_unavailable` */
  begin(callback: string, next: string): Promise<{ url: URL; kept: KeptSignIn }>;
  /**
   * Who came back, from a code that is exchanged once and an ID token whose signature, issuer, audience, nonce and times were checked.
   * @param returned the whole address that the provider sent the browser to @throws SluiceError `sign_in_refused`, `identity_provider_unavailable`
   */
  finish(returned: URL, kept: KeptSignIn): Promise<SignedIn>;
};

const scope = 'openid profile email';
const timeoutSeconds = 10;
/** Between this clock and the provider's. */
const toleratedSeconds = 30;
/** What the provider publishes about itself is read again after this. */
const keptForMs = 3_600_000;

const unavailable = ({ issuer }: OidcConfig, cause: unknown) =>
  new SluiceError(
    'identity_provider_unavailable',
    `${issuer} can't be asked: ${cause instanceof Error ? cause.message : String(cause)}. Try again, or look at auth.oidc.issuer.`,
    { cause },
  );
const refused = (why: string, cause?: unknown) => new SluiceError('sign_in_refused', why, { cause });

/** Shared secret in a header where the provider takes that, which it does unless it says otherwise (OpenID Connect Discovery 1.0, 3). */
const authentication = (metadata: client.ServerMetadata, secret: string): client.ClientAuth => {
  const takes = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  return takes.includes('client_secret_basic')
    ? client.ClientSecretBasic(secret)
    : client.ClientSecretPost(secret);
};

async function discover(config: OidcConfig): Promise<client.Configuration> {
  const issuer = new URL(config.issuer);
  const options: client.DiscoveryRequestOptions = {
    timeout: timeoutSeconds,
    ...(isLoopback(issuer.hostname) && issuer.protocol === 'http:'
      ? { execute: [client.allowInsecureRequests] }
      : {}),
  };
  const metadata = { [client.clockTolerance]: toleratedSeconds };
  let found: client.Configuration;
  const auth: client.ClientAuth = (as, ...rest) => authentication(as, config.clientSecret)(as, ...rest);
  try {
    found = await client.discovery(issuer, config.clientId, metadata, auth, options);
  } catch (error) {
    throw unavailable(config, error);
  }
  found.timeout = timeoutSeconds;
  return found;
}

function groupsIn(claim: client.JsonValue | undefined, name: string): string[] {
  if (claim === undefined || claim === null) return [];
  const listed = Array.isArray(claim) ? claim : [claim];
  if (!listed.every((each) => typeof each === 'string'))
    throw refused(`The claim ${name} of the ID token is no list of names: look at auth.oidc.groupsClaim.`);
  return listed;
}

/** What the account is called: by the claim that is configured, else by an address that the provider has checked, else by the subject. */
function nameIn(claims: client.IDToken, nameClaim: string): string {
  const email = claims.email_verified === true ? claims.email : undefined;
  for (const candidate of [claims[nameClaim], email, claims.sub]) {
    const name = typeof candidate === 'string' ? spelling(candidate) : null;
    if (name !== null) return name;
  }
  throw refused(
    `None of ${nameClaim}, a verified email and sub can be the name of an account: look at auth.oidc.nameClaim.`,
  );
}

/** Sign-in by OpenID Connect: authorization code with PKCE, state and nonce (OpenID Connect Core 1.0, 3.1; RFC 9700). */
export function createIdentityProvider(config: OidcConfig, clock: () => Date): IdentityProvider {
  let known: { atMs: number; configuration: Promise<client.Configuration> } | null = null;

  const configuration = (): Promise<client.Configuration> => {
    const nowMs = clock().getTime();
    if (known && nowMs - known.atMs < keptForMs) return known.configuration;
    const asked = { atMs: nowMs, configuration: discover(config) };
    known = asked;
    // The next who signs in asks again.
    asked.configuration.catch(() => {
      if (known === asked) known = null;
    });
    return asked.configuration;
  };

  return {
    async begin(callback, next) {
      const kept = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
        next,
      };
      const url = client.buildAuthorizationUrl(await configuration(), {
        redirect_uri: callback,
        scope,
        state: kept.state,
        nonce: kept.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(kept.verifier),
        code_challenge_method: 'S256',
      });
      return { url, kept };
    },

    async finish(returned, kept) {
      const provider = await configuration();
      const checks = {
        expectedState: kept.state,
        expectedNonce: kept.nonce,
        pkceCodeVerifier: kept.verifier,
        idTokenExpected: true,
      };
      const tokens = await client
        .authorizationCodeGrant(provider, returned, checks)
        .catch((error: unknown) => {
          if (error instanceof client.AuthorizationResponseError)
            throw refused(
              `${config.issuer} did not sign you in: ${error.error_description ?? error.error}.`,
              error,
            );
          if (error instanceof client.ResponseBodyError)
            throw refused(
              `${config.issuer} did not take the sign-in: ${error.error_description ?? error.error}. Sign in again; if it stays so, look at auth.oidc.`,
              error,
            );
          if (error instanceof client.ClientError && error.code !== 'OAUTH_TIMEOUT')
            throw refused(
              `What came back from ${config.issuer} does not hold: ${error.message}. Sign in again.`,
              error,
            );
          throw unavailable(config, error);
        });
      const claims = tokens.claims();
      if (!claims) throw refused(`${config.issuer} sent no ID token.`);
      return {
        provider: claims.iss,
        subject: claims.sub,
        name: nameIn(claims, config.nameClaim),
        groups: groupsIn(claims[config.groupsClaim], config.groupsClaim),
      };
    },
  };
}
