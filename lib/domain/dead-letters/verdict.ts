import type { FailureVerdict } from './convention.ts';

export type VerdictRule = {
  readonly verdict: Exclude<FailureVerdict, 'unknown'>;
  readonly why: string;
  /** Tested against the class and everything in the chain, by simple or full name. */
  readonly exception?: RegExp;
  readonly message?: RegExp;
};

/**
 * First match wins. The order is by how much harm a mistake does: an effect that may have happened must not be taken for one that
 * may be tried again, and a record that can never pass must not be taken for one that may.
 */
export const verdictRules: readonly VerdictRule[] = [
  {
    verdict: 'transient',
    why: 'the connection never came about, so nothing was sent',
    exception:
      /Connect(?:ion)?TimeoutException|^java\.net\.ConnectException$|HttpHostConnectException|NoRouteToHost|UnknownHost/,
    message:
      /connect(?:ion|ing)?(?: attempt)? timed out|connect timeout|connection (?:was )?refused|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|no route to host|could not resolve host|name or service not known/i,
  },
  {
    verdict: 'transient',
    why: 'nothing was tried: the caller was turned away before',
    exception:
      /CallNotPermitted|CircuitBreakerOpen|BrokenCircuit|RateLimit|TooManyRequests|BulkheadFull|PoolExhausted/,
    message:
      /(?:HTTP\S{0,4}|status|code|response|answered|returned)[^\d\n]{0,10}(?:503|429)\b|\b503 service|service (?:is )?(?:temporarily )?unavailable|too many requests|rate limit|circuit (?:breaker )?(?:is )?open|connection is not available|pool (?:is )?exhausted|throttl|try again later/i,
  },
  {
    verdict: 'ambiguous_effect',
    why: 'the request went out and its answer did not come: the effect may have happened',
    exception:
      /Timeout(?:Error|Exception)?$|TimedOut|SocketTimeout|DeadlineExceeded|TaskCanceled|NoHttpResponse|ConnectionReset|ServerDisconnected/,
    message:
      /(?:read|request|response|socket|gateway|operation|call|query|statement|reply)[\w ]{0,30}time(?:d)?[ -]?out|timed out (?:waiting|after|reading|while)|time(?:d)?[ -]?out|deadline exceeded|no (?:answer|response|reply)|socket hang up|connection reset|ECONNRESET|EPIPE|ETIMEDOUT|broken pipe|unexpected end of (?:stream|file)|premature(?:ly)? (?:close|end)|remote end closed|(?:HTTP\S{0,4}|status|code|response|answered|returned)[^\d\n]{0,10}504\b|outcome (?:is )?unknown/i,
  },
  {
    verdict: 'poison',
    why: 'the record itself cannot be read',
    exception:
      /Deserializ|SerializationException|JsonPars|JsonProcess|JsonMapping|MismatchedInput|UnrecognizedProperty|InvalidFormat|JSONDecode|AvroRuntime|AvroType|InvalidProtocolBuffer|MessageConversion|MalformedInput|DataException|SchemaException|Utf8Error|SyntaxError|DecodeError|ConversionException|SchemaBuilderException/,
    message:
      /deserializ|unmarshal|cannot (?:parse|decode|construct|convert)|could not (?:parse|decode|read|convert)|failed to (?:parse|decode|convert)|unexpected (?:token|character|end of json)|invalid json|unknown magic byte|schema|malformed|not valid utf-?8|invalid (?:character|utf)/i,
  },
  {
    verdict: 'poison',
    why: 'the record is refused for what it says',
    exception:
      /Validation|ConstraintViolation|IllegalArgument|NullPointer|ClassCast|NumberFormat|ArgumentNull|ArgumentException|ArgumentOutOfRange|InvalidOperation|KeyError|TypeError|ValueError|AttributeError|IndexOutOfBounds|NoSuchElement|Arithmetic|DuplicateKey|UniqueViolation|DataIntegrity|NotFoundException|Declined|Unauthori[sz]edPayment|Unprocessable|BadRequest|BusinessRule|Contract/,
    message:
      /declined|insufficient funds|card (?:is |was )?(?:expired|refused|stolen|lost|invalid)|refused for good|do not honou?r|validation|invalid|must (?:not )?be|is required|missing (?:required )?(?:field|property|value)|violates|duplicate key|unique constraint|not found|does not exist|cannot be null|is null\b|undefined|out of range|(?:HTTP\S{0,4}|status|code|response|answered|returned)[^\d\n]{0,10}4(?!08|29)\d\d\b|unsupported|unknown (?:type|field|event|currency|product|sku|enum)|not allowed|rejected/i,
  },
  {
    verdict: 'transient',
    why: 'a resource was busy or away and is expected back',
    exception:
      /Unavailable|Retriable|Retryable|Transient|Deadlock|LockAcquisition|CannotAcquireLock|OptimisticLock|Serialization(?:Failure|Conflict)|NotLeader|LeaderNotAvailable|Coordinator|RecoverableDataAccess|CannotGetJdbcConnection|CommunicationsException|OutOfMemory/,
    message:
      /unavailable|deadlock|lock wait|could not serialize|could not obtain lock|not (?:the )?leader|leader not available|no space left|too many connections|shutting down|is starting up|maintenance|(?:HTTP\S{0,4}|status|code|response|answered|returned)[^\d\n]{0,10}50[02]\b|bad gateway|temporar/i,
  },
];

/** What kind of trouble it is, by class and message; `unknown` when no rule knows. */
export function verdictOf(failure: {
  exceptionClass: string | null;
  exceptionChain: readonly string[];
  exceptionMessage: string | null;
}): { verdict: FailureVerdict; why: string } {
  const own = failure.exceptionClass === null ? failure.exceptionChain : [failure.exceptionClass];
  const message = (failure.exceptionMessage ?? '').slice(0, 4000);
  const rule = verdictRules.find(
    (each) =>
      (each.exception && own.some((name) => each.exception?.test(name))) || each.message?.test(message),
  );
  return rule
    ? { verdict: rule.verdict, why: rule.why }
    : { verdict: 'unknown', why: 'no rule knows this failure' };
}
