/** Every way Sluice says no, in one closed list. The code is the contract; status and title follow from it. */
export const errorCatalogue = {
  bad_request: [400, 'The request is not valid'],
  unknown_field: [400, 'The request has a field that is not known'],
  empty_selection: [400, 'The selection is empty'],
  cookie_and_bearer: [400, 'Send the session cookie or a bearer token, not both'],
  cookie_and_proxy: [400, 'Cookie and proxy name two people'],
  unknown_host: [400, 'This host name is not served here'],
  not_json: [415, 'The body must be JSON'],
  too_large: [413, 'The request is too large'],
  unauthenticated: [401, 'Sign in first'],
  bad_credentials: [401, 'Name or password is wrong'],
  local_sign_in_off: [403, 'Nobody signs in with a password here'],
  sign_in_refused: [403, 'The sign-in did not succeed'],
  identity_unlinked: [403, 'This sign-in is not linked to the account of that name'],
  slow_down: [429, 'Too many failed attempts'],
  forbidden: [403, 'Not permitted'],
  bad_origin: [403, 'The request comes from another site'],
  own_replay: [403, 'A replay is approved by someone who did not prepare it'],
  fresh_credentials: [403, 'The credentials of this approver changed too recently'],
  cannot_approve_by_token: [403, 'A token cannot approve here'],
  not_found: [404, 'Not found'],
  method_not_allowed: [405, 'Method not allowed'],
  conflict: [409, 'The resource has changed'],
  wrong_state: [409, 'Not possible in this state'],
  already_started: [409, 'Already started'],
  digest_mismatch: [409, 'The digest is not that of the current plan'],
  policy_changed: [409, 'The policy has changed since the plan was frozen'],
  plan_expired: [409, 'The plan or its approval has expired'],
  plan_blocked: [409, 'The plan is blocked'],
  evidence_worse: [409, 'The evidence got worse since the plan was frozen'],
  already_decided: [409, 'You have already decided on this replay'],
  idempotency_conflict: [409, 'This idempotency key was used with another body'],
  bound_exceeds_policy: [422, 'A bound exceeds what the policy allows'],
  destination_not_allowed: [422, 'This destination is not allowed'],
  search_too_slow: [422, 'The search takes too long'],
  no_flow: [422, 'No flow declares this topic'],
  nothing_to_replay: [422, 'No open dead letter matches the selection'],
  already_in_replay: [409, 'Some records are in another active replay'],
  audit_unavailable: [503, 'The audit log cannot be written'],
  broker_unavailable: [503, 'The broker cannot be reached'],
  database_unavailable: [503, 'The database cannot be reached'],
  identity_provider_unavailable: [503, 'The identity provider cannot be reached'],
  payload_unavailable: [503, 'The payload cannot be decoded now'],
  spool_unavailable: [503, 'A plan in the making cannot be kept'],
  record_gone: [410, 'The record is no longer in the topic'],
  not_ready: [503, 'Not ready'],
  internal: [500, 'Something failed inside Sluice'],
} as const satisfies Record<string, readonly [number, string]>;

export type ErrorCode = keyof typeof errorCatalogue;
export const errorCodes = Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]];

/** Why a 403 happened and who can change it; the same words explain a disabled button. */
export type Explanation = {
  permission: string;
  resource: string;
  heldRoles: string[];
  grantedBy: string[];
};

/** The one error type that use cases throw. `detail` says what, where and what to do, in plain words. */
export class SluiceError extends Error {
  readonly code: ErrorCode;
  readonly explain: Explanation | undefined;
  readonly fields: Record<string, unknown>;

  constructor(
    code: ErrorCode,
    detail: string,
    more: { explain?: Explanation; fields?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(detail, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'SluiceError';
    this.code = code;
    this.explain = more.explain;
    this.fields = more.fields ?? {};
  }

  get status(): number {
    return errorCatalogue[this.code][0];
  }

  get title(): string {
    return errorCatalogue[this.code][1];
  }
}
