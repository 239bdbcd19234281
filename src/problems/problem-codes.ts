export interface ProblemDescription {
  readonly status: number;
  readonly title: string;
  /** What it means and what to do, for the page that `type` leads to. */
  readonly meaning: string;
  /** May the same request be sent again, unchanged? */
  readonly repeatable: boolean;
}

/** Every error answer of the service, by its code. */
export const PROBLEMS = {
  invalid_postback: {
    status: 400,
    title: 'The postback is not valid',
    meaning:
      'One or more fields are wrong; nothing was stored. `errors` names every fault at once: correct them and send the postback again.',
    repeatable: false,
  },
  malformed_json: {
    status: 400,
    title: 'The body is not valid JSON',
    meaning:
      'Send one JSON object, in UTF-8, with the fields as members. Typical causes: a trailing comma, single quotes, a body cut short.',
    repeatable: false,
  },
  too_many_fields: {
    status: 400,
    title: 'Too many fields',
    meaning: 'Query and body together may hold at most 100 fields.',
    repeatable: false,
  },
  too_deep: {
    status: 400,
    title: 'The JSON is nested too deeply',
    meaning: 'Objects and arrays may be nested at most 8 levels deep.',
    repeatable: false,
  },
  invalid_encoding: {
    status: 400,
    title: 'The fields are not encoded correctly',
    meaning:
      'A percent sign is not followed by two hexadecimal digits. Percent-encode every value once, as UTF-8; a literal % is sent as %25.',
    repeatable: false,
  },
  malformed_request: {
    status: 400,
    title: 'This is not HTTP',
    meaning:
      'The request line, the headers or the framing of the body break the rules of HTTP/1.1. The usual cause is a space in the address: percent-encode every value.',
    repeatable: false,
  },
  request_timeout: {
    status: 408,
    title: 'The request took too long to arrive',
    meaning: 'Nothing was promised: send the request again, all of it at once.',
    repeatable: true,
  },
  request_cut_off: {
    status: 408,
    title: 'The request was cut off',
    meaning:
      'The connection ended before the whole body had arrived. Nothing was promised: send the request again.',
    repeatable: true,
  },
  invalid_request: {
    status: 400,
    title: 'The request is not valid',
    meaning:
      'A parameter or a member of the body is wrong; nothing was changed. `errors` names every fault at once.',
    repeatable: false,
  },
  invalid_key: {
    status: 401,
    title: 'The key is not valid',
    meaning:
      'The key is missing, malformed, unknown, revoked or expired. Check that the whole key was copied, that it belongs to this service, and that it comes as ?apikey=, X-Api-Key or Authorization: Bearer.',
    repeatable: false,
  },
  address_not_allowed: {
    status: 403,
    title: 'The key may not be used from this address',
    meaning:
      'The key is good, but limited to other addresses. Add the address of the sender to the allowed addresses of the key.',
    repeatable: false,
  },
  scope_missing: {
    status: 403,
    title: 'The key may not be used for this',
    meaning:
      'The key is good, but lacks the scope, or belongs to another project.',
    repeatable: false,
  },
  unknown_tracker: {
    status: 404,
    title: 'There is no such tracker',
    meaning:
      'Send canonical fields to /track/install/v1/custom, or check the name of the tracker in the path.',
    repeatable: false,
  },
  not_found: {
    status: 404,
    title: 'Not found',
    meaning: 'There is nothing at this address.',
    repeatable: false,
  },
  method_not_allowed: {
    status: 405,
    title: 'The method is not allowed',
    meaning:
      'The header `Allow` lists the methods that this address takes. Nothing was stored.',
    repeatable: false,
  },
  payload_too_large: {
    status: 413,
    title: 'The body is too large',
    meaning:
      'The body of a postback may hold at most 32 KiB, inflated; that of a management call 100 kB.',
    repeatable: false,
  },
  uri_too_long: {
    status: 414,
    title: 'The query is too long',
    meaning:
      'The query may hold at most 8 KiB. Send the fields in the body of a POST instead.',
    repeatable: false,
  },
  unsupported_media_type: {
    status: 415,
    title: 'The type of the body is not supported',
    meaning:
      'Send application/json or application/x-www-form-urlencoded, in UTF-8, plain or gzip.',
    repeatable: false,
  },
  too_many_requests: {
    status: 429,
    title: 'Too many requests',
    meaning:
      'The key is over its rate, or too many bad keys came from one address. Send the request again after the seconds in `Retry-After`.',
    repeatable: true,
  },
  headers_too_large: {
    status: 431,
    title: 'The headers are too large',
    meaning: 'The request line and the headers may hold at most 16 KiB.',
    repeatable: false,
  },
  internal: {
    status: 500,
    title: 'Something is broken here',
    meaning:
      'A fault of this service, not of the request. Nothing was promised: send the request again, and tell the operator the `request_id`.',
    repeatable: true,
  },
  overloaded: {
    status: 503,
    title: 'Too busy',
    meaning:
      'The request was not answered in time. Nothing was promised: send it again after the seconds in `Retry-After`.',
    repeatable: true,
  },
  database_unavailable: {
    status: 503,
    title: 'The database does not answer',
    meaning:
      'Nothing was promised: send the request again after the seconds in `Retry-After`.',
    repeatable: true,
  },
  shutting_down: {
    status: 503,
    title: 'This instance is shutting down',
    meaning:
      'Nothing was promised: send the request again after the seconds in `Retry-After`.',
    repeatable: true,
  },
} as const satisfies Record<string, ProblemDescription>;

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_CODES = Object.keys(PROBLEMS) as ProblemCode[];
