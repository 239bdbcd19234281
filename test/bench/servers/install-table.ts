import { FIELD_TYPES, type FieldName, FIELDS } from '../../support/fields';

const COLUMN_TYPE = {
  text: 'text',
  keyText: 'text',
  uuid: 'uuid',
  time: 'timestamptz',
  country: 'text',
  usd: 'numeric',
  event: 'text',
} as const;

/** The columns of `install` that a sender fills, with their types, as in the migrations. */
export const COLUMN_TYPES = Object.fromEntries(
  FIELDS.map((name) => [name, COLUMN_TYPE[FIELD_TYPES[name]]]),
) as Record<FieldName, (typeof COLUMN_TYPE)[keyof typeof COLUMN_TYPE]>;

/** The fields of a postback, as they were sent. */
export type Fields = Partial<Record<FieldName, string | number>>;

export const INGEST = '/track/install/v1/custom';
export const PROJECT_ID = 1;
export const TRACKER = 'custom';

/** Names the install that is there already. */
export const FIND_FIRST = `select install_id, received_at from install
where project_id = ${PROJECT_ID} and tracker = '${TRACKER}' and id = $1`;

export interface First {
  readonly install_id: string;
  readonly received_at: Date;
}

/** What is answered. */
export interface Result {
  readonly status: 'created' | 'duplicate';
  readonly install_id: string;
  readonly received_at: string | Date;
  readonly warnings: readonly string[];
}
