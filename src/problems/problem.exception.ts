import type { FieldFault } from '../fields/field-fault';
import { PROBLEMS, type ProblemCode } from './problem-codes';

interface ProblemOptions {
  /** What is wrong with this request; by default the meaning of the code. */
  readonly detail?: string;
  readonly errors?: readonly FieldFault[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the response body. */
  readonly more?: object;
}

/** An error response with a code of the contract; the filter returns it as problem+json. */
export class ProblemException extends Error {
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly FieldFault[];
  readonly headers: Readonly<Record<string, string>>;
  readonly more?: object;

  constructor(
    readonly code: ProblemCode,
    { detail, errors, headers = {}, more }: ProblemOptions = {},
  ) {
    super(`${code}: ${detail ?? PROBLEMS[code].meaning}`);
    this.status = PROBLEMS[code].status;
    this.detail = detail ?? PROBLEMS[code].meaning;
    this.errors = errors;
    this.more = more;
    this.headers =
      this.status === 503 ? { 'Retry-After': '1', ...headers } : headers;
  }
}
