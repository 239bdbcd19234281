import { request } from 'undici';
import type { Lab } from './lab';
import { expect } from './verdict';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** A call of the management API by the administrator, which must succeed; the body of the answer, if it has one. */
export async function manage<Answer>(
  lab: Lab,
  method: Method,
  url: string,
  content?: object,
): Promise<Answer> {
  const { statusCode, body } = await request(url, {
    method,
    headers: { authorization: `Bearer ${lab.adminToken}` },
    body: content && JSON.stringify(content),
  });
  const text = await body.text();
  expect(statusCode < 300, `${method} ${url}: ${statusCode} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
}

export interface NewKey {
  readonly key: string;
  readonly key_id: string;
}

/** A new key, of the first project unless another one is named; `options` as the management API takes them. */
export function makeKey(
  lab: Lab,
  origin: string,
  project = 1,
  options: object = {},
) {
  return manage<NewKey>(lab, 'POST', `${origin}/v1/projects/${project}/keys`, {
    label: 'Test',
    ...options,
  });
}

/** The number of a new project. */
export async function makeProject(
  lab: Lab,
  origin: string,
  name: string,
): Promise<number> {
  const url = `${origin}/v1/projects`;
  const made = await manage<{ project_id: number }>(lab, 'POST', url, { name });
  return made.project_id;
}
