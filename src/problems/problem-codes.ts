export interface ProblemDescription {
  readonly status: number;
  readonly title: string;
  /** What it means and what to do, for the page that `type` links to. */
  readonly meaning: string;
  /** Whether the same request may be sent again, unchanged. */
  readonly repeatable: boolean;
}

/** Every error response of the service, by its code. */
export const PROBLEMS = {
  invalid_postback: {
    status: 400,
    title: 'The postback is not valid',
    meaning:
      'One or more fields are invalid; nothing was stored. `errors` lists every fault. Correct them and send the postback again.',
    repeatable: false,
  },
  malformed_json: {
    status: 400,
    title: 'The body is not valid JSON',
    meaning:
      'Send one JSON object, in UTF-8, with the fields as members. Typical causes: a trailing comma, single quotes, a truncated body.',
    repeatable: false,
  },
  too_many_fields: {
    status: 400,
    title: 'Too many fields',
    meaning: 'The query and the body together can contain at most 100 fields.',
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
      'A percent sign is not followed by two hexadecimal digits. Percent-encode every value once, as UTF-8; encode a literal % as %25.',
    repeatable: false,
  },
  malformed_request: {
    status: 400,
    title: 'Malformed HTTP request',
    meaning:
      'The request line, the headers or the framing of the body violate HTTP/1.1. The usual cause is a space in the URL: percent-encode every value.',
    repeatable: false,
  },
  request_timeout: {
    status: 408,
    title: 'The request took too long to arrive',
    meaning:
      'The request may not have been processed. Send it again, without pauses.',
    repeatable: true,
  },
  request_cut_off: {
    status: 408,
    title: 'The request was cut off',
    meaning:
      'The connection ended before the whole body had arrived. The request may not have been processed. Send it again.',
    repeatable: true,
  },
  invalid_request: {
    status: 400,
    title: 'The request is not valid',
    meaning:
      'A parameter or a property of the body is invalid; nothing was changed. `errors` lists every fault.',
    repeatable: false,
  },
  invalid_key: {
    status: 401,
    title: 'The key is not valid',
    meaning:
      'The key is missing, malformed, unknown, revoked or expired. Check that the whole key was copied, that it belongs to this service, and that it is sent as ?apikey=, X-Api-Key or Authorization: Bearer.',
    repeatable: false,
  },
  address_not_allowed: {
    status: 403,
    title: 'The key is not allowed from this address',
    meaning:
      'The key is valid, but only for other addresses. Add the address of the sender to the allowed addresses of the key.',
    repeatable: false,
  },
  scope_missing: {
    status: 403,
    title: 'The key does not permit this request',
    meaning:
      'The key is valid, but lacks the required scope or belongs to another project.',
    repeatable: false,
  },
  unknown_tracker: {
    status: 404,
    title: 'Unknown tracker',
    meaning:
      'Send canonical fields to /track/install/v1/custom, or check the name of the tracker in the path.',
    repeatable: false,
  },
  not_found: {
    status: 404,
    title: 'Not found',
    meaning:
      'The URL does not exist, or the project or resource that it names does not.',
    repeatable: false,
  },
  method_not_allowed: {
    status: 405,
    title: 'The method is not allowed',
    meaning:
      'The header `Allow` lists the methods that this URL supports. Nothing was stored.',
    repeatable: false,
  },
  payload_too_large: {
    status: 413,
    title: 'The body is too large',
    meaning:
      'The body of a postback may have at most 32 KiB, decompressed; the body of a management request at most 100 KiB.',
    repeatable: false,
  },
  uri_too_long: {
    status: 414,
    title: 'The query is too long',
    meaning:
      'The query may have at most 8 KiB. Send the fields in the body of a POST instead.',
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
      'The key has exceeded its rate limit, or one address has sent too many invalid keys. Send the request again after the seconds in `Retry-After`.',
    repeatable: true,
  },
  headers_too_large: {
    status: 431,
    title: 'The headers are too large',
    meaning: 'The request line and the headers may have at most 16 KiB.',
    repeatable: false,
  },
  internal: {
    status: 500,
    title: 'Internal server error',
    meaning:
      'An error in this service, not in the request. The request may not have been processed. Send it again, and report the `request_id` to the operator.',
    repeatable: true,
  },
  overloaded: {
    status: 503,
    title: 'Overloaded',
    meaning:
      'The request could not be processed in time, and may not have been processed. Send it again after the seconds in `Retry-After`.',
    repeatable: true,
  },
  database_unavailable: {
    status: 503,
    title: 'The database is unavailable',
    meaning:
      'The request may not have been processed. Send it again after the seconds in `Retry-After`.',
    repeatable: true,
  },
  shutting_down: {
    status: 503,
    title: 'This instance is shutting down',
    meaning:
      'The request may not have been processed. Send it again after the seconds in `Retry-After`.',
    repeatable: true,
  },
} as const satisfies Record<string, ProblemDescription>;

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_CODES = Object.keys(PROBLEMS) as ProblemCode[];
