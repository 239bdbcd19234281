import { EntitySchema } from '@mikro-orm/core';
import type { FieldTypeName } from '../fields/field-types';
import {
  type FieldName,
  INSTALL_FIELDS,
  type InstallFields,
} from '../fields/install-fields';

/** The contract's fields as they are kept; one that was not sent is absent before it is stored, and null when it is read back. */
export type StoredFields = {
  [Name in FieldName]?: InstallFields[Name] | null;
};

/** An install as it is kept: the contract's fields and what the service adds. */
export interface Install extends StoredFields {
  project_id: number;
  /** UUIDv7, made here. */
  install_id: string;
  /** Which path the postback came by: `custom`, or the name of a tracker. */
  tracker: string;
  received_at: Date;
  publisher_name: string;
  install_timestamp: Date;
  click_timestamp: Date;
  /** Hash over the fields, where repeats are recognised by it; none where they are by `id`, or not at all. */
  fingerprint?: string | null;
}

interface Column {
  readonly type: string;
  readonly columnType?: string;
  readonly runtimeType?: 'number';
  readonly nullable?: boolean;
}

const TIME = { type: 'datetime', columnType: 'timestamptz(3)' };
const COLUMNS: Record<FieldTypeName, Column> = {
  text: { type: 'text' },
  keyText: { type: 'text' },
  uuid: { type: 'uuid' },
  time: TIME,
  country: { type: 'text' },
  // All its digits fit a double: 12 of 15.
  usd: { type: 'decimal', runtimeType: 'number', columnType: 'numeric(12,6)' },
  event: { type: 'text' },
};

const NOT_NULL: readonly FieldName[] = [
  'publisher_name',
  'install_timestamp',
  'click_timestamp',
];

function fieldColumns() {
  return Object.fromEntries(
    INSTALL_FIELDS.map(({ name, type }) => [
      name,
      { ...COLUMNS[type], nullable: !NOT_NULL.includes(name) },
    ]),
  ) as Record<FieldName, Column>;
}

/**
 * No foreign key to the project: checking it would lock the project's row on every insert,
 * and `project_id` always comes from a key, which has one.
 */
export const InstallSchema = new EntitySchema<Install>({
  name: 'Install',
  tableName: 'install',
  properties: {
    project_id: { type: 'integer', primary: true },
    install_id: { type: 'uuid', primary: true },
    tracker: { type: 'text' },
    received_at: TIME,
    ...fieldColumns(),
    fingerprint: { type: 'uuid', nullable: true },
  },
  // A row stands in at most one of the two unique indexes.
  uniques: [
    {
      name: 'install_id_unique',
      properties: ['project_id', 'tracker', 'id'],
      where: 'id is not null',
    },
    {
      name: 'install_fingerprint_unique',
      properties: ['project_id', 'tracker', 'fingerprint'],
      where: 'fingerprint is not null',
    },
  ],
  indexes: [
    {
      name: 'install_received_index',
      properties: ['project_id', 'received_at', 'install_id'],
    },
  ],
});
