import type { TestApp } from './app';
import type { Answer } from './ingest';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly request_id: string;
  readonly errors?: { field: string; code: string; message: string }[];
}

/** Expects problem+json with the members of the contract, and nothing that must not be said. */
export function expectProblem(
  { apiKey }: TestApp,
  answer: Answer,
  status: number,
  code?: string,
): Problem {
  expect({ status: answer.status, text: answer.text }).toMatchObject({
    status,
  });
  expect(answer.headers['content-type']).toMatch(
    /^application\/problem\+json\b/,
  );
  const problem = JSON.parse(answer.text) as Problem;
  const fault = {
    field: expect.any(String),
    code: expect.stringMatching(/^[a-z_]+$/),
    message: expect.stringMatching(/\S/),
  };
  expect(problem).toEqual({
    type: expect.stringMatching(/^\/\S+$/),
    title: expect.stringMatching(/\S/),
    status,
    detail: expect.stringMatching(/\S/),
    code: code ?? expect.stringMatching(/^[a-z_]+$/),
    request_id: answer.headers['x-request-id'],
    ...(problem.errors && { errors: problem.errors.map(() => fault) }),
  });
  expect(problem.request_id).toMatch(/\S/);
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(answer.text).not.toContain(apiKey);
  expect(answer.text).not.toMatch(/ at \/|node_modules|insert into|select /i);
  return problem;
}

/** The faults of an `invalid_postback`, as `field: code`. */
export function expectFaults(app: TestApp, answer: Answer): string[] {
  const { errors = [] } = expectProblem(app, answer, 400, 'invalid_postback');
  return errors.map(({ field, code }) => `${field}: ${code}`);
}

/** The fields at fault of an `invalid_request`, each once, sorted. */
export function expectInvalidFields(app: TestApp, answer: Answer): string[] {
  const { errors = [] } = expectProblem(app, answer, 400, 'invalid_request');
  return [...new Set(errors.map(({ field }) => field))].toSorted();
}
