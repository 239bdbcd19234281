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

/** A new key, of the first project unless another one is named. */
export function makeKey(lab: Lab, origin: string, project = 1) {
  return manage<NewKey>(lab, 'POST', `${origin}/v1/projects/${project}/keys`, {
    label: 'Test',
  });
}
