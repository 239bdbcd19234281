import { join } from 'node:path';
import { ingestPathOf } from '../http/ingest-path';
import type { NewCredentials } from './first-start.service';
import { CREDENTIALS_FILE } from './save-credentials';

interface Started {
  readonly address: string;
  readonly credentials: NewCredentials;
  /** The data directory of the embedded database. */
  readonly directory?: string;
}

/** The text on stdout after the start. Contains credentials only if this start created them. */
export function startupBanner({
  address,
  credentials,
  directory,
}: Started): string {
  const { apiKey, adminToken } = credentials;
  const lines = [
    `Listening on  ${address}`,
    `Swagger UI    ${address}/docs`,
    ...(directory ? [`Data          ${directory}`] : []),
    ...(apiKey || adminToken ? ['', 'Shown only once; save them:'] : []),
    ...(apiKey ? [`API key       ${apiKey}`] : []),
    ...(adminToken ? [`Admin token   ${adminToken}`] : []),
    ...(directory && (apiKey || adminToken)
      ? [`(also in ${join(directory, CREDENTIALS_FILE)})`]
      : []),
    ...(apiKey
      ? [
          '',
          'Send a postback:',
          `curl '${address}${ingestPathOf('custom')}?apikey=${apiKey}&publisher_name=Publisher&user_id=player-1&id=install-1'`,
        ]
      : []),
    ...(adminToken
      ? [
          '',
          'List the stored installs:',
          `curl -H 'Authorization: Bearer ${adminToken}' ${address}/v1/projects/1/installs`,
        ]
      : []),
  ];
  return `\n${lines.join('\n')}\n\n`;
}
